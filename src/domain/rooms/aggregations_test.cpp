// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aggregations.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");

struct Talk {
  RoomHouse house;
  protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  protocol::EventId root = house.say(kAlice, room, "the root");
  int transactions = 0;

  Talk() { house.join(kBob, room); }

  runtime::Task<protocol::EventId> sending(const Actor& who, std::string type,
                                           base::JsonObject relation, std::string body = "child") {
    base::JsonObject content{{"body", body}, {"m.relates_to", std::move(relation)}};
    content["m.new_content"] = base::JsonObject{{"body", body}};
    return house->sending.send(who, {.room = room,
                                     .type = std::move(type),
                                     .content = std::move(content),
                                     .transaction = "c" + std::to_string(++transactions),
                                     .sent_at = {}});
  }
  protocol::EventId relate(const Actor& who, std::string_view rel_type,
                           std::string body = "child") {
    return house.run(sending(who, "m.room.message",
                             {{"rel_type", rel_type}, {"event_id", root.text()}}, std::move(body)));
  }
  runtime::Task<protocol::EventId> react(const Actor& who, std::string_view key) {
    return sending(who, "m.reaction",
                   {{"rel_type", "m.annotation"}, {"event_id", root.text()}, {"key", key}});
  }
  std::string relations(const Actor& who = kAlice) {
    std::vector<CachedEventPtr> events{house.run(house->rooms.events().find(root))};
    return house
        .run(house->aggregations.describe(
            events,
            {.user = who.user, .device = who.device, .now = house.scheduler().clock().now()}))
        .front();
  }
  bool shows(std::string_view text, const Actor& who = kAlice) {
    return relations(who).find(text) != std::string::npos;
  }
};

TEST_CASE("an event to which nothing relates shows no relations") {
  Talk talk;
  CHECK(talk.relations().empty());
  talk.house.restart();
  CHECK(talk.relations().empty());
}

TEST_CASE("the newest edit by the author stands for all") {
  Talk talk;
  talk.relate(kAlice, "m.replace", "first edit");
  CHECK(talk.shows("first edit"));
  talk.relate(kAlice, "m.replace", "second edit");

  CHECK(talk.shows("second edit"));
  CHECK_FALSE(talk.shows("first edit"));
}

TEST_CASE("nobody may edit what another said") {
  Talk talk;
  talk.relate(kBob, "m.replace", "words in her mouth");
  CHECK(talk.relations().empty());
}

TEST_CASE("a redacted edit gives way to the one before") {
  Talk talk;
  talk.relate(kAlice, "m.replace", "first edit");
  const protocol::EventId second = talk.relate(kAlice, "m.replace", "second edit");
  REQUIRE(talk.shows("second edit"));

  talk.house.run(talk.house->sending.redact(
      kAlice, {.room = talk.room, .event = second, .content = {}, .transaction = "r1"}));

  CHECK(talk.shows("first edit"));
  CHECK_FALSE(talk.shows("second edit"));
}

TEST_CASE("a thread shows its newest event, its length and whether one spoke in it") {
  Talk talk;
  talk.relate(kBob, "m.thread", "one");
  const protocol::EventId last = talk.relate(kBob, "m.thread", "two");

  for (int round = 0; round < 2; ++round) {
    CHECK(talk.shows(R"("count":2)"));
    CHECK(talk.shows(last.text()));
    CHECK(talk.shows(R"("current_user_participated":false)", kAlice));
    CHECK(talk.shows(R"("current_user_participated":true)", kBob));
    talk.house.restart();
  }
}

TEST_CASE("what refers to an event is listed with it") {
  Talk talk;
  const protocol::EventId reference = talk.relate(kBob, "m.reference");
  CHECK(talk.relations() ==
        R"({"m.reference":{"chunk":[{"event_id":")" + reference.text() + R"("}]}})");
}

TEST_CASE("the same reaction by the same person is refused the second time") {
  Talk talk;
  talk.house.run(talk.react(kAlice, "+1"));

  CHECK(talk.house.error_of(talk.react(kAlice, "+1")) == ErrorCode::duplicate_annotation);
  CHECK_FALSE(talk.house.error_of(talk.react(kAlice, "-1")));
  CHECK_FALSE(talk.house.error_of(talk.react(kBob, "+1")));
}

TEST_CASE("a reaction that was redacted may be given again") {
  Talk talk;
  const protocol::EventId first = talk.house.run(talk.react(kAlice, "+1"));
  talk.house.run(talk.house->sending.redact(
      kAlice, {.room = talk.room, .event = first, .content = {}, .transaction = "r1"}));

  CHECK_FALSE(talk.house.error_of(talk.react(kAlice, "+1")));
}

}  // namespace
}  // namespace chancery::rooms
