// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/delayed_events.hpp"

#include "base/log.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <exception>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kIdLength = 43;  // of 62 letters: nobody guesses it

// What no event could have; all else is found out when it is sent.
void check_size(const DelayedEvents::Request& request) {
  constexpr std::size_t kMostContentBytes = 65'536;
  constexpr std::size_t kMostTypeBytes = 255;
  constexpr std::size_t kMostKeyBytes = 511;
  if (request.type.empty() || request.type.size() > kMostTypeBytes ||
      (request.state_key && request.state_key->size() > kMostKeyBytes)) {
    throw ApiError(ErrorCode::too_large, "The event type or the state key is empty or too long");
  }
  if (base::to_text(request.content).size() > kMostContentBytes) {
    throw ApiError(ErrorCode::too_large, "The event is too large");
  }
}

ApiError not_found() { return ApiError(ErrorCode::not_found, "There is no such delayed event"); }

ApiError conflict() {
  return ApiError(ErrorCode::unknown, "The delayed event was sent or cancelled already")
      .with_status(409);
}

ApiError not_readable() {
  return {ErrorCode::unknown, "What was to be sent cannot be read any more"};
}

// As an endpoint would have answered.
std::string describe(const ApiError& error) {
  return base::to_text(base::JsonObject{{"errcode", protocol::error_code_name(error.code())},
                                        {"error", error.public_text()}});
}

std::string scope_of(const Actor& actor, const DelayedEvents::Request& request) {
  return actor.device.text() + "\ndelayed\n" + request.room.text() + "\n" + request.type;
}

ApiError too_long(const DelayedEvents::Request& request, base::Milliseconds longest) {
  const bool is_query = request.form == DelayedEvents::Request::Form::query;
  // COMPAT: clients that schedule by the query look for these members of an M_UNKNOWN.
  return ApiError(is_query ? ErrorCode::unknown : ErrorCode::forbidden,
                  "The delay is longer than this server allows")
      .with("org.matrix.msc4140.errcode", "M_MAX_DELAY_EXCEEDED")
      .with("org.matrix.msc4140.max_delay", longest.count());
}

}  // namespace

// --- scheduling --------------------------------------------------------------------------------

void DelayedEvents::check_limits(const Actor& actor, const Request& request) {
  if (rules_.most == 0) {
    throw ApiError(ErrorCode::forbidden, "This server delays no events");
  }
  if (request.delay > rules_.longest) throw too_long(request, rules_.longest);
  const std::lock_guard lock(mutex_);
  const auto found = by_user_.find(actor.user);
  if (found == by_user_.end() || found->second.size() < rules_.most) return;
  base::Timestamp next{INT64_MAX};
  for (const std::string& id : found->second) next = std::min(next, waiting_.at(id).send_at);
  const std::int64_t wait = std::max<std::int64_t>((next - ports_.write.clock.now()).count(), 1);
  throw ApiError(ErrorCode::limit_exceeded, "You have as many delayed events as you may have")
      .with("retry_after_ms", wait)
      .with("org.matrix.msc4140.errcode", "M_MAX_DELAYED_EVENTS_EXCEEDED");
}

runtime::Task<std::string> DelayedEvents::schedule(Actor actor, Request request) {
  if (request.transaction.empty()) {
    co_return co_await schedule_once(actor, std::move(request), std::nullopt);
  }
  TransactionKey key{
      .user = actor.user, .scope = scope_of(actor, request), .id = request.transaction};
  Transactions::Begun begun = co_await transactions_.begin(key);
  if (begun.result) co_return *begun.result;
  // What was done before a restart is only in the store.
  if (auto stored = co_await transactions_.find_stored(key)) {
    begun.running.complete(*stored);
    co_return *std::move(stored);
  }
  std::string id = co_await schedule_once(actor, std::move(request), key);
  begun.running.complete(id);
  co_return id;
}

