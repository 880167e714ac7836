// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::EventSpec;
using support::RoomBuilder;

constexpr std::string_view kAlice = "@alice:x";

EventSpec levels(std::string content, std::string_view sender = RoomBuilder::kCreator) {
  return {.sender = std::string(sender),
          .type = "m.room.power_levels",
          .state_key = "",
          .content = std::move(content)};
}

template <typename Check>
void in_every_version(const Check& check) {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    check(version, RoomBuilder(version.name));
  }
}

// Whether Alice, who has 50, may replace `before` by `after`; both get the same users added.
std::string change(std::string_view version, std::string_view before, std::string_view after) {
  RoomBuilder room(version);
  room.with_member(kAlice, "join");
  const auto with_users = [&room](std::string_view text) {
    base::JsonObject content = base::parse_json(text)->as_object();
    base::Json& users = content["users"];
    if (!users.is_object()) users.emplace_object();
    if (!users.as_object().contains(kAlice)) users.as_object()[kAlice] = 50;
    if (!room.version().creators_have_infinite_power) {
      users.as_object()[RoomBuilder::kCreator] = 100;
    }
    return base::to_text(content);
  };
  room.with_power_levels(with_users(before));
  return room.rule_against(levels(with_users(after), kAlice));
}

}  // namespace

TEST_CASE("users are user ids with levels") {
  in_every_version([](const RoomVersion& version, const RoomBuilder& room) {
    const bool strings = !version.integer_power_levels;
    CHECK(room.rule_against(levels("{}")) == "");
    CHECK(room.rule_against(levels(R"({"users":{"@a:x":7}})")) == "");
    CHECK(room.rule_against(levels(R"({"users":{"@a:x":"50"}})")) ==
          (strings ? "" : "power_levels.users"));
    for (const std::string_view users :
         {R"([])", R"("@a:x")", "7", "null", R"({"alice":7})", R"({"@a:x":null})",
          R"({"@a:x":[1]})", R"({"@a:x":"many"})", R"({"@a:x":true})", R"({"@a:x":""})"}) {
      CAPTURE(users);
      CHECK(room.rule_against(levels(R"({"users":)" + std::string(users) + "}")) ==
            "power_levels.users");
    }
  });
}

TEST_CASE("from version 10 on every level is an integer") {
  in_every_version([](const RoomVersion& version, const RoomBuilder& room) {
    const std::string expected = version.integer_power_levels ? "power_levels.not_integer" : "";
    for (const std::string_view content :
         {R"({"ban":"50"})", R"({"kick":null})", R"({"users_default":"0"})", R"({"invite":[]})",
          R"({"redact":true})", R"({"state_default":"x"})", R"({"events_default":{}})",
          R"({"events":[]})", R"({"events":{"m.x":"50"}})", R"({"notifications":"50"})",
          R"({"notifications":{"room":"50"}})"}) {
      CAPTURE(content);
      CHECK(room.rule_against(levels(std::string(content))) == expected);
    }
    CHECK(room.rule_against(levels(R"({"ban":-5,"events":{"m.x":1},"notifications":{"room":2},
        "unknown":"text"})")) == "");
  });
}

TEST_CASE("in version 12 creators have no level that could be set") {
  in_every_version([](const RoomVersion& version, const RoomBuilder&) {
    const RoomBuilder room(version.name, R"({"additional_creators":["@co:x"]})");
    const bool checked = version.creators_have_infinite_power;
    for (const std::string_view creator : {RoomBuilder::kCreator, std::string_view("@co:x")}) {
      CHECK(room.rule_against(levels(R"({"users":{")" + std::string(creator) + R"(":100}})")) ==
            (checked ? "power_levels.creator" : ""));
    }
  });
}

TEST_CASE("the first power levels may be any, also above those of their sender") {
  in_every_version([](const RoomVersion&, const RoomBuilder& room) {
    CHECK(room.rule_against(levels(R"({"ban":1000,"users":{"@a:x":1000},"events":{"m.x":1000},
        "notifications":{"room":1000}})")) == "");
  });
}

TEST_CASE("a sender changes what lies within their power") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    for (const std::string_view action :
         {"users_default", "events_default", "state_default", "ban", "redact", "kick", "invite"}) {
      CAPTURE(action);
      const auto level = [action](int value) {
        return R"({")" + std::string(action) + "\":" + std::to_string(value) + "}";
      };
      CHECK(change(version.name, level(30), level(50)) == "");
      CHECK(change(version.name, level(50), level(30)) == "");
      CHECK(change(version.name, level(30), level(51)) == "power_levels.new_too_high");
      CHECK(change(version.name, level(30), "{}") == "");
      CHECK(change(version.name, "{}", level(51)) == "power_levels.new_too_high");
      CHECK(change(version.name, "{}", level(40)) == "");
    }
    for (const std::string_view action : {"ban", "redact", "kick", "invite"}) {
      const std::string high = R"({")" + std::string(action) + R"(":60})";
      CHECK(change(version.name, high, "{}") == "power_levels.current_too_high");
      CHECK(change(version.name, high, R"({")" + std::string(action) + R"(":50})") ==
            "power_levels.current_too_high");
      CHECK(change(version.name, high, high) == "");
    }
  }
}

