// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/sending.hpp"

#include "domain/policy/refusal.hpp"
#include "domain/rooms/client_event.hpp"
#include "domain/rooms/discovery.hpp"
#include "domain/rooms/redacted_event.hpp"
#include "protocol/api_error.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/relations.hpp"
#include "storage/errors.hpp"

#include <exception>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kCreateType = "m.room.create";
constexpr std::string_view kMemberType = "m.room.member";
constexpr std::string_view kRedactionType = "m.room.redaction";
constexpr std::string_view kCanonicalAliasType = "m.room.canonical_alias";
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostAnnotations = 300;  // of one event, looked at for one said twice
// Of a key that names its owner first, where the room's version has such; the gate knows.
constexpr std::size_t kLongestOwnedKey = 511;

void check_type(const std::string& type) {
  if (type.empty() || type.size() > kLongestName) {
    throw ApiError(ErrorCode::too_large, "The event type is empty or too long");
  }
}

std::string id_of(const std::optional<storage::DelayedEventKey>& delayed) {
  return delayed ? delayed->id : std::string();
}

storage::RememberTransaction to_remember(TransactionKey key, const protocol::EventId& event,
                                         base::Timestamp now) {
  return {.user = std::move(key.user),
          .scope = std::move(key.scope),
          .transaction = std::move(key.id),
          .result = event.text(),
          .at = now};
}

std::string scope_of(const Actor& actor, std::string_view endpoint, const protocol::RoomId& room,
                     std::string_view subject) {
  std::string scope = actor.device.text();
  for (const std::string_view part : {endpoint, std::string_view(room.text()), subject}) {
    scope += '\n';
    scope += part;
  }
  return scope;
}

std::optional<Membership> membership_of(const base::JsonObject& content) {
  return find_membership(base::find_string(content, "membership").value_or(""));
}

bool is_inside(const Room& room, const Actor& actor) {
  const std::optional<Member> member = room.find_member(actor.user);
  return member && member->membership == Membership::join;
}

void require_inside(const Room& room, const Actor& actor) {
  if (!is_inside(room, actor)) throw_denied({"sender.not_joined"});
}

// Guests join by the endpoint for it, which asks whether the room lets them in.
void refuse_guest(Rooms& rooms, const Room& room, const Actor& actor, const NewState& state) {
  if (!actor.is_guest() || membership_of(state.content) != Membership::join) return;
  if (is_inside(room, actor)) return;
  // To who may not know of the room it is like one that is not there.
  if (!may_discover(rooms, room, actor.user)) throw_denied({"join.guest"});
  throw ApiError(ErrorCode::guest_access_forbidden, "Guests join by the endpoint for it");
}

// A join that names who authorised it lets a stranger in by our word alone, so no client may write
// that name: it comes from MemberActs::join, which looks at the rooms that are allowed.
void vouch_for_nobody(NewState& state, const CachedEventPtr& before) {
  constexpr std::string_view kAuthoriser = "join_authorised_via_users_server";
  const bool was_inside = before && membership_of(before->event->content()) == Membership::join;
  state.content.erase(kAuthoriser);
  if (!was_inside || membership_of(state.content) != Membership::join) return;
  if (const auto via = base::find_string(before->event->content(), kAuthoriser)) {
    state.content[kAuthoriser] = *via;
  }
}

// Which power lets `actor` redact `target`: that over everyone's events, or that over one's own.
void check_may_redact(const Actor& actor, const CoreState& core,
                      const protocol::VerifiedEvent& target) {
  if (target.sender() == actor.user) return;
  policy::require(
      policy::decide(actor.subject, {.capability = policy::Capability::take_part}, "", {}),
      actor.subject);
  const protocol::PowerLevels power{
      .create = core.create->event.get(),
      .power_levels = core.power_levels ? core.power_levels->event.get() : nullptr};
  if (power.of(actor.user) < power.needed_for("redact")) {
    throw_denied({"redaction.power"});
  }
}

}  // namespace

