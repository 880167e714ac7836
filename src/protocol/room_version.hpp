// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Room versions 1 to 12 as tables of the rules that differ between them, and what is built on them.
//
// Spec: "Room Versions" and the page of each version.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace chancery::protocol {

enum class EventFormat : std::uint8_t {
  ids_given,          // versions 1, 2: `event_id` in the event, references as [id, hashes] pairs
  ids_hashed,         // versions 3 to 11: id = reference hash, references as ids
  create_names_room,  // version 12: as above; the create event has no room_id, the room id is its
                      // hash
};

enum class EventIdAlphabet : std::uint8_t { none, base64, base64url };  // 1-2, 3, 4 and later

// What one room version says. Each flag names the change that brought it.
struct RoomVersion {
  std::string_view name;
  EventFormat format;
  EventIdAlphabet event_ids;
  std::uint8_t state_resolution;       // 1: version 1; 2: versions 2–11; 21: "2.1", version 12
  bool special_aliases_auth = false;   // 1–5: m.room.aliases has its own auth rule and redaction
  bool strict_canonical_json = false;  // 6+: integers in ±(2^53−1) only
  bool notifications_power_checked = false;  // 6+: power level changes cover `notifications`
  bool knocking = false;                     // 7+
  bool restricted_join = false;              // 8+
  bool restricted_keeps_authoriser = false;  // 9+: redaction keeps join_authorised_via_users_server
  bool knock_restricted_join = false;        // 10+
  bool integer_power_levels = false;         // 10+: power levels must be integers, not strings
  bool implicit_creator = false;             // 11+: create without `creator`; redaction rules of 11
  bool updated_redaction_rules = false;      // 11+
  bool redacts_in_content = false;           // 11+: m.room.redaction names its target in content
  bool creators_have_infinite_power = false;  // 12+: privileged creators, additional_creators
  bool redaction_auth_checked = false;  // 1, 2: auth rules themselves check the redaction's domain
  bool enforce_key_validity = false;    // 5+
  // A state key may begin with a person's id: they and those of more power may set it (MSC3757).
  bool owned_state = false;
  bool is_stable = true;  // one of the specification's, whose rules will not change
};

// Absent when this server does not know `name`.
[[nodiscard]] const RoomVersion* find_room_version(std::string_view name);
// All of them, oldest first, those that are not stable at the end.
[[nodiscard]] std::span<const RoomVersion> all_room_versions();

}  // namespace chancery::protocol
