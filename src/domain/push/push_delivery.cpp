// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_delivery.hpp"

#include "base/log.hpp"
#include "domain/push/member_view.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace chancery::push {
namespace {

constexpr std::size_t kMembersAtOnce = 32;  // before others of this thread have their turn
constexpr std::size_t kMostRoomsKept = 10'000;

Notice::Kind kind_of(const UnreadEvent& event) {
  return event.kind == UnreadEvent::Kind::call ? Notice::Kind::call : Notice::Kind::message;
}

}  // namespace

PushDelivery::PushDelivery(Ports ports, PushQueues& queues)
    : ports_(ports), queues_(queues), news_(ports.store, ports.committer) {}

runtime::Task<> PushDelivery::run(runtime::CancelToken cancel) {
  while (true) {
    cancel.throw_if_cancelled();
    const std::uint64_t ticket = news_.bell().ticket();
    if (!co_await work(cancel)) {
      co_await runtime::sleep_for(kPauseAfterFailure, cancel);
      continue;
    }
    if (save_at_ == runtime::SteadyTime::max() && needs_saving()) {
      save_at_ = ports_.clock.steady_now() + kSaveEvery;
    }
    co_await news_.bell().wait(ticket, save_at_, cancel);
  }
}

// False when the database did not let it.
runtime::Task<bool> PushDelivery::work(runtime::CancelToken cancel) {
  try {
    if (stage_ == Stage::loading) co_await start();
    pending_.add(news_.take());
    co_await tell_pending(cancel);
    if (ports_.clock.steady_now() >= save_at_) {
      save_at_ = runtime::SteadyTime::max();
      co_await save();
    }
    co_return true;
  } catch (const storage::StorageCorrupt& error) {
    // It will not open the next time either, and must not keep everything else from being told.
    base::log_error("push_notice_lost", {{"why", error.what()}});
    skip_pending();
    co_return true;
  } catch (const storage::StorageError& error) {
    // What is pending stays so until the database is back.
    base::log_warn("push_delivery_waits", {{"why", error.what()}});
    co_return false;
  } catch (const std::exception& error) {
    // Whatever it is: one room, or one person, must not keep everybody else from being told.
    base::log_error("push_notice_lost", {{"why", error.what()}});
    skip_pending();
    co_return false;
  }
}

// --- after a start ---------------------------------------------------------------------------

runtime::Task<> PushDelivery::start() {
  co_await news_.load();
  const auto progress = co_await ports_.store.find_push_progress();
  evaluated_until_ = progress.value_or(ports_.committer.last_position());
  has_moved_ = !progress;
  for (const storage::RoomNumber room : ports_.rooms.numbers()) {
    if (ports_.rooms.last_position(room) <= evaluated_until_) continue;
    pending_.note_room(room, {evaluated_until_.value + 1});
  }
  for (const protocol::UserId& user : news_.owners()) {
    const auto current = ports_.rooms.memberships().current_rooms(user);
    for (const rooms::UserRoom& one : current) {
      if (one.membership != rooms::Membership::invite || one.position <= evaluated_until_) continue;
      pending_.invites.push_back(
          {.user = user, .room = one.room, .event = one.event, .position = one.position});
    }
  }
  for (storage::StoredPusher& pusher : co_await ports_.store.load_pushers_behind()) {
    co_await catch_up(std::move(pusher));
  }
  stage_ = Stage::following;
}

// What was known to notify, and not told, when the server stopped.
runtime::Task<> PushDelivery::catch_up(storage::StoredPusher pusher) {
  const storage::PusherKey key = pusher.key;
  co_await queues_.put_position({.key = key, .after = pusher.behind_after});
  const auto current = ports_.rooms.memberships().current_rooms(key.user);
  for (const rooms::UserRoom& one : current) {
    if (one.membership == rooms::Membership::invite) {
      if (one.position <= pusher.behind_after || one.position > evaluated_until_) continue;
      co_await tell_invite(
          {.user = key.user, .room = one.room, .event = one.event, .position = one.position}, key);
    } else if (ports_.rooms.last_position(one.room) > pusher.behind_after) {
      const rooms::RoomPtr room = co_await ports_.rooms.find(one.room);
      if (!room) continue;  // it was removed
      co_await tell_member(key.user, room,
                           {.after = pusher.behind_after, .until = evaluated_until_}, key);
    }
  }
}

// --- whom it notifies ------------------------------------------------------------------------

runtime::Task<> PushDelivery::tell_pending(runtime::CancelToken cancel) {
  for (const storage::PusherKey& key : std::exchange(pending_.taken_over, {})) {
    queues_.take_over(key);
  }
  for (const protocol::UserId& user : std::exchange(pending_.changed_pushers, {})) {
    queues_.forget_pushers(user);
  }
  for (const protocol::UserId& user : std::exchange(pending_.changed_rules, {})) {
    queues_.badges().forget(user);
  }
  has_moved_ = has_moved_ || !pending_.rooms.empty() || !pending_.invites.empty();
  while (!pending_.rooms.empty()) {
    const auto [number, news] = *pending_.rooms.begin();
    co_await tell_room({number}, news);
    pending_.rooms.erase(number);
    cancel.throw_if_cancelled();
  }
  while (!pending_.invites.empty()) {
    co_await tell_invite(pending_.invites.back(), std::nullopt);
    pending_.invites.pop_back();
  }
  while (!pending_.readers.empty()) {
    const protocol::UserId user = *pending_.readers.begin();
    co_await queues_.refresh_badge(user);
    pending_.readers.erase(user);
  }
  evaluated_until_ = std::max(evaluated_until_, pending_.until);
  if (told_until_.size() > kMostRoomsKept) {
    std::erase_if(told_until_,
                  [this](const auto& entry) { return entry.second <= evaluated_until_; });
  }
}