runtime::Task<RoomPtr> get_room(Rooms& rooms, protocol::RoomId id) {
  RoomPtr room = co_await rooms.find(std::move(id));
  if (!room) {
    // Whether a room exists is not told to those outside it.
    throw ApiError(ErrorCode::forbidden, "You are not in this room").because("room.unknown");
  }
  co_return room;
}

runtime::Task<RoomPtr> get_room_to_enter(Rooms& rooms, protocol::RoomId id) {
  RoomPtr room = co_await rooms.find(std::move(id));
  if (!room) throw_denied({"room.unknown"});
  co_return room;
}

runtime::Task<protocol::EventId> Sending::send(Actor actor, NewMessage message) {
  check_type(message.type);
  if (message.type == kRedactionType) {
    co_return co_await redact(std::move(actor), to_redaction(std::move(message)));
  }
  if (message.was_delayed) {
    co_return co_await send_once(actor, std::move(message), std::nullopt);
  }
  TransactionKey key{.user = actor.user,
                     .scope = scope_of(actor, "send", message.room, message.type),
                     .id = message.transaction};
  Transactions::Begun begun = co_await transactions_.begin(key);
  if (begun.result) co_return protocol::EventId::trusted(*begun.result);
  std::exception_ptr failure;
  try {
    const protocol::EventId id = co_await send_once(actor, std::move(message), key);
    begun.running.complete(id.text());
    co_return id;
  } catch (const std::exception&) {  // it may be that it was done before a restart
    failure = std::current_exception();
  }
  co_return co_await answer_again(std::move(key), std::move(begun.running), failure);
}

runtime::Task<protocol::EventId> Sending::answer_again(TransactionKey key,
                                                       Transactions::Running running,
                                                       std::exception_ptr failure) {
  const std::optional<std::string> stored = co_await transactions_.find_stored(std::move(key));
  if (!stored) std::rethrow_exception(failure);
  running.complete(*stored);
  co_return protocol::EventId::trusted(*stored);
}

