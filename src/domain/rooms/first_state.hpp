// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a new room's first events say, by preset and room version.
//
// Spec: client-server, POST /createRoom, "preset"; room version 12, "Privileged creators".

#include "base/json.hpp"
#include "domain/rooms/creation.hpp"
#include "protocol/room_version.hpp"

#include <string_view>
#include <vector>

namespace chancery::rooms {

[[nodiscard]] base::JsonObject make_create_content(const protocol::UserId& creator,
                                                   const protocol::RoomVersion& version,
                                                   const RoomRequest& request);
[[nodiscard]] base::JsonObject make_power_levels(const protocol::UserId& creator,
                                                 const protocol::RoomVersion& version,
                                                 const RoomRequest& request);
// join_rules, history_visibility and guest_access, as the preset has them.
[[nodiscard]] std::vector<InitialState> preset_state(Preset preset);
// The plain topic, and the same as rich text has it.
[[nodiscard]] base::JsonObject make_topic_content(std::string_view topic);

}  // namespace chancery::rooms
