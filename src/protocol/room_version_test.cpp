// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/room_version.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::protocol {
namespace {

TEST_CASE("every version from 1 to 12 is known, and two with owned state, and no other") {
  for (int number = 1; number <= 12; ++number) {
    const RoomVersion* version = find_room_version(std::to_string(number));
    REQUIRE(version != nullptr);
    CHECK(version->name == std::to_string(number));
  }
  CHECK(all_room_versions().size() == 14);
  CHECK(find_room_version("0") == nullptr);
  CHECK(find_room_version("13") == nullptr);
  CHECK(find_room_version("") == nullptr);
  CHECK(find_room_version("01") == nullptr);
}

TEST_CASE("owned state comes in versions that nobody calls stable") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    CHECK(version.owned_state == version.name.starts_with("org.matrix.msc3757."));
    CHECK(version.is_stable == !version.owned_state);
  }
}

// The first version that has the change, or the last that still has the old rule.
struct Since {
  const char* change;
  bool RoomVersion::* flag;
  int first;
  int last = 12;
};

TEST_CASE("each change came with the version that the specification says") {
  for (const Since& since : {Since{"aliases", &RoomVersion::special_aliases_auth, 1, 5},
                             Since{"redaction auth", &RoomVersion::redaction_auth_checked, 1, 2},
                             Since{"key validity", &RoomVersion::enforce_key_validity, 5},
                             Since{"canonical", &RoomVersion::strict_canonical_json, 6},
                             Since{"notifications", &RoomVersion::notifications_power_checked, 6},
                             Since{"knocking", &RoomVersion::knocking, 7},
                             Since{"restricted", &RoomVersion::restricted_join, 8},
                             Since{"authoriser", &RoomVersion::restricted_keeps_authoriser, 9},
                             Since{"knock restricted", &RoomVersion::knock_restricted_join, 10},
                             Since{"integers", &RoomVersion::integer_power_levels, 10},
                             Since{"creator", &RoomVersion::implicit_creator, 11},
                             Since{"redaction", &RoomVersion::updated_redaction_rules, 11},
                             Since{"redacts", &RoomVersion::redacts_in_content, 11},
                             Since{"power", &RoomVersion::creators_have_infinite_power, 12}}) {
    for (int number = 1; number <= 12; ++number) {
      CAPTURE(since.change);
      CAPTURE(number);
      CHECK(find_room_version(std::to_string(number))->*since.flag ==
            (number >= since.first && number <= since.last));
    }
  }
}

TEST_CASE("formats, event ids and state resolution changed when the specification says") {
  for (int number = 1; number <= 12; ++number) {
    CAPTURE(number);
    const RoomVersion& version = *find_room_version(std::to_string(number));
    CHECK(version.format == (number <= 2    ? EventFormat::ids_given
                             : number <= 11 ? EventFormat::ids_hashed
                                            : EventFormat::create_names_room));
    CHECK(version.event_ids == (number <= 2   ? EventIdAlphabet::none
                                : number == 3 ? EventIdAlphabet::base64
                                              : EventIdAlphabet::base64url));
    CHECK(version.state_resolution == (number == 1 ? 1 : number == 12 ? 21 : 2));
  }
}

}  // namespace
}  // namespace chancery::protocol
