// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::EventSpec;
using support::RoomBuilder;

struct NoState final : AuthState {
  [[nodiscard]] const VerifiedEvent* find(std::string_view, std::string_view) const override {
    return nullptr;
  }
};

// What the rules say to a create event as the first of its room.
std::string rule_against(std::string_view version, EventSpec spec) {
  const RoomBuilder room(version);
  spec.type = "m.room.create";
  if (!spec.state_key) spec.state_key = "";
  if (!spec.prev_events) spec.prev_events.emplace();
  const Verdict verdict = check_event_auth(*room.make(spec), NoState());
  const auto* denied = std::get_if<Denied>(&verdict);
  return denied == nullptr ? "" : std::string(denied->rule);
}

}  // namespace

TEST_CASE("a create event starts a room of every version") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const RoomBuilder room(version.name);
    CHECK(is_allowed(check_event_auth(room.create(), NoState())));
    CHECK(is_allowed(check_event_auth(room.create(), room)));
  }
}

TEST_CASE("a create event comes after nothing") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const RoomBuilder room(version.name);
    CHECK(rule_against(version.name, {.content = R"({"creator":"@creator:x"})",
                                      .prev_events = {{room.last().id()}}}) ==
          "create.prev_events");
  }
}

TEST_CASE("up to version 11 a room is made by a user of the server that its id names") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const bool named = version.format != EventFormat::create_names_room;
    CHECK(rule_against(version.name, {.sender = "@creator:elsewhere",
                                      .content = R"({"creator":"@creator:x"})"}) ==
          (named ? "create.room_domain" : ""));
  }
}

TEST_CASE("a room of a version that nobody knows cannot be made") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    for (const std::string_view value : {"\"0\"", "\"org.example\"", "1", "null"}) {
      CHECK(rule_against(version.name, {.content = R"({"creator":"@creator:x","room_version":)" +
                                                   std::string(value) + "}"}) ==
            "create.room_version");
    }
  }
}

TEST_CASE("up to version 10 a create event names its creator") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    CHECK(rule_against(version.name, {.content = "{}"}) ==
          (version.implicit_creator ? "" : "create.creator"));
  }
}

TEST_CASE("from version 12 on additional creators are a list of user ids") {
  const std::pair<std::string_view, bool> cases[] = {
      {R"([])", true},          {R"(["@a:x","@b:y"])", true}, {R"("@a:x")", false},
      {R"({"@a:x":1})", false}, {R"(["@a:x",7])", false},     {R"(["alice"])", false},
      {R"([null])", false},     {R"(["@a"])", false},         {"null", false},
  };
  for (const RoomVersion& version : all_room_versions()) {
    for (const auto& [value, is_right] : cases) {
      CAPTURE(version.name);
      CAPTURE(value);
      const bool is_asked = version.creators_have_infinite_power;
      CHECK(rule_against(version.name,
                         {.content = R"({"creator":"@creator:x","additional_creators":)" +
                                     std::string(value) + "}"}) ==
            (is_right || !is_asked ? "" : "create.additional_creators"));
    }
  }
}

TEST_CASE("a room has one create event, and its state key is empty") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const RoomBuilder room(version.name);
    const EventSpec second{.type = "m.room.create",
                           .state_key = "",
                           .content = R"({"creator":"@creator:x","second":true})",
                           .prev_events = std::vector<EventId>()};
    CHECK(room.rule_against(second) == "create.second");
    if (version.format != EventFormat::create_names_room) {
      CHECK(rule_against(version.name,
                         {.state_key = "key", .content = R"({"creator":"@creator:x"})"}) ==
            "create.state_key");
    }
  }
}

TEST_CASE("nothing may happen in a room without a create event, or in another room") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder room(version.name);
    const bool named = version.format != EventFormat::create_names_room;
    CHECK(room.rule_against({.room = named ? "!other:x" : "!" + std::string(43, 'a')}) ==
          "create.other_room");
    room.forget("m.room.create", "");
    CHECK(room.rule_against({}) == "create.missing");
  }
}

TEST_CASE("a room that is not federated takes events of its creator's server alone") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder closed(version.name, R"({"m.federate":false})");
    closed.with_member("@bob:x", "join").with_member("@eve:y", "join");
    CHECK(closed.rule_against({.sender = "@bob:x"}) == "");
    CHECK(closed.rule_against({.sender = "@eve:y"}) == "create.not_federated");

    for (const std::string_view content : {"{}", R"({"m.federate":true})"}) {
      RoomBuilder open(version.name, content);
      open.with_member("@eve:y", "join");
      CHECK(open.rule_against({.sender = "@eve:y"}) == "");
    }
  }
}

}  // namespace chancery::protocol
