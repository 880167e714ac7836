// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The fields of an event as its room version wants them, read out of JSON and checked.
//
// Spec: "Event format" and "Size limits".

#include "base/json.hpp"
#include "protocol/event.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::protocol {

// What lies where the format says; the room is empty for the create event of version 12.
struct EventFields {
  std::string type;
  std::optional<std::string> state_key;
  UserId sender;
  RoomId room;
  EventId given_id;  // versions 1 and 2
  std::int64_t sent_at = 0;
  std::int64_t depth = 0;
  std::vector<EventId> prev_events;
  std::vector<EventId> auth_events;
};

// True for the event that makes a room of version 12 or later, which has no room_id.
[[nodiscard]] bool names_its_room(const EventFields& fields, const RoomVersion& version);

[[nodiscard]] std::expected<EventFields, AdmissionError> read_event_fields(
    const base::JsonObject& event, const RoomVersion& version);

// What the types of the fields do not say: lengths, counts, ranges.
[[nodiscard]] std::optional<AdmissionError> find_limit_fault(const EventFields& fields,
                                                             const RoomVersion& version);

}  // namespace chancery::protocol
