// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The client format of events: what clients see of an event, spliced from texts made before.
//
// Spec: client-server, "Room event format": event_id, room_id, sender, type, state_key, content,
// origin_server_ts and `unsigned`.

#include "base/time.hpp"
#include "domain/rooms/cached_event.hpp"
#include "domain/rooms/membership.hpp"
#include "protocol/identifiers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::rooms {

enum class RoomIdMember : std::uint8_t { included, left_out };  // sync leaves it out

// Who looks, and when.
struct ClientView {
  protocol::UserId user;
  protocol::DeviceId device;
  base::Timestamp now;
  RoomIdMember room_id = RoomIdMember::included;
};

// What only the one who looks gets into `unsigned`.
struct EventExtras {
  std::string_view relations;            // the value of `m.relations` as JSON; "" when none
  std::optional<Membership> membership;  // the viewer's at the event
};

// Appends the event as `view` sees it: `age` and, to the sending device, `transaction_id`.
void append_client_event(std::string& out, const CachedEvent& event, const ClientView& view,
                         const EventExtras& extras = {});
[[nodiscard]] std::string client_event(const CachedEvent& event, const ClientView& view,
                                       const EventExtras& extras = {});
// The event as servers exchange it, with its id and `unsigned`.
void append_federation_event(std::string& out, const CachedEvent& event, const ClientView& view,
                             const EventExtras& extras = {});
// Stripped state: content, sender, state_key, type.
void append_stripped_event(std::string& out, const protocol::VerifiedEvent& event);

// The texts that CachedEvent keeps.
[[nodiscard]] std::string client_text_of(const protocol::VerifiedEvent& event);
[[nodiscard]] std::string redacted_text_of(const CachedEvent& redaction);
// Notes in `event` what it took the place of.
void show_replaced(CachedEvent& event, const protocol::VerifiedEvent& replaced);

}  // namespace chancery::rooms
