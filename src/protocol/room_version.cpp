// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/room_version.hpp"

#include <array>

namespace chancery::protocol {
namespace {

// Each version is the one before it and its own change, as the specification tells it.
// A version and owned state, under the name that its proposal has until it is accepted.
constexpr RoomVersion with_owned_state(RoomVersion version, std::string_view name) {
  version.name = name;
  version.owned_state = true;
  version.is_stable = false;
  return version;
}

constexpr std::array<RoomVersion, 14> make_versions() {
  const RoomVersion v1{.name = "1",
                       .format = EventFormat::ids_given,
                       .event_ids = EventIdAlphabet::none,
                       .state_resolution = 1,
                       .special_aliases_auth = true,
                       .redaction_auth_checked = true};
  RoomVersion v2 = v1;
  v2.name = "2";
  v2.state_resolution = 2;
  RoomVersion v3 = v2;
  v3.name = "3";
  v3.format = EventFormat::ids_hashed;
  v3.event_ids = EventIdAlphabet::base64;
  v3.redaction_auth_checked = false;
  RoomVersion v4 = v3;
  v4.name = "4";
  v4.event_ids = EventIdAlphabet::base64url;
  RoomVersion v5 = v4;
  v5.name = "5";
  v5.enforce_key_validity = true;
  RoomVersion v6 = v5;
  v6.name = "6";
  v6.special_aliases_auth = false;
  v6.strict_canonical_json = true;
  v6.notifications_power_checked = true;
  RoomVersion v7 = v6;
  v7.name = "7";
  v7.knocking = true;
  RoomVersion v8 = v7;
  v8.name = "8";
  v8.restricted_join = true;
  RoomVersion v9 = v8;
  v9.name = "9";
  v9.restricted_keeps_authoriser = true;
  RoomVersion v10 = v9;
  v10.name = "10";
  v10.knock_restricted_join = true;
  v10.integer_power_levels = true;
  RoomVersion v11 = v10;
  v11.name = "11";
  v11.implicit_creator = true;
  v11.updated_redaction_rules = true;
  v11.redacts_in_content = true;
  RoomVersion v12 = v11;
  v12.name = "12";
  v12.format = EventFormat::create_names_room;
  v12.state_resolution = 21;
  v12.creators_have_infinite_power = true;
  return {v1,
          v2,
          v3,
          v4,
          v5,
          v6,
          v7,
          v8,
          v9,
          v10,
          v11,
          v12,
          with_owned_state(v10, "org.matrix.msc3757.10"),
          with_owned_state(v11, "org.matrix.msc3757.11")};
}

constexpr std::array<RoomVersion, 14> kVersions = make_versions();

}  // namespace

const RoomVersion* find_room_version(std::string_view name) {
  for (const RoomVersion& version : kVersions) {
    if (version.name == name) return &version;
  }
  return nullptr;
}

std::span<const RoomVersion> all_room_versions() { return kVersions; }

}  // namespace chancery::protocol
