// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/first_state.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// Invited people are as powerful as the creator where the preset trusts them.
void add_trusted_creators(base::JsonObject& content, const protocol::UserId& creator,
                          const RoomRequest& request) {
  base::JsonArray creators;
  if (const base::JsonArray* given = base::find_array(content, "additional_creators")) {
    creators = *given;
  }
  for (const protocol::UserId& invited : request.invite) {
    const base::Json id(invited.text());
    if (invited == creator || std::ranges::find(creators, id) != creators.end()) continue;
    creators.push_back(id);
  }
  if (!creators.empty()) content["additional_creators"] = std::move(creators);
}

}  // namespace

base::JsonObject make_create_content(const protocol::UserId& creator,
                                     const protocol::RoomVersion& version,
                                     const RoomRequest& request) {
  base::JsonObject content = request.creation_content;
  content.erase("creator");
  if (!version.implicit_creator) content["creator"] = creator.text();
  content["room_version"] = version.name;
  if (version.creators_have_infinite_power) {
    if (request.preset == Preset::trusted_private_chat) {
      add_trusted_creators(content, creator, request);
    }
  } else {
    content.erase("additional_creators");
  }
  return content;
}

base::JsonObject make_power_levels(const protocol::UserId& creator,
                                   const protocol::RoomVersion& version,
                                   const RoomRequest& request) {
  constexpr int kCreatorPower = 100;
  const bool has_creators = version.creators_have_infinite_power;
  base::JsonObject users;
  if (!has_creators) {
    users[creator.text()] = kCreatorPower;
    if (request.preset == Preset::trusted_private_chat) {
      for (const protocol::UserId& invited : request.invite) users[invited.text()] = kCreatorPower;
    }
  }
  base::JsonObject content{
      {"ban", 50},
      {"events", base::JsonObject{{"m.room.avatar", 50},
                                  {"m.room.canonical_alias", 50},
                                  {"m.room.encryption", 100},
                                  {"m.room.history_visibility", 100},
                                  {"m.room.name", 50},
                                  {"m.room.power_levels", 100},
                                  {"m.room.server_acl", 100},
                                  {"m.room.tombstone", has_creators ? 150 : 100}}},
      {"events_default", 0},
      {"invite", request.preset == Preset::public_chat ? 50 : 0},
      {"kick", 50},
      {"notifications", base::JsonObject{{"room", 50}}},
      {"redact", 50},
      {"state_default", 50},
      {"users", std::move(users)},
      {"users_default", 0}};
  if (!request.power_levels) return content;
  for (const auto& member : *request.power_levels) content[member.key()] = member.value();
  const base::JsonObject* given = base::find_object(content, "users");
  if (has_creators && given != nullptr && given->contains(creator.text())) {
    throw ApiError(ErrorCode::invalid_param, "Creators have power over all and no power level");
  }
  return content;
}

std::vector<InitialState> preset_state(Preset preset) {
  const bool is_public = preset == Preset::public_chat;
  return {{.type = "m.room.join_rules",
           .key = "",
           .content = {{"join_rule", is_public ? "public" : "invite"}}},
          {.type = "m.room.history_visibility",
           .key = "",
           .content = {{"history_visibility", "shared"}}},
          {.type = "m.room.guest_access",
           .key = "",
           .content = {{"guest_access", is_public ? "forbidden" : "can_join"}}}};
}

base::JsonObject make_topic_content(std::string_view topic) {
  return {
      {"m.topic", base::JsonObject{{"m.text", base::JsonArray{base::JsonObject{{"body", topic}}}}}},
      {"topic", topic}};
}

}  // namespace chancery::rooms