runtime::Task<std::string> DelayedEvents::schedule_once(const Actor& actor, Request request,
                                                        std::optional<TransactionKey> key) {
  if (request.delay <= base::Milliseconds(0)) {
    throw ApiError(ErrorCode::invalid_param, "The delay must be more than 0 milliseconds");
  }
  check_size(request);
  // Asked again when it is sent, as all else that may have changed by then.
  policy::require(policy::decide(actor.subject, {.capability = policy::Capability::take_part},
                                 request.room.text(), ports_.write.clock.now()),
                  actor.subject);
  const RoomPtr room = co_await get_room(ports_.write.rooms, request.room);
  // Whether they may send it is asked when it is sent. Outside a room nobody learns that it is.
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member || member->membership != Membership::join) throw_denied({"sender.not_joined"});
  const runtime::Turnstile::Turn turn = co_await scheduling_.enter(actor.user);
  check_limits(actor, request);

  const base::Timestamp now = ports_.write.clock.now();
  storage::DelayedEventKey made{.id = ports_.write.random.alphanumeric(kIdLength),
                                .user = actor.user};
  // Whoever gives us more loses what is old of theirs, so that the rest stays bounded.
  std::vector<storage::Mutation> also{storage::ForgetFinalisedDelayedEvents{
      .user = actor.user, .before = now - kKept, .most = kMostFinalised}};
  if (key) {
    also.emplace_back(storage::RememberTransaction{.user = key->user,
                                                   .scope = key->scope,
                                                   .transaction = key->id,
                                                   .result = made.id,
                                                   .at = now});
  }
  co_await put(made, room->number(),
               {.room = std::move(request.room),
                .type = std::move(request.type),
                .state_key = std::move(request.state_key),
                .content = std::move(request.content),
                .sticky_for = request.sticky_for,
                .device = actor.device,
                .delay = request.delay,
                .scheduled_at = now},
               std::move(also));
  co_return made.id;
}

runtime::Task<> DelayedEvents::put(storage::DelayedEventKey key, storage::RoomNumber room,
                                   DelayedContent content, std::vector<storage::Mutation> also) {
  const WritePorts& write = ports_.write;
  const base::Timestamp send_at = content.scheduled_at + content.delay;
  storage::Change change;
  keys::FreshLock fresh = write.keys.lock_for("", key.user.text(), write.clock.now());
  const std::vector<storage::PutWrappedKey> made = fresh.made;
  for (storage::PutWrappedKey& wrapped : fresh.made) {
    change.mutations.emplace_back(std::move(wrapped));
  }
  storage::Nonce nonce{};
  std::ranges::copy(write.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::PutDelayedEvent{
      .key = key,
      .room = room,
      .send_at = send_at,
      .record = storage::seal_record(delayed_content_text(content), fresh.lock,
                                     storage::delayed_event_binding(key), nonce)});
  std::ranges::move(also, std::back_inserter(change.mutations));
  change.audit = write.recorder.record({.who = key.user.text(),
                                        .device = content.device.text(),
                                        .act = "room.delay_event",
                                        .object = content.type,
                                        .context = content.room.text(),
                                        .rule = "own"});
  co_await write.committer.commit(std::move(change));
  write.keys.note_stored(made);
  note_waiting(key, send_at);
}

// --- acting on them ----------------------------------------------------------------------------

runtime::Task<> DelayedEvents::act(std::string id, std::optional<protocol::UserId> by, Act what) {
  const runtime::Turnstile::Turn turn = co_await acting_.enter(id);
  auto stored = co_await ports_.store.find_delayed_event(id);
  if (!stored || (by && *by != stored->key.user)) throw not_found();
  if (stored->finalised_at.milliseconds == 0) {
    std::optional<DelayedContent> content = try_open(*stored);
    if (!content || co_await is_overtaken(*stored, *content)) {
      co_await finalise(stored->key, content ? "" : describe(not_readable()));
      stored = co_await ports_.store.find_delayed_event(id);
    } else if (what == Act::restart) {
      content->scheduled_at = ports_.write.clock.now();
      co_await put(stored->key, stored->room, *std::move(content), {});
      co_return;
    } else if (what == Act::send) {
      co_await send(*std::move(stored));
      co_return;
    } else {
      co_await finalise(stored->key, "");
      co_return;
    }
  }
  const bool was_sent = !stored->event_id.empty();
  const bool is_as_asked = what == Act::send ? was_sent : what == Act::cancel && !was_sent;
  if (!is_as_asked) throw conflict();
}

