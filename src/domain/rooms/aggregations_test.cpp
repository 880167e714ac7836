// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aggregations.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const Actor kCarol = RoomHouse::person("carol");

struct Talk {
  RoomHouse house;
  protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  protocol::EventId root = house.say(kAlice, room, "the root");
  int transactions = 0;

  Talk() { house.join(kBob, room); }

  runtime::Task<protocol::EventId> sending(const Actor& who, std::string type,
                                           base::JsonObject relation, std::string body = "child",
                                           std::optional<base::Timestamp> sent_at = {}) {
    base::JsonObject content{{"body", body}, {"m.relates_to", std::move(relation)}};
    content["m.new_content"] = base::JsonObject{{"body", body}};
    return house->sending.send(who, {.room = room,
                                     .type = std::move(type),
                                     .content = std::move(content),
                                     .transaction = "c" + std::to_string(++transactions),
                                     .sent_at = sent_at});
  }
  protocol::EventId relate(const Actor& who, std::string_view rel_type,
                           std::string body = "child") {
    return relate_to(root, who, rel_type, std::move(body));
  }
  protocol::EventId relate_to(const protocol::EventId& event, const Actor& who,
                              std::string_view rel_type, std::string body = "child",
                              std::optional<base::Timestamp> sent_at = std::nullopt) {
    return house.run(sending(who, "m.room.message",
                             {{"rel_type", rel_type}, {"event_id", event.text()}}, std::move(body),
                             sent_at));
  }
  void set_state(std::string type, base::JsonObject content) {
    house.run(house->sending.set_state(
        kAlice, {.room = room, .type = std::move(type), .key = "", .content = std::move(content)}));
  }
  void redact(const protocol::EventId& event) {
    house.run(house->sending.redact(kAlice, {.room = room,
                                             .event = event,
                                             .content = {},
                                             .transaction = "r" + std::to_string(++transactions)}));
  }
  void ignore(const Actor& who, const Actor& whom) {
    house.run(house->account_data.put({.user = who.user, .device = who.device}, "",
                                      "m.ignored_user_list",
                                      R"({"ignored_users":{")" + whom.user.text() + R"(":{}}})"));
  }
  runtime::Task<protocol::EventId> react(const Actor& who, std::string_view key) {
    return sending(who, "m.reaction",
                   {{"rel_type", "m.annotation"}, {"event_id", root.text()}, {"key", key}});
  }
  std::string relations(const Actor& who = kAlice) { return relations_of(root, who); }
  std::string relations_of(const protocol::EventId& event, const Actor& who = kAlice) {
    std::vector<CachedEventPtr> events{house.run(house->rooms.events().find(event))};
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

  talk.redact(second);

  CHECK(talk.shows("first edit"));
  CHECK_FALSE(talk.shows("second edit"));
}

TEST_CASE("a thread shows its newest event, its length and whether one spoke in it") {
  Talk talk;
  talk.house.join(kCarol, talk.room);
  talk.relate(kBob, "m.thread", "one");
  const protocol::EventId last = talk.relate(kBob, "m.thread", "two");

  for (int round = 0; round < 2; ++round) {
    CHECK(talk.shows(R"("count":2)"));
    CHECK(talk.shows(last.text()));
    CHECK(talk.shows(R"("current_user_participated":false)", kCarol));
    CHECK(talk.shows(R"("current_user_participated":true)", kBob));
    // Who began it takes part in it.
    CHECK(talk.shows(R"("current_user_participated":true)", kAlice));
    talk.house.restart();
  }
}

TEST_CASE("of edits the one with the latest time stands, whichever came last") {
  Talk talk;
  const auto at = [](std::int64_t time) { return base::Timestamp{time}; };
  talk.relate_to(talk.root, kAlice, "m.replace", "of noon", at(2'000'000));
  talk.relate_to(talk.root, kAlice, "m.replace", "of the morning", at(1'000'000));
  CHECK(talk.shows("of noon"));

  const auto one = talk.relate_to(talk.root, kAlice, "m.replace", "one", at(3'000'000));
  const auto other = talk.relate_to(talk.root, kAlice, "m.replace", "other", at(3'000'000));
  CHECK(talk.shows(std::max(one.text(), other.text())));
  CHECK_FALSE(talk.shows(std::min(one.text(), other.text())));
}

TEST_CASE("the newest event of a thread shows its own edit and what refers to it") {
  Talk talk;
  const protocol::EventId last = talk.relate(kBob, "m.thread", "reply");
  talk.relate_to(last, kBob, "m.replace", "reply, mended");
  const protocol::EventId reference = talk.relate_to(last, kAlice, "m.reference");

  CHECK(talk.shows("reply, mended"));
  CHECK(talk.shows(R"("m.reference":{"chunk":[{"event_id":")" + reference.text() + R"("}]})"));
}

TEST_CASE("what was redacted is not counted in a thread") {
  Talk talk;
  const protocol::EventId first = talk.relate(kBob, "m.thread", "one");
  const protocol::EventId second = talk.relate(kBob, "m.thread", "two");
  REQUIRE(talk.shows(R"("count":2)"));

  talk.redact(second);
  CHECK(talk.shows(R"("count":1)"));
  CHECK(talk.shows(first.text()));
  CHECK_FALSE(talk.shows(second.text()));

  talk.redact(first);
  CHECK(talk.relations().empty());
}

TEST_CASE("a redacted root keeps its thread and loses its edit") {
  Talk talk;
  const protocol::EventId reply = talk.relate(kBob, "m.thread", "reply");
  talk.relate(kAlice, "m.replace", "edited");
  REQUIRE(talk.shows("m.replace"));

  talk.redact(talk.root);

  for (int round = 0; round < 2; ++round) {
    CHECK(talk.shows(reply.text()));
    CHECK_FALSE(talk.shows("m.replace"));
    talk.house.restart();
  }
}

TEST_CASE("what ignored people said is left out of what is shown and counted") {
  Talk talk;
  talk.house.join(kCarol, talk.room);
  const protocol::EventId kept = talk.relate(kCarol, "m.thread", "kind");
  const protocol::EventId rude = talk.relate(kBob, "m.thread", "rude");
  const protocol::EventId reference = talk.relate(kBob, "m.reference");
  REQUIRE(talk.shows(rude.text()));

  talk.ignore(kAlice, kBob);

  CHECK(talk.shows(R"("count":1)"));
  CHECK(talk.shows(kept.text()));
  CHECK_FALSE(talk.shows(rude.text()));
  CHECK_FALSE(talk.shows(reference.text()));
  CHECK(talk.shows(R"("count":2)", kCarol));
}

TEST_CASE("what the history hides from someone is left out for them alone") {
  Talk talk;
  talk.set_state("m.room.history_visibility", {{"history_visibility", "joined"}});
  const protocol::EventId early = talk.relate(kBob, "m.thread", "early");
  const protocol::EventId reference = talk.relate(kBob, "m.reference");
  talk.relate(kAlice, "m.replace", "an early edit");
  talk.house.join(kCarol, talk.room);
  CHECK(talk.relations(kCarol).empty());

  const protocol::EventId late = talk.relate(kBob, "m.thread", "late");

  CHECK(talk.shows(R"("count":1)", kCarol));
  CHECK(talk.shows(late.text(), kCarol));
  CHECK_FALSE(talk.shows("an early edit", kCarol));
  CHECK_FALSE(talk.shows(reference.text(), kCarol));
  CHECK(talk.shows(R"("count":2)", kBob));
  CHECK(talk.shows("an early edit", kBob));
  CHECK(talk.shows(reference.text(), kBob));
  CHECK_FALSE(talk.shows(early.text(), kBob));
}

TEST_CASE("who took another name has seen what came before it") {
  Talk talk;
  talk.set_state("m.room.history_visibility", {{"history_visibility", "joined"}});
  talk.relate(kAlice, "m.thread", "reply");
  talk.house.run(talk.house->sending.set_state(
      kBob, {.room = talk.room,
             .type = "m.room.member",
             .key = kBob.user.text(),
             .content = {{"membership", "join"}, {"displayname", "Bobby"}}}));

  CHECK(talk.shows(R"("count":1)", kBob));
}

TEST_CASE("a state event shows nothing of what relates to it") {
  Talk talk;
  talk.set_state("m.room.topic", {{"topic", "talk"}});
  const protocol::EventId topic = talk.house.state(talk.room, "m.room.topic")->event->id();
  talk.relate_to(topic, kBob, "m.reference");

  CHECK(talk.relations_of(topic).empty());
}

TEST_CASE("what nothing relates to costs no question, however old it is") {
  Talk talk;
  for (int i = 0; i < 20; ++i) talk.house.say(kBob, talk.room, "plain");
  talk.house.run(talk.react(kBob, "+1"));
  const protocol::EventId other = talk.house.say(kBob, talk.room, "with a thread");
  talk.relate_to(other, kBob, "m.thread");
  talk.house.restart();
  const auto ask_all = [&] {
    for (const CachedEventPtr& event : talk.house.timeline(talk.room)) {
      talk.relations_of(event->event->id());
    }
    return talk.house->relation_summaries.questions();
  };

  CHECK(ask_all() == 1);
  CHECK(ask_all() == 1);

  // An event that was read when nothing related to it.
  talk.relate(kBob, "m.reference");
  CHECK(talk.shows("m.reference"));
  CHECK(ask_all() == 2);
}

TEST_CASE("a redaction makes what does not hold the redacted event no older") {
  Talk talk;
  talk.relate(kBob, "m.thread");
  talk.relations();
  const std::uint64_t before = talk.house->relation_summaries.questions();
  const protocol::RoomId elsewhere = talk.house.create(kAlice);
  const protocol::EventId said = talk.house.say(kAlice, elsewhere, "oops");
  talk.house.run(talk.house->sending.redact(
      kAlice, {.room = elsewhere, .event = said, .content = {}, .transaction = "r"}));

  talk.relations();

  CHECK(talk.house->relation_summaries.questions() == before);

  // Nor what others show in the same room.
  const protocol::EventId here = talk.house.say(kAlice, talk.room, "oops");
  talk.house.run(talk.house->sending.redact(
      kAlice, {.room = talk.room, .event = here, .content = {}, .transaction = "r2"}));
  talk.relations();
  CHECK(talk.house->relation_summaries.questions() == before);
}

TEST_CASE("summaries stay within their budget") {
  Talk talk;
  RelationSummaries few(talk.house->rooms, talk.house.store().committer(), 5);
  const auto ask = [&](const protocol::EventId& event) {
    return talk.house.run(few.get(talk.house.run(talk.house->rooms.events().find(event))));
  };
  std::vector<protocol::EventId> roots;
  for (int i = 0; i < 3; ++i) {
    roots.push_back(talk.house.say(kAlice, talk.room, "root"));
    talk.relate_to(roots.back(), kBob, "m.thread");
  }

  for (const protocol::EventId& root : roots) CHECK(ask(root) != nullptr);
  CHECK(few.questions() == 3);
  ask(roots[1]);
  ask(roots[2]);
  CHECK(few.questions() == 3);
  ask(roots[0]);
  CHECK(few.questions() == 4);
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
  talk.redact(first);

  CHECK_FALSE(talk.house.error_of(talk.react(kAlice, "+1")));
}

}  // namespace
}  // namespace chancery::rooms
