// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"
#include "protocol/detail/power_level_value.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::RoomBuilder;

UserId user(std::string_view text) { return UserId::trusted(std::string(text)); }

std::optional<std::int64_t> read(std::string_view version, const base::Json& value) {
  return read_power_level(value, *find_room_version(version));
}

constexpr std::int64_t kMaxInteger = 9'007'199'254'740'991;

}  // namespace

TEST_CASE("up to version 9 a level may be text that is an integer") {
  const std::pair<std::string_view, std::optional<std::int64_t>> cases[] = {
      {"100", 100},
      {"000100", 100},
      {"+100", 100},
      {"-100", -100},
      {" 100 ", 100},
      {" 00100 ", 100},
      {" -100\t\n", -100},
      {"\xC2\xA0"
       "7\xE2\x80\x83",
       7},
      {"\xE3\x80\x80"
       "7",
       7},
      {"0", 0},
      {"-0", 0},
      {"9007199254740991", kMaxInteger},
      {"-9007199254740991", -kMaxInteger},
      {"0000000000000000000000000000000000000001", 1},
      {"9007199254740992", std::nullopt},
      {"99999999999999999999999", std::nullopt},
      {"", std::nullopt},
      {" ", std::nullopt},
      {"+", std::nullopt},
      {"--1", std::nullopt},
      {"+-1", std::nullopt},
      {"- 1", std::nullopt},
      {"1 0", std::nullopt},
      {"1.0", std::nullopt},
      {"1e2", std::nullopt},
      {"0x10", std::nullopt},
      {"1_000", std::nullopt},
      {"\xE2\x80", std::nullopt},
      {"ten", std::nullopt},
  };
  for (const auto& [text, level] : cases) {
    CAPTURE(text);
    for (const std::string_view version : {"1", "5", "6", "9"})
      CHECK(read(version, base::Json(text)) == level);
    for (const std::string_view version : {"10", "11", "12"})
      CHECK_FALSE(read(version, base::Json(text)));
  }
}

TEST_CASE("up to version 5 a level may be a fraction, of which the whole part counts") {
  CHECK(read("1", 50.57) == 50);
  CHECK(read("5", -50.57) == -50);
  CHECK(read("3", 5.114698E4) == 51'146);
  CHECK(read("3", 1e300) == kInfinitePower - 1);
  CHECK(read("3", -1e300) == -(kInfinitePower - 1));
  CHECK_FALSE(read("6", 50.0));
  CHECK_FALSE(read("10", 50.0));
}

TEST_CASE("nothing else is a level") {
  for (const RoomVersion& version : all_room_versions()) {
    CHECK_FALSE(read(version.name, nullptr));
    CHECK_FALSE(read(version.name, true));
    CHECK_FALSE(read(version.name, base::JsonArray{1}));
    CHECK_FALSE(read(version.name, base::JsonObject{}));
    CHECK(read(version.name, -7) == -7);
  }
}

TEST_CASE("no level that an event gives is as high as a creator's") {
  CHECK(read("1", std::int64_t{INT64_MAX}) == kInfinitePower - 1);
  CHECK(read("1", std::uint64_t{UINT64_MAX}) == kInfinitePower - 1);
}

TEST_CASE("a user has the power that the event gives them, or the default") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder room(version.name);
    room.with_power_levels(R"({"users":{"@a:x":70,"@b:x":-5},"users_default":3})");
    const PowerLevels levels = room.power_levels();
    CHECK(levels.of(user("@a:x")) == 70);
    CHECK(levels.of(user("@b:x")) == -5);
    CHECK(levels.of(user("@c:x")) == 3);
    CHECK(levels.of(user(RoomBuilder::kCreator)) ==
          (version.creators_have_infinite_power ? kInfinitePower : 3));
  }
}

TEST_CASE("without the event the creator has 100, or endless power in version 12") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const RoomBuilder room(version.name, R"({"additional_creators":["@co:x"]})");
    const PowerLevels levels = room.power_levels();
    const bool endless = version.creators_have_infinite_power;
    CHECK(levels.of(user(RoomBuilder::kCreator)) == (endless ? kInfinitePower : 100));
    CHECK(levels.of(user("@co:x")) == (endless ? kInfinitePower : 0));
    CHECK(levels.of(user("@a:x")) == 0);
  }
}

TEST_CASE("levels that are absent have the defaults of the specification") {
  for (const std::string_view content : {"", "{}"}) {
    RoomBuilder room("11");
    if (!content.empty()) room.with_power_levels(std::string(content));
    const PowerLevels levels = room.power_levels();
    CHECK(levels.needed_for("ban") == 50);
    CHECK(levels.needed_for("kick") == 50);
    CHECK(levels.needed_for("redact") == 50);
    CHECK(levels.needed_for("invite") == 0);
    CHECK(levels.needed_to_send("m.x", true) == 50);
    CHECK(levels.needed_to_send("m.x", false) == 0);
    CHECK(levels.needed_to_notify("room") == 50);
  }
}

TEST_CASE("levels that are given count") {
  RoomBuilder room("11");
  room.with_power_levels(R"({"ban":1,"kick":2,"redact":3,"invite":4,"state_default":5,
      "events_default":6,"events":{"m.x":7},"notifications":{"room":8}})");
  const PowerLevels levels = room.power_levels();

  CHECK(levels.needed_for("ban") == 1);
  CHECK(levels.needed_for("kick") == 2);
  CHECK(levels.needed_for("redact") == 3);
  CHECK(levels.needed_for("invite") == 4);
  CHECK(levels.needed_to_send("m.y", true) == 5);
  CHECK(levels.needed_to_send("m.y", false) == 6);
  CHECK(levels.needed_to_send("m.x", true) == 7);
  CHECK(levels.needed_to_send("m.x", false) == 7);
  CHECK(levels.needed_to_notify("room") == 8);
  CHECK(levels.needed_to_notify("other") == 50);
}

TEST_CASE("a level that cannot be read is one that nobody has") {
  RoomBuilder room("9");
  room.with_power_levels(R"({"ban":"much","events":{"m.x":null},"events_default":{},
      "notifications":7})");
  const PowerLevels levels = room.power_levels();

  CHECK(levels.needed_for("ban") == kInfinitePower);
  CHECK(levels.needed_to_send("m.x", false) == kInfinitePower);
  CHECK(levels.needed_to_send("m.y", false) == kInfinitePower);
  CHECK(levels.needed_to_notify("room") == kInfinitePower);
}

}  // namespace chancery::protocol
