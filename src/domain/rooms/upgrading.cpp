// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/upgrading.hpp"

#include "base/log.hpp"
#include "domain/rooms/member_content.hpp"
#include "domain/rooms/sending.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;

constexpr std::string_view kPowerLevelsType = "m.room.power_levels";
constexpr std::string_view kTombstoneType = "m.room.tombstone";
// What a room is like, beside its power levels; in the order of importance.
constexpr std::array<std::string_view, 9> kCopiedTypes{
    "m.room.join_rules",     "m.room.history_visibility",
    "m.room.guest_access",   "m.room.encryption",
    "m.room.server_acl",     "m.room.name",
    "m.room.topic",          "m.room.avatar",
    "m.room.canonical_alias"};

std::int64_t power_in(const base::JsonObject& content, std::string_view key, std::int64_t absent) {
  return base::find_integer(content, key).value_or(absent);
}

base::JsonArray creators_in_json(const std::vector<protocol::UserId>& users) {
  base::JsonArray creators;
  for (const protocol::UserId& user : users) creators.push_back(base::Json(user.text()));
  return creators;
}

runtime::Task<> append_tombstone(Composition& old, protocol::UserId sender,
                                 protocol::RoomId replacement) {
  co_await append_state(old, sender,
                        {.type = std::string(kTombstoneType),
                         .key = "",
                         .content = {{"body", "This room has been replaced"},
                                     {"replacement_room", replacement.text()}}});
}

}  // namespace

struct Upgrading::Plan {
  const Actor& actor;
  RoomPtr old;
  const protocol::RoomVersion& version;
  std::vector<protocol::UserId> additional_creators;
  base::JsonObject power_levels;  // the old room's

  // The old room's power levels as the new version can have them.
  [[nodiscard]] base::JsonObject final_power_levels() const {
    base::JsonObject levels = power_levels;
    if (!version.creators_have_infinite_power) return levels;
    if (base::JsonObject* users = users_of(levels)) {
      users->erase(actor.user.text());
      for (const protocol::UserId& creator : additional_creators) users->erase(creator.text());
    }
    return levels;
  }
  // The same, with enough power for the one who upgrades to copy everything.
  [[nodiscard]] base::JsonObject first_power_levels() const {
    base::JsonObject levels = final_power_levels();
    if (version.creators_have_infinite_power) return levels;
    std::int64_t needed = power_in(levels, "state_default", 50);
    for (const std::string_view action : {"ban", "invite"}) {
      needed = std::max(needed, power_in(levels, action, 50));
    }
    if (const base::JsonObject* events = base::find_object(levels, "events")) {
      for (const auto& event : *events) {
        if (event.value().is_int64()) needed = std::max(needed, event.value().get_int64());
      }
    }
    base::JsonObject* users = users_of(levels);
    if (users == nullptr) users = &levels["users"].emplace_object();
    const std::int64_t own = base::find_integer(*users, actor.user.text()).value_or(0);
    (*users)[actor.user.text()] = std::max({own, needed, std::int64_t{100}});
    return levels;
  }

 private:
  static base::JsonObject* users_of(base::JsonObject& levels) {
    base::Json* users = levels.if_contains("users");
    return users == nullptr ? nullptr : users->if_object();
  }
};

