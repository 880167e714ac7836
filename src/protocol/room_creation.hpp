// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The contents of the first events of a room, as its preset and its version have them.
//
// Spec: client-server, "Creation" (presets, power levels, the order of events).

#include "base/json.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/room_version.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

enum class RoomPreset : std::uint8_t { private_chat, trusted_private_chat, public_chat };
// Absent for a preset that the specification does not name.
[[nodiscard]] std::optional<RoomPreset> find_room_preset(std::string_view name);

struct RoomPlan {
  const RoomVersion* version = nullptr;  // must be there
  UserId creator;
  RoomPreset preset = RoomPreset::private_chat;
  std::vector<UserId> invited;
  base::JsonObject creation_content;
  base::JsonObject power_level_override;  // its members take the place of ours
};

// Of m.room.create.
[[nodiscard]] base::JsonObject create_content(const RoomPlan& plan);
// Of the first m.room.power_levels.
[[nodiscard]] base::JsonObject initial_power_levels(const RoomPlan& plan);

struct InitialState {
  std::string_view type;  // state key ""
  base::JsonObject content;
};
// m.room.join_rules, m.room.history_visibility, m.room.guest_access, in this order.
[[nodiscard]] std::vector<InitialState> preset_state(RoomPreset preset);

}  // namespace chancery::protocol