runtime::Task<> DelayedEvents::finalise(storage::DelayedEventKey key, std::string error) {
  const WritePorts& write = ports_.write;
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireDelayedEvent{key});
  change.mutations.emplace_back(storage::FinaliseDelayedEvent{
      .key = key, .at = write.clock.now(), .event_id = {}, .error = std::move(error)});
  change.audit = write.recorder.record(
      {.who = key.user.text(), .act = "room.cancel_delayed_event", .rule = "own"});
  co_await write.committer.commit(std::move(change));
  note_finalised(key.id);
}

// Somebody else has set that state since.
runtime::Task<bool> DelayedEvents::is_overtaken(const storage::StoredDelayedEvent& stored,
                                                const DelayedContent& content) {
  if (!content.state_key) co_return false;
  const RoomPtr room = co_await ports_.write.rooms.find(content.room);
  if (!room) co_return false;  // removed; to send it will say so
  const storage::EventNumber number = room->find_state(content.type, *content.state_key);
  if (number.value == 0) co_return false;
  const CachedEventPtr current = co_await ports_.write.rooms.events().get(number);
  co_return current->position > stored.position && current->event->sender() != stored.key.user;
}

runtime::Task<Actor> DelayedEvents::actor_of(protocol::UserId user, protocol::DeviceId device) {
  const auto account = co_await ports_.accounts.find_account(user);
  if (!account || account->standing.deactivated) {
    throw ApiError(ErrorCode::user_deactivated, "The account is deactivated");
  }
  if (account->standing.locked) throw ApiError(ErrorCode::user_locked, "The account is locked");
  Actor actor = rooms::actor_of(*account);
  actor.device = std::move(device);
  co_return actor;
}

runtime::Task<protocol::EventId> DelayedEvents::send(storage::StoredDelayedEvent stored) {
  DelayedContent what = open(stored);
  const Actor actor = co_await actor_of(stored.key.user, what.device);
  protocol::EventId event;
  if (what.state_key) {
    event = co_await ports_.sending.set_state(actor, {.room = std::move(what.room),
                                                      .type = std::move(what.type),
                                                      .key = *std::move(what.state_key),
                                                      .content = std::move(what.content),
                                                      .sticky_for = what.sticky_for,
                                                      .was_delayed = stored.key});
  } else {
    event = co_await ports_.sending.send(actor, {.room = std::move(what.room),
                                                 .type = std::move(what.type),
                                                 .content = std::move(what.content),
                                                 .transaction = {},
                                                 .sent_at = {},
                                                 .sticky_for = what.sticky_for,
                                                 .was_delayed = stored.key});
  }
  note_finalised(stored.key.id);
  co_return event;
}

// --- reading -----------------------------------------------------------------------------------

DelayedContent DelayedEvents::open(const storage::StoredDelayedEvent& stored) const {
  return parse_delayed_content(storage::open_record(stored.record, ports_.write.keys,
                                                    storage::delayed_event_binding(stored.key)));
}

std::optional<DelayedContent> DelayedEvents::try_open(
    const storage::StoredDelayedEvent& stored) const {
  try {
    return open(stored);
  } catch (const storage::StorageCorrupt& error) {  // it will not open the next time either
    base::log_warn("delayed_event_not_opened", {{"why", error.what()}});
    return std::nullopt;
  }
}

runtime::Task<std::optional<DelayedEvents::Shown>> DelayedEvents::show(
    storage::StoredDelayedEvent stored) {
  std::optional<DelayedContent> content = try_open(stored);
  if (!content) co_return std::nullopt;
  Shown one{.id = stored.key.id,
            .content = *std::move(content),
            .finalised_at = stored.finalised_at,
            .event_id = stored.event_id,
            .error = stored.error};
  // Cancelled, though nobody has looked yet.
  if (one.finalised_at.milliseconds == 0 && co_await is_overtaken(stored, one.content)) {
    one.finalised_at = ports_.write.clock.now();
  }
  co_return one;
}

runtime::Task<std::vector<DelayedEvents::Shown>> DelayedEvents::load(protocol::UserId user) {
  std::vector<Shown> shown;
  for (storage::StoredDelayedEvent& stored :
       co_await ports_.store.load_delayed_events(std::move(user))) {
    if (auto one = co_await show(std::move(stored))) shown.push_back(*std::move(one));
  }
  co_return shown;
}

