// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/room_creation.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

using base::JsonArray;
using base::JsonObject;

constexpr int kUser = 0;
constexpr int kModerator = 50;
constexpr int kAdministrator = 100;
// "The power level for sending m.room.tombstone events MUST explicitly be higher than
// state_default. For example, set to 150 instead of 100."
constexpr int kOwner = 150;

// "The server SHOULD combine additional_creators and the invite array, deduplicating between the
// two parameters."
void add_creators(JsonObject& content, const RoomPlan& plan) {
  base::Json& creators = content["additional_creators"];
  if (creators.is_null()) creators.emplace_array();
  // What is no list is left for the rules of the room to refuse.
  JsonArray* list = creators.if_array();
  if (list == nullptr) return;
  for (const UserId& user : plan.invited) {
    const base::Json id(user.text());
    if (user != plan.creator && std::ranges::find(*list, id) == list->end()) list->push_back(id);
  }
  if (list->empty()) content.erase("additional_creators");
}

JsonObject level_of_types(const RoomVersion& version) {
  return {{"m.room.name", kModerator},
          {"m.room.avatar", kModerator},
          {"m.room.canonical_alias", kModerator},
          {"m.room.power_levels", kAdministrator},
          {"m.room.history_visibility", kAdministrator},
          {"m.room.encryption", kAdministrator},
          {"m.room.server_acl", kAdministrator},
          {"m.room.tombstone", version.creators_have_infinite_power ? kOwner : kAdministrator}};
}

JsonObject level_of_users(const RoomPlan& plan) {
  JsonObject users;
  // In version 12 creators cannot be listed, and the invited of a trusted chat are creators.
  if (plan.version->creators_have_infinite_power) return users;
  users[plan.creator.text()] = kAdministrator;
  if (plan.preset != RoomPreset::trusted_private_chat) return users;
  for (const UserId& user : plan.invited) users[user.text()] = kAdministrator;
  return users;
}

}  // namespace

std::optional<RoomPreset> find_room_preset(std::string_view name) {
  if (name == "private_chat") return RoomPreset::private_chat;
  if (name == "trusted_private_chat") return RoomPreset::trusted_private_chat;
  if (name == "public_chat") return RoomPreset::public_chat;
  return std::nullopt;
}

JsonObject create_content(const RoomPlan& plan) {
  JsonObject content = plan.creation_content;
  // "The server will overwrite the following keys: creator, room_version."
  content["room_version"] = plan.version->name;
  if (plan.version->implicit_creator) {
    content.erase("creator");
  } else {
    content["creator"] = plan.creator.text();
  }
  if (plan.version->creators_have_infinite_power &&
      plan.preset == RoomPreset::trusted_private_chat) {
    add_creators(content, plan);
  }
  return content;
}

JsonObject initial_power_levels(const RoomPlan& plan) {
  JsonObject content;
  content["users"] = level_of_users(plan);
  content["users_default"] = kUser;
  content["events"] = level_of_types(*plan.version);
  content["events_default"] = kUser;
  content["state_default"] = kModerator;
  content["ban"] = kModerator;
  content["kick"] = kModerator;
  content["redact"] = kModerator;
  content["invite"] = plan.preset == RoomPreset::public_chat ? kModerator : kUser;
  for (const auto& member : plan.power_level_override) {
    content.insert_or_assign(member.key(), member.value());
  }
  return content;
}

std::vector<InitialState> preset_state(RoomPreset preset) {
  const bool is_public = preset == RoomPreset::public_chat;
  const auto state = [](std::string_view type, std::string_view member, std::string_view value) {
    InitialState event{.type = type, .content = {}};
    event.content[member] = value;
    return event;
  };
  return {state("m.room.join_rules", "join_rule", is_public ? "public" : "invite"),
          state("m.room.history_visibility", "history_visibility", "shared"),
          state("m.room.guest_access", "guest_access", is_public ? "forbidden" : "can_join")};
}

}  // namespace chancery::protocol