runtime::Task<protocol::EventId> Sending::send_once(const Actor& actor, NewMessage message,
                                                    std::optional<TransactionKey> key) {
  const RoomPtr room = co_await get_room(ports_.rooms, message.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  // Whoever may not speak there learns nothing, and costs nothing.
  if (is_inside(*room, actor)) {
    co_await refuse_repeated_annotation(actor, room->number(), message);
    co_await refuse_nested_thread(room->number(), message);
  }
  if (message.sticky_for) sticky_.require_place(room->number(), actor.user);
  Composition composition(ports_, actor, room);
  const CachedEventPtr event =
      co_await composition.append({.sender = actor.user,
                                   .type = std::move(message.type),
                                   .state_key = {},
                                   .content = std::move(message.content),
                                   .redacts = {},
                                   .sent_at = message.sent_at,
                                   .transaction = std::move(message.transaction),
                                   .sticky_for = message.sticky_for,
                                   .delay_id = id_of(message.was_delayed)});
  if (key) composition.also(to_remember(*std::move(key), event->event->id(), ports_.clock.now()));
  finalise(composition, message.was_delayed);
  co_await composition.commit();
  co_return event->event->id();
}

// The same reaction by the same person counts once. Behind the newest few hundred reactions to one
// event nobody looks: to read them all would hold up whoever else has something to say.
runtime::Task<> Sending::refuse_repeated_annotation(const Actor& actor, storage::RoomNumber room,
                                                    const NewMessage& message) {
  const auto relation = protocol::find_relation(message.content);
  if (!relation || relation->rel_type != "m.annotation") co_return;
  const std::uint64_t read_at = ports_.rooms.events().generation();
  auto rows = co_await ports_.rooms.store().load_relations(
      {.room = room,
       .event = protocol::EventId::trusted(std::string(relation->event_id)),
       .relation_type = "m.annotation",
       .after = {},
       .until = {UINT64_MAX},
       .direction = storage::Direction::backwards,
       .limit = kMostAnnotations});
  const auto related = co_await ports_.rooms.events().open(std::move(rows), read_at);
  for (const CachedEventPtr& other : related) {
    if (other->event->sender() != actor.user || other->event->type() != message.type) continue;
    const auto earlier = protocol::find_relation(other->event->content());
    if (earlier && earlier->rel_type == "m.annotation" && earlier->key == relation->key) {
      throw ApiError(ErrorCode::duplicate_annotation, "You have reacted with that already");
    }
  }
}

// Threads do not branch: who is related to something else by a type is no root. Of an event that is
// not here nobody knows.
runtime::Task<> Sending::refuse_nested_thread(storage::RoomNumber room, const NewMessage& message) {
  const auto relation = protocol::find_relation(message.content);
  if (!relation || !relation->thread_root()) co_return;
  const CachedEventPtr root = co_await ports_.rooms.events().find(
      protocol::EventId::trusted(std::string(relation->event_id)));
  if (!root || root->room != room) co_return;
  const auto of_root = protocol::find_relation(root->event->content());
  if (!of_root || !of_root->has_type()) co_return;
  throw ApiError(ErrorCode::unknown, "A thread cannot begin at an event that is related to another")
      .with_status(400);
}

runtime::Task<protocol::EventId> Sending::set_state(Actor actor, NewState state) {
  check_type(state.type);
  // Before the room is looked for: the answer says nothing about it.
  if (state.type == kCreateType) {
    throw ApiError(ErrorCode::bad_json, "A room has one create event, its first");
  }
  if (state.key.size() > (state.key.starts_with('@') ? kLongestOwnedKey : kLongestName)) {
    throw ApiError(ErrorCode::too_large, "The state key is too long");
  }
  const bool is_own_membership = state.type == kMemberType && state.key == actor.user.text();
  const RoomPtr room = is_own_membership ? co_await get_room_to_enter(ports_.rooms, state.room)
                                         : co_await get_room(ports_.rooms, state.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  // Before any other rule speaks: those outside learn nothing by which one refuses them.
  if (!is_own_membership) require_inside(*room, actor);
  Composition composition(ports_, actor, room);
  const CachedEventPtr before = co_await composition.find_state(state.type, state.key);
  if (state.type == kMemberType) {
    refuse_guest(ports_.rooms, *room, actor, state);
    vouch_for_nobody(state, before);
  }
  if (state.sticky_for) sticky_.require_place(room->number(), actor.user);
  // What is sticky or was delayed is an event of its own, whatever the state is.
  const bool is_plain = !state.sticky_for && !state.was_delayed;
  if (is_plain && before && before->event->sender() == actor.user &&
      before->event->content() == state.content) {
    co_return before->event->id();
  }
  if (state.type == kCanonicalAliasType) {
    co_await aliases_.check_canonical(room->number(), state.content,
                                      before ? &before->event->content() : nullptr);
  }
  const CachedEventPtr event = co_await composition.append({.sender = actor.user,
                                                            .type = std::move(state.type),
                                                            .state_key = std::move(state.key),
                                                            .content = std::move(state.content),
                                                            .redacts = {},
                                                            .sent_at = state.sent_at,
                                                            .transaction = {},
                                                            .sticky_for = state.sticky_for,
                                                            .delay_id = id_of(state.was_delayed)});
  finalise(composition, state.was_delayed);
  co_await composition.commit();
  co_return event->event->id();
}

runtime::Task<> Sending::give_power(Actor actor, PowerGift gift) {
  const RoomPtr room = co_await get_room(ports_.rooms, gift.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  require_inside(*room, actor);
  const std::shared_ptr<const CoreState> core = room->core();
  const protocol::PowerLevels levels{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  if (levels.of(gift.user) >= gift.level) co_return;
  base::JsonObject content;
  if (core->power_levels) content = core->power_levels->event->content();
  base::Json& users = content["users"];
  if (!users.is_object()) users = base::JsonObject{};
  users.get_object()[gift.user.text()] = gift.level;
  Composition composition(ports_, actor, room);
  co_await composition.append({.sender = actor.user,
                               .type = "m.room.power_levels",
                               .state_key = "",
                               .content = std::move(content),
                               .redacts = {},
                               .sent_at = {},
                               .transaction = {},
                               .sticky_for = {},
                               .delay_id = {}});
  co_await composition.commit();
}

// It is sent once: in the same commit it stops waiting, and it must have waited until then.
void Sending::finalise(Composition& composition,
                       const std::optional<storage::DelayedEventKey>& delayed) const {
  if (!delayed) return;
  composition.require(storage::RequireDelayedEvent{*delayed});
  composition.also(
      storage::FinaliseDelayedEvent{.key = *delayed,
                                    .at = ports_.clock.now(),
                                    .event_id = composition.last_event()->event->id().text(),
                                    .error = {}});
}

NewRedaction Sending::to_redaction(NewMessage message) {
  const auto redacts = base::find_string(message.content, "redacts");
  const auto event = protocol::EventId::parse(redacts.value_or(""));
  if (!event) throw ApiError(ErrorCode::bad_json, "A redaction must say what it redacts");
  return {.room = std::move(message.room),
          .event = *event,
          .content = std::move(message.content),
          .transaction = std::move(message.transaction),
          .was_delayed = std::move(message.was_delayed)};
}

runtime::Task<protocol::EventId> Sending::redact(Actor actor, NewRedaction redaction) {
  if (redaction.was_delayed) {
    co_return co_await redact_once(actor, std::move(redaction), std::nullopt);
  }
  TransactionKey key{.user = actor.user,
                     .scope = scope_of(actor, "redact", redaction.room, redaction.event.text()),
                     .id = redaction.transaction};
  Transactions::Begun begun = co_await transactions_.begin(key);
  if (begun.result) co_return protocol::EventId::trusted(*begun.result);
  std::exception_ptr failure;
  try {
    const protocol::EventId id = co_await redact_once(actor, std::move(redaction), key);
    begun.running.complete(id.text());
    co_return id;
  } catch (const std::exception&) {  // it may be that it was done before a restart
    failure = std::current_exception();
  }
  co_return co_await answer_again(std::move(key), std::move(begun.running), failure);
}

runtime::Task<protocol::EventId> Sending::redact_once(const Actor& actor, NewRedaction redaction,
                                                      std::optional<TransactionKey> key) {
  const RoomPtr room = co_await get_room(ports_.rooms, redaction.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  Composition composition(ports_, actor, room);
  require_inside(*room, actor);
  const CachedEventPtr target = co_await ports_.rooms.events().find(redaction.event);
  if (!target || target->room != room->number()) {
    throw ApiError(ErrorCode::not_found, "There is no such event in this room");
  }
  check_may_redact(actor, *room->core(), *target->event);
  const CachedEventPtr event =
      co_await composition.append({.sender = actor.user,
                                   .type = std::string(kRedactionType),
                                   .state_key = {},
                                   .content = std::move(redaction.content),
                                   .redacts = std::move(redaction.event),
                                   .sent_at = {},
                                   .transaction = std::move(redaction.transaction),
                                   .delay_id = id_of(redaction.was_delayed)});
  if (key) composition.also(to_remember(*std::move(key), event->event->id(), ports_.clock.now()));
  finalise(composition, redaction.was_delayed);
  if (!target->is_redacted()) take_content(composition, *target, *event);
  co_await composition.commit();
  co_return event->event->id();
}

void Sending::take_content(Composition& composition, const CachedEvent& target,
                           const CachedEvent& redaction) {
  RedactedEvent redacted = redacted_event(target, composition.version());
  redacted.event->redaction = redaction.number;
  redacted.event->redacted_text = redacted_text_of(redaction);
  composition.replace(std::move(redacted.event), redacted.canonical);
}

}  // namespace chancery::rooms