runtime::Task<> PushDelivery::tell_room(storage::RoomNumber number, News::OfRoom news) {
  const auto told = told_until_.find(number);
  const storage::StreamPosition told_until =
      told == told_until_.end() ? storage::StreamPosition{} : told->second;
  const Span span{.after = std::max(told_until, {news.first.value - 1}),
                  .until = ports_.rooms.last_position(number)};
  if (span.after >= span.until) co_return;
  std::vector<protocol::UserId> members;
  ports_.rooms.memberships().look_at_joined(
      number, [&](const auto& joined) { members = news_.owners_among(joined); });
  const rooms::RoomPtr room = co_await ports_.rooms.find(number);
  if (!room) co_return;  // it was removed
  std::size_t looked_at = 0;
  for (const protocol::UserId& user : members) {
    queues_.badges().note(user, number);
    const std::size_t notices = co_await tell_member(user, room, span, std::nullopt);
    if (notices == 0 && news.has_redaction) co_await queues_.refresh_badge(user);
    if (++looked_at % kMembersAtOnce == 0) co_await runtime::yield_now();
  }
  told_until_[number] = span.until;
}

// Returns how many events notify them.
runtime::Task<std::size_t> PushDelivery::tell_member(protocol::UserId user, rooms::RoomPtr room,
                                                     Span span, Only only) {
  const storage::RoomNumber number = room->number();
  std::vector<UnreadEvent> unread =
      co_await ports_.counters.load_unread(user, std::move(room), span);
  for (UnreadEvent& event : unread) {
    co_await queues_.add(user,
                         {.room = number,
                          .event = event.number,
                          .position = event.position,
                          .kind = kind_of(event),
                          .outcome = std::move(event.outcome),
                          .noted_at = {}},
                         only);
  }
  co_return unread.size();
}

// Who is invited is not in the room, and has no counter there.
runtime::Task<> PushDelivery::tell_invite(News::Invite invite, Only only) {
  const rooms::RoomPtr room = co_await ports_.rooms.find(invite.room);
  if (!room) co_return;  // it was removed
  const rooms::CachedEventPtr event = co_await ports_.rooms.events().get(invite.event);
  // Of what is not shown nobody is told either.
  if (co_await ports_.visible.ignores(invite.user, event->event->sender())) co_return;
  const RulesInForce rules = co_await ports_.rules.in_force(invite.user);
  const MemberView view = co_await MemberView::load(ports_.rooms, room, rules, invite.user);
  const auto flat = flat_.get(event->event);
  const protocol::PushOutcome& outcome = view.evaluate(flat->flat, *event->event);
  if (!outcome.notify) co_return;
  co_await queues_.add(invite.user,
                       {.room = invite.room,
                        .event = invite.event,
                        .position = invite.position,
                        .kind = Notice::Kind::invite,
                        .outcome = {rules.compiled, &outcome},
                        .noted_at = {}},
                       only);
}

// Whatever was being looked at when it failed stands first.
void PushDelivery::skip_pending() {
  if (stage_ == Stage::loading) {
    stage_ = Stage::following;
  } else if (!pending_.rooms.empty()) {
    pending_.rooms.erase(pending_.rooms.begin());
  } else if (!pending_.invites.empty()) {
    pending_.invites.pop_back();
  } else if (!pending_.readers.empty()) {
    pending_.readers.erase(pending_.readers.begin());
  }
}

// --- how far it came -------------------------------------------------------------------------

bool PushDelivery::needs_saving() const {
  return has_moved_ || queues_.waiting() > 0 || !queues_.moved_positions().empty();
}

runtime::Task<> PushDelivery::save() {
  const std::vector<storage::SetPusherBehind> positions = queues_.moved_positions();
  if (!has_moved_ && positions.empty()) {
    queues_.note_stored({});  // those that are done need not be looked at again
    co_return;
  }
  storage::Change change;  // nobody acts
  change.mutations.emplace_back(storage::NotePushProgress{evaluated_until_});
  for (const storage::SetPusherBehind& position : positions) {
    change.mutations.emplace_back(position);
  }
  has_moved_ = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (...) {  // whatever it was, it is not stored
    has_moved_ = true;
    throw;
  }
  queues_.note_stored(positions);
}

runtime::Task<> PushDelivery::stop() {
  co_await queues_.stop();
  if (stage_ == Stage::loading) co_return;
  try {
    co_await save();
  } catch (const storage::StorageError& error) {
    // Some will be told twice: not worth failing for.
    base::log_warn("push_progress_not_stored", {{"why", error.what()}});
  }
}

}  // namespace chancery::push