TEST_CASE("what a level is when it is absent counts as its value") {
  RoomBuilder room("11");
  room.with_member(kAlice, "join")
      .with_power_levels(R"({"state_default":30,"users":{"@alice:x":30,"@creator:x":100}})");
  const auto with = [](std::string_view more) {
    return levels(
        R"({"state_default":30,"users":{"@alice:x":30,"@creator:x":100})" + std::string(more) + "}",
        kAlice);
  };

  CHECK(room.rule_against(with(R"(,"ban":20)")) == "power_levels.current_too_high");
  CHECK(room.rule_against(with(R"(,"invite":20)")) == "");
}

TEST_CASE("a sender changes levels of events and, from version 6 on, of notifications") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    for (const std::string_view name : {"events", "notifications"}) {
      CAPTURE(name);
      const bool checked = name == "events" || version.notifications_power_checked;
      const auto entry = [name](std::string_view entries) {
        return R"({")" + std::string(name) + "\":{" + std::string(entries) + "}}";
      };
      const auto expect = [checked](std::string_view rule) {
        return checked ? std::string(rule) : std::string();
      };
      CHECK(change(version.name, entry(R"("k":50)"), entry(R"("k":40)")) == "");
      CHECK(change(version.name, entry(R"("k":60)"), entry(R"("k":60)")) == "");
      CHECK(change(version.name, entry(R"("k":60)"), entry(R"("k":40)")) ==
            expect("power_levels.current_too_high"));
      CHECK(change(version.name, entry(R"("k":60)"), entry("")) ==
            expect("power_levels.current_too_high"));
      CHECK(change(version.name, entry(R"("k":60)"), "{}") ==
            expect("power_levels.current_too_high"));
      CHECK(change(version.name, entry(R"("k":40)"), entry(R"("k":51)")) ==
            expect("power_levels.new_too_high"));
      CHECK(change(version.name, "{}", entry(R"("k":51)")) == expect("power_levels.new_too_high"));
      CHECK(change(version.name, "{}", entry(R"("k":50)")) == "");
    }
  }
}

TEST_CASE("a sender changes users of less power, and lowers their own") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const auto users = [](std::string_view entries) {
      return R"({"users":{)" + std::string(entries) + "}}";
    };
    CHECK(change(version.name, "{}", users(R"("@b:x":50)")) == "");
    CHECK(change(version.name, "{}", users(R"("@b:x":51)")) == "power_levels.new_too_high");
    CHECK(change(version.name, users(R"("@b:x":49)"), users(R"("@b:x":50)")) == "");
    CHECK(change(version.name, users(R"("@b:x":49)"), "{}") == "");
    CHECK(change(version.name, users(R"("@b:x":50)"), users(R"("@b:x":49)")) ==
          "power_levels.user_too_high");
    CHECK(change(version.name, users(R"("@b:x":50)"), "{}") == "power_levels.user_too_high");
    CHECK(change(version.name, users(R"("@b:x":60)"), users(R"("@b:x":60)")) == "");
    CHECK(change(version.name, "{}", users(R"("@alice:x":10)")) == "");
    CHECK(change(version.name, "{}", users(R"("@alice:x":51)")) == "power_levels.new_too_high");
  }
}

TEST_CASE("a creator of version 12 changes any level") {
  RoomBuilder room("12");
  room.with_power_levels(R"({"ban":9007199254740991,"users":{"@a:x":9007199254740991}})");

  CHECK(room.rule_against(levels(R"({"ban":50,"users":{"@a:x":0}})")) == "");
}

TEST_CASE("up to version 9 the same level in another spelling is no change") {
  for (const std::string_view version : {"1", "5", "6", "9"}) {
    CAPTURE(version);
    CHECK(change(version, R"({"ban":60})", R"({"ban":"60"})") == "");
    CHECK(change(version, R"({"ban":" +060 "})", R"({"ban":60})") == "");
    CHECK(change(version, R"({"ban":"60"})", R"({"ban":"59"})") == "power_levels.current_too_high");
    CHECK(change(version, R"({"events":{"m.x":"40"}})", R"({"events":{"m.x":"51"}})") ==
          "power_levels.new_too_high");
  }
}

TEST_CASE("up to version 9 a level that cannot be read cannot be changed to or from") {
  for (const std::string_view version : {"1", "5", "6", "9"}) {
    CAPTURE(version);
    CHECK(change(version, R"({"ban":40})", R"({"ban":"forty"})") == "power_levels.not_integer");
    CHECK(change(version, R"({"ban":"forty"})", R"({"ban":40})") == "power_levels.not_integer");
    CHECK(change(version, "{}", R"({"events":{"m.x":null}})") == "power_levels.not_integer");
    CHECK(change(version, "{}", R"({"events":[]})") == "power_levels.not_integer");
  }
}

}  // namespace chancery::protocol
