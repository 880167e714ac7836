// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/first_state.hpp"

#include "protocol/api_error.hpp"
#include "protocol/room_creation.hpp"

#include <string>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

protocol::RoomPlan plan_of(const protocol::UserId& creator, const protocol::RoomVersion& version,
                           const RoomRequest& request) {
  return {.version = &version,
          .creator = creator,
          .preset = request.preset,
          .invited = request.invite,
          .creation_content = request.creation_content,
          .power_level_override = request.power_levels.value_or(base::JsonObject{})};
}

}  // namespace

base::JsonObject make_create_content(const protocol::UserId& creator,
                                     const protocol::RoomVersion& version,
                                     const RoomRequest& request) {
  protocol::RoomPlan plan = plan_of(creator, version, request);
  const base::Json* federates = plan.creation_content.if_contains("m.federate");
  if (federates != nullptr && !federates->is_bool()) {
    throw ApiError(ErrorCode::bad_json, "'m.federate' must be true or false");
  }
  // What cannot be joined with the invited of a trusted chat gives way to them.
  const bool is_replaced =
      request.preset == Preset::trusted_private_chat &&
      base::find_array(plan.creation_content, "additional_creators") == nullptr;
  if (!version.creators_have_infinite_power || is_replaced) {
    plan.creation_content.erase("additional_creators");
  }
  return protocol::create_content(plan);
}

base::JsonObject make_power_levels(const protocol::UserId& creator,
                                   const protocol::RoomVersion& version,
                                   const RoomRequest& request) {
  base::JsonObject content = protocol::initial_power_levels(plan_of(creator, version, request));
  if (!content.contains("notifications")) content["notifications"] = base::JsonObject{{"room", 50}};
  if (!request.power_levels) return content;
  const base::JsonObject* given = base::find_object(content, "users");
  if (version.creators_have_infinite_power && given != nullptr && given->contains(creator.text())) {
    throw ApiError(ErrorCode::invalid_param, "Creators have power over all and no power level");
  }
  return content;
}

std::vector<InitialState> preset_state(Preset preset) {
  std::vector<InitialState> state;
  for (protocol::InitialState& one : protocol::preset_state(preset)) {
    state.push_back({.type = std::string(one.type), .key = "", .content = std::move(one.content)});
  }
  return state;
}

base::JsonObject make_topic_content(std::string_view topic) {
  return {
      {"m.topic", base::JsonObject{{"m.text", base::JsonArray{base::JsonObject{{"body", topic}}}}}},
      {"topic", topic}};
}

}  // namespace chancery::rooms