runtime::Task<protocol::RoomId> Upgrading::upgrade(Actor actor, UpgradeRequest request) {
  const protocol::RoomVersion& version = creation_.get_version(request.version);
  const base::Timestamp asked_at = ports_.clock.now();
  const RoomPtr room = co_await get_room(ports_.rooms, request.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  if (auto just_made = co_await find_just_made(actor, room, request, asked_at)) {
    co_return *std::move(just_made);
  }
  const std::shared_ptr<const CoreState> core = room->core();
  const Plan plan{.actor = actor,
                  .old = room,
                  .version = version,
                  .additional_creators = std::move(request.additional_creators),
                  .power_levels = core->power_levels ? core->power_levels->event->content()
                                                     : base::JsonObject{}};
  Composition old(ports_, actor, room);
  Composition made(ports_, actor,
                   Composition::Fresh{.version = &version, .id = creation_.make_room_id(version)});
  base::JsonObject predecessor{{"room_id", room->id().text()}};
  if (version.format != protocol::EventFormat::create_names_room) {
    // The tombstone comes first: the new room's create event names it.
    co_await bury(old, plan, made.room_id());
    predecessor["event_id"] = old.last_event()->event->id().text();
    co_await begin_new(made, plan, std::move(predecessor));
  } else {
    co_await begin_new(made, plan, std::move(predecessor));
    co_await bury(old, plan, made.room_id());
  }
  co_await copy_state(made, plan);
  co_await copy_bans(made, plan);
  co_await move_aliases(made, plan);
  co_await quieten(old, plan);
  std::vector<Composition*> parts{&made, &old};
  co_await Composition::commit_all(std::move(parts));
  co_return made.room_id();
}

runtime::Task<std::optional<protocol::RoomId>> Upgrading::find_just_made(
    const Actor& actor, RoomPtr old, const UpgradeRequest& request, base::Timestamp asked_at) {
  const storage::EventNumber number = old->find_state(kTombstoneType, "");
  if (number.value == 0) co_return std::nullopt;
  const CachedEventPtr tombstone = co_await ports_.rooms.events().get(number);
  // Younger than the request where that waited for its turn.
  const base::Milliseconds age = asked_at - tombstone->event->origin_server_ts();
  if (std::chrono::abs(age) > kSameMoment) co_return std::nullopt;
  const auto id = protocol::RoomId::parse(
      base::find_string(tombstone->event->content(), "replacement_room").value_or(""));
  if (!id) co_return std::nullopt;
  const RoomPtr made = co_await ports_.rooms.find(*id);
  if (!made || !is_asked_for(*made, *old, request)) co_return std::nullopt;
  // Never committed: whether the actor might have done it.
  Composition trial(ports_, actor, std::move(old));
  co_await append_tombstone(trial, actor.user, *id);
  co_return *id;
}

bool Upgrading::is_asked_for(const Room& made, const Room& old, const UpgradeRequest& request) {
  if (made.version().name != request.version) return false;
  const CachedEventPtr event = made.core()->create;
  const base::JsonObject& create = event->event->content();
  const base::JsonObject* predecessor = base::find_object(create, "predecessor");
  if (predecessor == nullptr || base::find_string(*predecessor, "room_id") != old.id().text()) {
    return false;
  }
  if (!made.version().creators_have_infinite_power) return true;
  const base::JsonArray* creators = base::find_array(create, "additional_creators");
  return (creators == nullptr ? base::JsonArray() : *creators) ==
         creators_in_json(request.additional_creators);
}

runtime::Task<> Upgrading::bury(Composition& old, const Plan& plan,
                                const protocol::RoomId& replacement) {
  co_await append_tombstone(old, plan.actor.user, replacement);
}

runtime::Task<> Upgrading::begin_new(Composition& made, const Plan& plan,
                                     base::JsonObject predecessor) {
  const CachedEventPtr create = plan.old->core()->create;
  base::JsonObject content;
  for (const std::string_view kept : {"type", "m.federate"}) {
    if (const base::Json* value = create->event->content().if_contains(kept)) {
      content[kept] = *value;
    }
  }
  content["predecessor"] = std::move(predecessor);
  content["room_version"] = plan.version.name;
  if (!plan.version.implicit_creator) content["creator"] = plan.actor.user.text();
  if (plan.version.creators_have_infinite_power && !plan.additional_creators.empty()) {
    content["additional_creators"] = creators_in_json(plan.additional_creators);
  }
  co_await append_state(made, plan.actor.user,
                        {.type = "m.room.create",
                         .key = "",
                         .content = std::move(content),
                         .sent_at = creation_.next_creation_time()});
  base::JsonObject member =
      co_await make_member_content(profiles_, plan.actor.user, Membership::join, std::nullopt);
  co_await append_state(
      made, plan.actor.user,
      {.type = "m.room.member", .key = plan.actor.user.text(), .content = std::move(member)});
  co_await append_state(
      made, plan.actor.user,
      {.type = std::string(kPowerLevelsType), .key = "", .content = plan.first_power_levels()});
}

runtime::Task<> Upgrading::copy_state(Composition& made, const Plan& plan) {
  for (const std::string_view type : kCopiedTypes) {
    const storage::EventNumber number = plan.old->find_state(type, "");
    if (number.value == 0) continue;
    const CachedEventPtr event = co_await ports_.rooms.events().get(number);
    if (event->event->content().empty()) continue;
    co_await append_state(
        made, plan.actor.user,
        {.type = std::string(type), .key = "", .content = event->event->content()});
  }
  // A space keeps what is in it.
  for (const storage::StateEntry& child : plan.old->state_entries("m.space.child")) {
    const CachedEventPtr event = co_await ports_.rooms.events().get(child.event);
    if (event->event->content().empty()) continue;
    co_await append_state(
        made, plan.actor.user,
        {.type = "m.space.child", .key = child.key.second, .content = event->event->content()});
  }
}

runtime::Task<> Upgrading::copy_bans(Composition& made, const Plan& plan) {
  for (const Member& member : plan.old->members()) {
    if (member.membership != Membership::ban) continue;
    const CachedEventPtr event = co_await ports_.rooms.events().get(member.event);
    co_await append_state(
        made, plan.actor.user,
        {.type = "m.room.member", .key = member.user.text(), .content = event->event->content()});
  }
  base::JsonObject final_levels = plan.final_power_levels();
  if (final_levels == plan.first_power_levels()) co_return;
  co_await append_state(
      made, plan.actor.user,
      {.type = std::string(kPowerLevelsType), .key = "", .content = std::move(final_levels)});
}

runtime::Task<> Upgrading::move_aliases(Composition& made, const Plan& plan) {
  for (const storage::StoredAlias& alias : co_await directory_.load_aliases(plan.old->number())) {
    made.also(storage::PutAlias{
        .alias = alias.alias, .room = made.room_number(), .creator = alias.creator});
  }
  const std::vector<storage::RoomNumber> shown = co_await directory_.load_shown_rooms();
  if (std::ranges::find(shown, plan.old->number()) == shown.end()) co_return;
  using Shown = storage::SetRoomVisibility::Shown;
  made.also(storage::SetRoomVisibility{.room = plan.old->number(), .shown = Shown::no});
  made.also(storage::SetRoomVisibility{.room = made.room_number(), .shown = Shown::yes});
}

// Nobody but moderators speaks in the old room from now on, and it gives up its aliases; where the
// one who upgrades may not say so, it stays as it is.
runtime::Task<> Upgrading::quieten(Composition& old, const Plan& plan) {
  base::JsonObject levels = plan.power_levels;
  const std::int64_t restricted =
      std::max<std::int64_t>(power_in(levels, "users_default", 0) + 1, 50);
  bool changes = false;
  for (const std::string_view action : {"events_default", "invite"}) {
    if (power_in(levels, action, 0) >= restricted) continue;
    levels[action] = restricted;
    changes = true;
  }
  const bool has_alias = plan.old->find_state("m.room.canonical_alias", "").value != 0;
  try {
    if (has_alias) {
      co_await append_state(old, plan.actor.user,
                            {.type = "m.room.canonical_alias", .key = "", .content = {}});
    }
    if (changes) {
      co_await append_state(
          old, plan.actor.user,
          {.type = std::string(kPowerLevelsType), .key = "", .content = std::move(levels)});
    }
  } catch (const ApiError& refused) {  // the tombstone alone must do
    base::log(base::LogLevel::debug, "old_room_not_quietened", {{"reason", refused.reason()}});
  }
}

}  // namespace chancery::rooms
