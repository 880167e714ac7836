// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes that read rooms, and those that say what was read and who is typing.

#include "api/boundary/route.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/appservices/registry.hpp"
#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/reading.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/typing.hpp"
#include "runtime/clock.hpp"

#include <vector>

namespace chancery::client {

struct RoomReadServices {
  rooms::Rooms& rooms;
  rooms::Reading& reading;
  rooms::Aggregations& aggregations;
  rooms::Receipts& receipts;
  rooms::Typing& typing;
  accounts::Presence& presence;
  const appservices::Registry& services;
  runtime::Clock& clock;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> room_read_routes(const RoomReadServices& services);

// One a file.
[[nodiscard]] boundary::Route event_context(RoomReadServices services);
[[nodiscard]] boundary::Route get_event(RoomReadServices services);
[[nodiscard]] boundary::Route get_state(RoomReadServices services);
[[nodiscard]] boundary::Route get_state_event(RoomReadServices services);
[[nodiscard]] boundary::Route get_state_event_without_key(RoomReadServices services);
[[nodiscard]] boundary::Route joined_members(RoomReadServices services);
[[nodiscard]] boundary::Route members(RoomReadServices services);
[[nodiscard]] boundary::Route messages(RoomReadServices services);
[[nodiscard]] boundary::Route relations(RoomReadServices services);
[[nodiscard]] boundary::Route relations_by_event_type(RoomReadServices services);
[[nodiscard]] boundary::Route relations_by_type(RoomReadServices services);
[[nodiscard]] boundary::Route send_receipt(RoomReadServices services);
[[nodiscard]] boundary::Route set_read_markers(RoomReadServices services);
[[nodiscard]] boundary::Route set_typing(RoomReadServices services);
[[nodiscard]] boundary::Route threads(RoomReadServices services);
[[nodiscard]] boundary::Route timestamp_to_event(RoomReadServices services);

}  // namespace chancery::client
