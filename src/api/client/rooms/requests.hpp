// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What several endpoints of rooms read from requests and answer.

#include "api/boundary/call.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/third_party_ids/address_invites.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::client {

// M_MISSING_PARAM, M_BAD_JSON, or M_INVALID_PARAM when it is no user id.
[[nodiscard]] protocol::UserId read_user(const base::JsonObject& body, std::string_view key);
// Empty when missing.
[[nodiscard]] std::vector<protocol::UserId> read_users(const base::JsonObject& body,
                                                       std::string_view key);
[[nodiscard]] rooms::TargetRequest read_target(const boundary::Call& call,
                                               const base::JsonObject& body,
                                               rooms::TargetRequest::Act act);
// An invite by address into `room`.
[[nodiscard]] third_party_ids::AddressInvites::Request read_address_invite(
    const base::JsonObject& body, protocol::RoomId room);
// M_INVALID_PARAM when `text` is neither a room id nor an alias.
runtime::Task<protocol::RoomId> resolve_room(rooms::Aliases& aliases, std::string text);

// ?org.matrix.msc4140.delay: how long the server keeps the event before it sends it.
// M_INVALID_PARAM.
[[nodiscard]] std::optional<base::Milliseconds> read_delay(const boundary::Call& call);
// ?org.matrix.msc4354.sticky_duration_ms. M_INVALID_PARAM.
[[nodiscard]] std::optional<std::int64_t> read_stickiness(const boundary::Call& call);

// {"delay_id": …}
[[nodiscard]] http::Response describe_delayed(const std::string& id);
// {"room_id": …}
[[nodiscard]] http::Response describe_room(const protocol::RoomId& room);
// {"event_id": …}
[[nodiscard]] http::Response describe_event(const protocol::EventId& event);

// The `ts` of a request by an application service: when the event is said to have been sent.
// Absent for everyone else. M_INVALID_PARAM for what cannot be such a time.
[[nodiscard]] std::optional<base::Timestamp> massaged_time(const boundary::Call& call);

}  // namespace chancery::client