runtime::Task<std::optional<DelayedEvents::Shown>> DelayedEvents::find(protocol::UserId user,
                                                                       std::string id) {
  auto stored = co_await ports_.store.find_delayed_event(std::move(id));
  if (!stored || stored->key.user != user) co_return std::nullopt;
  co_return co_await show(*std::move(stored));
}

// --- sending when due --------------------------------------------------------------------------

runtime::Task<> DelayedEvents::load_waiting() {
  for (const storage::StoredDelayedEvent& stored :
       co_await ports_.store.load_waiting_delayed_events()) {
    note_waiting(stored.key, stored.send_at);
  }
}

void DelayedEvents::note_waiting(const storage::DelayedEventKey& key, base::Timestamp send_at) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(key.id);
    if (found != waiting_.end()) by_time_.erase({found->second.send_at, key.id});
    waiting_.insert_or_assign(key.id, Waiting{.user = key.user, .send_at = send_at});
    by_time_.emplace(send_at, key.id);
    by_user_[key.user].insert(key.id);
  }
  bell_.ring();
}

void DelayedEvents::note_finalised(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  const auto of_user = by_user_.find(found->second.user);
  of_user->second.erase(id);
  if (of_user->second.empty()) by_user_.erase(of_user);
  by_time_.erase({found->second.send_at, id});
  waiting_.erase(found);
}

void DelayedEvents::postpone(const std::string& id, base::Timestamp until) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  by_time_.erase({found->second.send_at, id});
  found->second.send_at = until;
  by_time_.emplace(until, id);
}

std::optional<std::pair<base::Timestamp, std::string>> DelayedEvents::find_next() {
  const std::lock_guard lock(mutex_);
  if (by_time_.empty()) return std::nullopt;
  return *by_time_.begin();
}

runtime::Task<> DelayedEvents::send_when_due(runtime::CancelToken cancel) {
  // The wall clock may be set while we wait by the other.
  constexpr base::Milliseconds kLongestWait = std::chrono::minutes(1);
  constexpr base::Milliseconds kPatience = std::chrono::seconds(5);
  while (true) {
    const std::uint64_t ticket = bell_.ticket();
    const auto next = find_next();
    const base::Timestamp now = ports_.write.clock.now();
    if (!next || next->first > now) {
      const runtime::SteadyTime until =
          next ? ports_.write.clock.steady_now() + std::min(next->first - now, kLongestWait)
               : runtime::SteadyTime::max();
      co_await bell_.wait(ticket, until, cancel);
      continue;
    }
    try {
      co_await send_due(next->second);
    } catch (const std::exception& error) {  // a later round may; the others must not wait for it
      base::log_warn("delayed_event_not_sent", {{"why", error.what()}});
      postpone(next->second, ports_.write.clock.now() + kPatience);
    }
  }
}

runtime::Task<> DelayedEvents::send_due(std::string id) {
  const runtime::Turnstile::Turn turn = co_await acting_.enter(id);
  auto stored = co_await ports_.store.find_delayed_event(id);
  // Somebody acted on it before us.
  if (!stored || stored->finalised_at.milliseconds != 0) {
    note_finalised(id);
    co_return;
  }
  if (stored->send_at > ports_.write.clock.now()) {
    postpone(id, stored->send_at);
    co_return;
  }
  const storage::DelayedEventKey key = stored->key;
  const std::optional<DelayedContent> content = try_open(*stored);
  if (!content) {
    co_await finalise(key, describe(not_readable()));
    co_return;
  }
  if (co_await is_overtaken(*stored, *content)) {
    co_await finalise(key, "");
    co_return;
  }
  std::string failure;
  try {
    co_await send(*std::move(stored));
  } catch (const ApiError& error) {                     // told to whoever gave it, when they ask
    if (error.code() == ErrorCode::unavailable) throw;  // nobody refused it: a later round may
    failure = describe(error);
  }
  if (!failure.empty()) co_await finalise(key, std::move(failure));
}

}  // namespace chancery::rooms
