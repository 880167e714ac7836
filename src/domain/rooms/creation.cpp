// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/creation.hpp"

#include "domain/rooms/first_state.hpp"
#include "domain/rooms/member_content.hpp"
#include "protocol/api_error.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kPowerLevelsType = "m.room.power_levels";
constexpr std::string_view kCanonicalAliasType = "m.room.canonical_alias";

bool gives_state(const RoomRequest& request, std::string_view type) {
  return std::ranges::any_of(request.initial_state, [type](const InitialState& state) {
    return state.type == type && state.key.empty();
  });
}

[[noreturn]] void throw_conflict(std::string_view precondition) {
  if (precondition == storage::RequireAliasAbsent::kName) {
    throw ApiError(ErrorCode::room_in_use, "The room alias is taken");
  }
  throw ApiError(ErrorCode::unknown, "The room could not be made").with_status(500);
}

}  // namespace

runtime::Task<> append_state(Composition& room, const protocol::UserId& sender,
                             InitialState state) {
  co_await room.append({.sender = sender,
                        .type = std::move(state.type),
                        .state_key = std::move(state.key),
                        .content = std::move(state.content),
                        .redacts = {},
                        .sent_at = state.sent_at,
                        .transaction = {}});
}

const protocol::RoomVersion& Creation::get_version(const std::optional<std::string>& name) const {
  const protocol::RoomVersion* version =
      protocol::find_room_version(name.value_or(settings_.default_version));
  if (version == nullptr) {
    throw ApiError(ErrorCode::unsupported_room_version, "This server does not know that version");
  }
  return *version;
}

protocol::RoomId Creation::make_room_id(const protocol::RoomVersion& version) const {
  if (version.format == protocol::EventFormat::create_names_room) return {};
  constexpr std::size_t kLength = 18;
  return protocol::RoomId::trusted("!" + ports_.random.alphanumeric(kLength) + ":" +
                                   ports_.server.text());
}

base::Timestamp Creation::next_creation_time() {
  const std::int64_t now = ports_.clock.now().milliseconds;
  std::int64_t last = last_creation_.load();
  while (!last_creation_.compare_exchange_weak(last, std::max(now, last + 1))) {
  }
  return {std::max(now, last + 1)};
}

runtime::Task<protocol::RoomId> Creation::create(Actor actor, RoomRequest request) {
  const protocol::RoomVersion& version = get_version(request.version);
  std::optional<protocol::RoomAlias> alias;
  if (request.alias_name) {
    auto parsed =
        protocol::RoomAlias::parse("#" + *request.alias_name + ":" + ports_.server.text());
    if (!parsed || request.alias_name->find(':') != std::string::npos) {
      throw ApiError(ErrorCode::invalid_param, "room_alias_name is no localpart of an alias");
    }
    alias = *std::move(parsed);
    require_usable(ports_, actor, *alias);
  }
  Composition room(ports_, actor,
                   Composition::Fresh{.version = &version, .id = make_room_id(version)});
  co_await append_first(room, actor, request);
  if (alias) {
    room.require(storage::RequireAliasAbsent{*alias});
    room.also(
        storage::PutAlias{.alias = *alias, .room = room.room_number(), .creator = actor.user});
    if (!gives_state(request, kCanonicalAliasType)) {
      co_await append_state(room, actor.user,
                            {.type = std::string(kCanonicalAliasType),
                             .key = "",
                             .content = {{"alias", alias->text()}}});
    }
  }
  co_await append_rest(room, actor, request);
  co_await append_invites(room, actor, request);
  if (request.shown == RoomRequest::Shown::yes) {
    room.also(storage::SetRoomVisibility{.room = room.room_number(),
                                         .shown = storage::SetRoomVisibility::Shown::yes});
  }
  std::optional<std::string> conflict;
  try {
    co_await room.commit();
  } catch (const storage::StorageConflict& failure) {  // told in Matrix words below
    conflict = failure.precondition;
  }
  if (conflict) throw_conflict(*conflict);
  co_return room.room_id();
}

// The create event, the creator's join, the power levels.
runtime::Task<> Creation::append_first(Composition& room, const Actor& actor,
                                       const RoomRequest& request) {
  co_await append_state(room, actor.user,
                        {.type = "m.room.create",
                         .key = "",
                         .content = make_create_content(actor.user, room.version(), request),
                         .sent_at = next_creation_time()});
  base::JsonObject member =
      co_await make_member_content(profiles_, actor.user, Membership::join, std::nullopt);
  co_await append_state(
      room, actor.user,
      {.type = "m.room.member", .key = actor.user.text(), .content = std::move(member)});
  if (gives_state(request, kPowerLevelsType)) co_return;
  co_await append_state(room, actor.user,
                        {.type = std::string(kPowerLevelsType),
                         .key = "",
                         .content = make_power_levels(actor.user, room.version(), request)});
}

runtime::Task<> Creation::append_rest(Composition& room, const Actor& actor, RoomRequest& request) {
  // Power levels come first, since the rest is judged by them; what the client gives itself
  // replaces what everyone would get.
  const auto power = std::ranges::find_if(request.initial_state, [](const InitialState& state) {
    return state.type == kPowerLevelsType && state.key.empty();
  });
  if (power != request.initial_state.end()) {
    InitialState levels = std::move(*power);
    request.initial_state.erase(power);
    co_await append_state(room, actor.user, std::move(levels));
  }
  std::vector<InitialState> preset = rooms::preset_state(request.preset);
  for (InitialState& state : preset) {
    if (gives_state(request, state.type)) continue;
    co_await append_state(room, actor.user, std::move(state));
  }
  for (const InitialState& state : request.initial_state) {
    co_await append_state(room, actor.user, state);
  }
  if (request.name) {
    co_await append_state(room, actor.user,
                          {.type = "m.room.name", .key = "", .content = {{"name", *request.name}}});
  }
  if (request.topic) {
    co_await append_state(
        room, actor.user,
        {.type = "m.room.topic", .key = "", .content = make_topic_content(*request.topic)});
  }
}

runtime::Task<> Creation::append_invites(Composition& room, const Actor& actor,
                                         const RoomRequest& request) {
  for (const protocol::UserId& invited : request.invite) {
    base::JsonObject content =
        co_await make_member_content(profiles_, invited, Membership::invite, std::nullopt);
    if (request.direct == RoomRequest::Direct::yes) content["is_direct"] = true;
    co_await append_state(
        room, actor.user,
        {.type = "m.room.member", .key = invited.text(), .content = std::move(content)});
  }
}

}  // namespace chancery::rooms
