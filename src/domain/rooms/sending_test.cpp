// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/sending.hpp"

#include "domain/rooms/client_event.hpp"
#include "runtime/task_group.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const Actor kMallory = RoomHouse::person("mallory");

struct Talk {
  RoomHouse house;
  protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  Talk() { house.join(kBob, room); }

  NewMessage message(std::string body, std::string transaction) const {
    return {.room = room,
            .type = "m.room.message",
            .content = {{"body", std::move(body)}},
            .transaction = std::move(transaction),
            .sent_at = {}};
  }
  NewRedaction redaction(const protocol::EventId& event, std::string transaction) const {
    return {.room = room,
            .event = event,
            .content = {{"reason", "wrong patient"}},
            .transaction = std::move(transaction)};
  }
};

runtime::Task<> send_into(Sending& sending, Actor who, NewMessage message,
                          std::vector<protocol::EventId>& ids) {
  ids.push_back(co_await sending.send(std::move(who), std::move(message)));
}

runtime::Task<> join_group(runtime::TaskGroup& group) { co_await group.join(); }

std::string text_for(const CachedEventPtr& event, const Actor& who) {
  return client_event(*event, {.user = who.user,
                               .device = who.device,
                               .now = event->event->origin_server_ts(),
                               .room_id = RoomIdMember::left_out});
}

TEST_CASE("a room knows its state at each of its newest events and before them") {
  Talk talk;
  talk.house.say(kAlice, talk.room, "before");
  talk.house.restart();
  const RoomPtr room = talk.house.room(talk.room);
  const RoomHead at_start = room->head();
  const auto check_all = [&](std::size_t events, std::size_t known) {
    std::size_t found = 0;
    const auto timeline = talk.house.timeline(talk.room);
    for (const CachedEventPtr& event : timeline) {
      const auto state = room->find_state_at(event->position);
      if (!state) continue;
      ++found;
      CHECK(*state == event->state_after);
    }
    CHECK(timeline.size() == events);
    CHECK(found == known);
  };
  const std::size_t so_far = talk.house.timeline(talk.room).size();
  CHECK(room->find_state_at(at_start.last_position) == at_start.state);
  CHECK_FALSE(room->find_state_at({at_start.last_position.value - 1}).has_value());

  talk.house.say(kAlice, talk.room, "hello");
  talk.house.run(talk.house->sending.set_state(
      kAlice,
      {.room = talk.room, .type = "m.room.topic", .key = "", .content = {{"topic", "now"}}}));
  talk.house.say(kAlice, talk.room, "hello again");
  CHECK(room->head().state != at_start.state);
  check_all(so_far + 3, 4);  // the newest of before as well

  for (int i = 0; i < 126; ++i) talk.house.say(kAlice, talk.room, "more");
  check_all(so_far + 129, 129);  // of the 129 the first is behind memory, its state is not
}

TEST_CASE("a room that forgot its newest events knows the state behind them as it was") {
  Talk talk;
  const RoomPtr room = talk.house.room(talk.room);
  const auto set_topic = [&](const char* topic) {
    talk.house.run(talk.house->sending.set_state(
        kAlice,
        {.room = talk.room, .type = "m.room.topic", .key = "", .content = {{"topic", topic}}}));
  };
  set_topic("one");
  const RoomHead head = room->head();

  room->forget_recent();
  set_topic("two");

  CHECK(room->find_state_at(head.last_position) == head.state);
}

TEST_CASE("an older page extends what a room knows its state at") {
  Talk talk;
  talk.house.restart();
  const RoomPtr room = talk.house.room(talk.room);
  const storage::StreamPosition last = room->last_position();

  const auto page =
      talk.house.run(talk.house->rooms.load_timeline({.room = room->number(),
                                                      .after = {},
                                                      .until = last,
                                                      .direction = storage::Direction::backwards,
                                                      .limit = 2}));

  REQUIRE(page.size() == 2);
  CHECK(room->find_state_at(page[1]->position) == page[1]->state_after);
  CHECK_FALSE(room->find_state_at({page[1]->position.value - 1}).has_value());
}

TEST_CASE("the same transaction twice is one event") {
  Talk talk;

  const protocol::EventId first = talk.house.say(kAlice, talk.room, "hello", "t1");
  const protocol::EventId second = talk.house.say(kAlice, talk.room, "hello again", "t1");

  CHECK(first == second);
  CHECK(talk.house.timeline(talk.room).back()->event->id() == first);
}

TEST_CASE("the same transaction after a restart is still the same event") {
  Talk talk;
  const protocol::EventId first = talk.house.say(kAlice, talk.room, "hello", "t1");
  const std::size_t length = talk.house.timeline(talk.room).size();

  talk.house.restart();

  CHECK(talk.house.say(kAlice, talk.room, "hello", "t1") == first);
  CHECK(talk.house.timeline(talk.room).size() == length);
}

TEST_CASE("the same transaction of another device, room or type is another event") {
  Talk talk;
  const protocol::EventId first = talk.house.say(kAlice, talk.room, "hello", "t1");
  const protocol::RoomId other = talk.house.create(kAlice);

  CHECK(talk.house.say(RoomHouse::person("alice", "TABLET"), talk.room, "hello", "t1") != first);
  CHECK(talk.house.say(kAlice, other, "hello", "t1") != first);
  NewMessage sticker = talk.message("hello", "t1");
  sticker.type = "m.sticker";
  CHECK(talk.house.run(talk.house->sending.send(kAlice, sticker)) != first);
}

TEST_CASE("a transaction that comes twice at the same time is one event") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Talk talk;
    const std::size_t before = talk.house.timeline(talk.room).size();
    std::vector<protocol::EventId> ids;
    runtime::TaskGroup group("senders");
    for (int i = 0; i < 4; ++i) {
      group.spawn_on(talk.house.scheduler(),
                     send_into(talk.house->sending, kAlice, talk.message("hello", "t1"), ids));
    }

    talk.house.run(join_group(group));

    REQUIRE(ids.size() == 4);
    CHECK(ids[0] == ids[3]);
    CHECK(talk.house.timeline(talk.room).size() == before + 1);
  }
}

TEST_CASE("two senders in one room keep one order, without forks") {
  Talk talk;
  std::vector<protocol::EventId> ids;
  runtime::TaskGroup group("senders");
  for (int i = 0; i < 10; ++i) {
    const std::string name = std::to_string(i);
    group.spawn_on(talk.house.scheduler(),
                   send_into(talk.house->sending, i % 2 == 0 ? kAlice : kBob,
                             talk.message("message " + name, "t" + name), ids));
  }

  talk.house.run(join_group(group));

  const std::vector<CachedEventPtr> events = talk.house.timeline(talk.room);
  for (std::size_t i = 1; i < events.size(); ++i) {
    CHECK(events[i]->event->prev_events() == std::vector{events[i - 1]->event->id()});
    CHECK(events[i]->event->depth() == events[i - 1]->event->depth() + 1);
    CHECK(events[i]->position > events[i - 1]->position);
  }
  CHECK(ids.size() == 10);
}

TEST_CASE("who is not in a room may not speak in it, nor learn whether it is there") {
  Talk talk;

  const auto outside =
      talk.house.error_of(talk.house->sending.send(kMallory, talk.message("hello", "t1")));
  NewMessage elsewhere = talk.message("hello", "t2");
  elsewhere.room = *protocol::RoomId::parse("!nowhere:example.org");
  const auto nowhere = talk.house.error_of(talk.house->sending.send(kMallory, elsewhere));

  CHECK(outside == ErrorCode::forbidden);
  CHECK(nowhere == ErrorCode::forbidden);
}

TEST_CASE("a message that was denied is not remembered: its transaction may be tried again") {
  Talk talk;
  CHECK(talk.house.error_of(talk.house->sending.send(kMallory, talk.message("hello", "t1"))) ==
        ErrorCode::forbidden);
  talk.house.join(kMallory, talk.room);

  const protocol::EventId id =
      talk.house.run(talk.house->sending.send(kMallory, talk.message("hello", "t1")));

  CHECK(talk.house.timeline(talk.room).back()->event->id() == id);
}

TEST_CASE("an event that is too large is refused and nothing of it stays") {
  Talk talk;
  const std::size_t before = talk.house.timeline(talk.room).size();

  const auto error = talk.house.error_of(talk.house->sending.send(
      kAlice, talk.message(std::string(protocol::kMaxEventBytes, 'x'), "t1")));

  CHECK(error == ErrorCode::too_large);
  CHECK(talk.house.timeline(talk.room).size() == before);
}

TEST_CASE("state that is set again as it is stays the same event") {
  Talk talk;
  const NewState name{
      .room = talk.room, .type = "m.room.name", .key = "", .content = {{"name", "Ward 3"}}};

  const protocol::EventId first = talk.house.run(talk.house->sending.set_state(kAlice, name));
  const protocol::EventId second = talk.house.run(talk.house->sending.set_state(kAlice, name));

  CHECK(first == second);
}

TEST_CASE("who has not the power may not set state") {
  Talk talk;
  const auto error = talk.house.error_of(talk.house->sending.set_state(
      kBob, {.room = talk.room, .type = "m.room.name", .key = "", .content = {{"name", "Mine"}}}));
  CHECK(error == ErrorCode::forbidden);
}

TEST_CASE("the sender's device alone is told the transaction") {
  Talk talk;
  talk.house.say(kAlice, talk.room, "hello", "t1");

  const CachedEventPtr event = talk.house.timeline(talk.room).back();

  CHECK(text_for(event, kAlice).find(R"("transaction_id":"t1")") != std::string::npos);
  CHECK(text_for(event, RoomHouse::person("alice", "TABLET")).find("transaction_id") ==
        std::string::npos);
  CHECK(text_for(event, kBob).find("transaction_id") == std::string::npos);
}

TEST_CASE("state shows what it took the place of, also after a restart") {
  Talk talk;
  const NewState first{
      .room = talk.room, .type = "m.room.name", .key = "", .content = {{"name", "Ward 3"}}};
  NewState second = first;
  second.content["name"] = "Ward 4";
  const protocol::EventId replaced = talk.house.run(talk.house->sending.set_state(kAlice, first));
  talk.house.run(talk.house->sending.set_state(kAlice, second));

  const std::string before = text_for(talk.house.timeline(talk.room).back(), kBob);
  talk.house.restart();
  const std::string after = text_for(talk.house.timeline(talk.room).back(), kBob);

  CHECK(before == after);
  CHECK(before.find(R"("prev_content":{"name":"Ward 3"})") != std::string::npos);
  CHECK(before.find("\"replaces_state\":\"" + replaced.text() + "\"") != std::string::npos);
}

TEST_CASE("a redaction takes the content out of memory and out of the store") {
  Talk talk;
  const protocol::EventId secret = talk.house.say(kBob, talk.room, "the diagnosis");

  const protocol::EventId redaction =
      talk.house.run(talk.house->sending.redact(kBob, talk.redaction(secret, "t9")));

  for (int round = 0; round < 2; ++round) {
    const CachedEventPtr event = talk.house.run(talk.house->rooms.events().find(secret));
    REQUIRE(event != nullptr);
    CHECK(event->event->content().empty());
    CHECK(event->event->id() == secret);
    const std::string shown = text_for(event, kAlice);
    CHECK(shown.find("diagnosis") == std::string::npos);
    CHECK(shown.find("redacted_because") != std::string::npos);
    CHECK(shown.find(redaction.text()) != std::string::npos);
    talk.house.restart();
  }
}

TEST_CASE("what state showed of a redacted event is gone too") {
  Talk talk;
  NewState topic{
      .room = talk.room, .type = "m.room.topic", .key = "", .content = {{"topic", "diagnosis"}}};
  const protocol::EventId secret = talk.house.run(talk.house->sending.set_state(kAlice, topic));
  topic.content["topic"] = "other";
  const protocol::EventId later = talk.house.run(talk.house->sending.set_state(kAlice, topic));

  talk.house.run(talk.house->sending.redact(kAlice, talk.redaction(secret, "t9")));

  const CachedEventPtr event = talk.house.run(talk.house->rooms.events().find(later));
  CHECK(text_for(event, kBob).find("diagnosis") == std::string::npos);
}

TEST_CASE("one's own event may be redacted by anyone, another's by who has the power") {
  Talk talk;
  const protocol::EventId of_alice = talk.house.say(kAlice, talk.room, "hers");
  const protocol::EventId of_bob = talk.house.say(kBob, talk.room, "his");

  CHECK(talk.house.error_of(talk.house->sending.redact(kBob, talk.redaction(of_alice, "t1"))) ==
        ErrorCode::forbidden);
  CHECK_FALSE(
      talk.house.error_of(talk.house->sending.redact(kAlice, talk.redaction(of_bob, "t2"))));
}

TEST_CASE("an event of another room cannot be redacted from here") {
  Talk talk;
  const protocol::RoomId other = talk.house.create(kAlice);
  const protocol::EventId there = talk.house.say(kAlice, other, "there");

  CHECK(talk.house.error_of(talk.house->sending.redact(kAlice, talk.redaction(there, "t1"))) ==
        ErrorCode::not_found);
}

TEST_CASE("who is outside a room is told so, whatever they reacted with before") {
  Talk talk;
  const protocol::EventId said = talk.house.say(kAlice, talk.room, "one");
  int reactions = 0;
  const auto react = [&](const Actor& who, const std::string& key) {
    return talk.house.error_of(talk.house->sending.send(
        who,
        {.room = talk.room,
         .type = "m.reaction",
         .content = {{"m.relates_to",
                      {{"rel_type", "m.annotation"}, {"event_id", said.text()}, {"key", key}}}},
         .transaction = "r" + std::to_string(++reactions),
         .sent_at = {}}));
  };
  CHECK_FALSE(react(kBob, "+1"));
  CHECK(react(kBob, "+1") == ErrorCode::duplicate_annotation);
  CHECK_FALSE(react(kBob, "-1"));
  CHECK_FALSE(react(kAlice, "+1"));

  talk.house.run(talk.house->members.leave(kBob, talk.room, std::nullopt));
  CHECK(react(kBob, "+1") == ErrorCode::forbidden);
  CHECK(react(kMallory, "+1") == ErrorCode::forbidden);
}

TEST_CASE("a thread begins at no event that is related to another, but at a reply it may") {
  Talk talk;
  int sent = 0;
  const auto message = [&](base::JsonObject relation) -> NewMessage {
    return {
        .room = talk.room,
        .type = "m.room.message",
        .content = {{"msgtype", "m.text"}, {"body", "text"}, {"m.relates_to", std::move(relation)}},
        .transaction = "m" + std::to_string(++sent),
        .sent_at = {}};
  };
  const auto send = [&](base::JsonObject relation) {
    return talk.house.run(talk.house->sending.send(kAlice, message(std::move(relation))));
  };
  const auto error_in_thread_of = [&](const protocol::EventId& root) {
    return talk.house.error_of(talk.house->sending.send(
        kAlice, message({{"rel_type", "m.thread"}, {"event_id", root.text()}})));
  };
  const protocol::EventId root = talk.house.say(kAlice, talk.room, "one");
  const protocol::EventId reply =
      send({{"m.in_reply_to", base::JsonObject{{"event_id", root.text()}}}});
  const protocol::EventId in_thread = send({{"rel_type", "m.thread"}, {"event_id", root.text()}});
  const protocol::EventId refers = send({{"rel_type", "m.reference"}, {"event_id", root.text()}});

  CHECK_FALSE(error_in_thread_of(root));
  CHECK_FALSE(error_in_thread_of(reply));
  CHECK_FALSE(error_in_thread_of(protocol::EventId::trusted("$nowhere")));
  CHECK(error_in_thread_of(in_thread) == ErrorCode::unknown);
  CHECK(error_in_thread_of(refers) == ErrorCode::unknown);
}

TEST_CASE("a sticky event that does not open keeps no server from starting") {
  Talk talk;
  const auto stick = [&](const std::string& body) {
    NewMessage message = talk.message(body, body);
    message.sticky_for = 3'600'000;
    return talk.house.run(talk.house->sending.send(kAlice, std::move(message)));
  };
  const protocol::EventId broken = stick("one");
  const protocol::EventId whole = stick("two");
  storage::Change change;
  change.mutations.emplace_back(storage::ReplaceEventRecord{
      talk.house.run(talk.house->rooms.events().find(broken))->number, "no record", {}});
  talk.house.run(talk.house.store().committer().commit(std::move(change)));

  talk.house.restart();

  const auto sticky = talk.house.run(talk.house->sticky.load(
      {.room = talk.house.room(talk.room)->number(), .after = {}, .until = {1'000'000}}));
  REQUIRE(sticky.size() == 1);
  CHECK(sticky.front()->event->id() == whole);
}

TEST_CASE("a room that makes its senders wait does not delay the events of other rooms") {
  Talk talk;
  storage::Change account;
  account.mutations.emplace_back(
      storage::CreateAccount{{.user = kAlice.user, .password_hash = ""}});
  talk.house.run(talk.house.store().committer().commit(std::move(account)));
  const protocol::RoomId other = talk.house.create(kAlice);
  for (const protocol::RoomId& room : {talk.room, other}) {
    talk.house.run(talk.house->delayed.schedule(
        kAlice, {.room = room,
                 .type = "m.room.message",
                 .state_key = {},
                 .content = {{"body", "late"}},
                 .transaction = {},
                 .delay = std::chrono::seconds(room == talk.room ? 1 : 2)}));
  }
  const auto count = [&](const protocol::RoomId& room) {
    talk.house.run(talk.house.store().committer().commit({}));
    talk.house.scheduler().run_ready();
    return std::ranges::count_if(talk.house.timeline(room), [](const CachedEventPtr& event) {
      return event->event->type() == "m.room.message";
    });
  };
  runtime::TaskGroup sending("delayed events");
  {
    const auto turn = talk.house.run(talk.house.room(talk.room)->enter());
    sending.spawn_on(talk.house.scheduler(),
                     talk.house->delayed.send_when_due(sending.cancel_token()));
    talk.house.scheduler().run_ready();
    talk.house.scheduler().advance(std::chrono::seconds(3));
    for (int i = 0; i < 20 && count(other) == 0; ++i) {
    }
    CHECK(count(other) == 1);
    CHECK(count(talk.room) == 0);
  }
  for (int i = 0; i < 20 && count(talk.room) == 0; ++i) {
  }
  CHECK(count(talk.room) == 1);
  talk.house.run(sending.stop());
}

TEST_CASE("a delayed event that does not open is over when its time comes, and can be cancelled") {
  Talk talk;
  const storage::RoomNumber number = talk.house.room(talk.room)->number();
  const base::Timestamp now = talk.house.scheduler().clock().now();
  for (const char* id : {"due", "cancelled"}) {
    storage::Change change;
    change.mutations.emplace_back(storage::PutDelayedEvent{.key = {id, kAlice.user},
                                                           .room = number,
                                                           .send_at = now + std::chrono::hours(1),
                                                           .record = "no record"});
    talk.house.run(talk.house.store().committer().commit(std::move(change)));
  }
  talk.house.run(talk.house->delayed.load_waiting());
  CHECK(talk.house.run(talk.house->delayed.load(kAlice.user)).empty());
  CHECK_FALSE(talk.house.run(talk.house->delayed.find(kBob.user, "due")).has_value());
  talk.house.run(talk.house->delayed.act("cancelled", kAlice.user, DelayedEvents::Act::cancel));

  runtime::TaskGroup sending("delayed events");
  sending.spawn_on(talk.house.scheduler(),
                   talk.house->delayed.send_when_due(sending.cancel_token()));
  talk.house.scheduler().run_ready();
  talk.house.scheduler().advance(std::chrono::hours(2));
  const auto find = [&](const std::string& id) {
    return talk.house.run(talk.house->delayed_store.find_delayed_event(id));
  };
  for (int i = 0; i < 20 && find("due")->finalised_at.milliseconds == 0; ++i) {
    talk.house.run(talk.house.store().committer().commit({}));
    talk.house.scheduler().run_ready();
  }
  talk.house.run(sending.stop());

  CHECK(find("due")->error.find("cannot be read") != std::string::npos);
  CHECK(find("cancelled")->finalised_at.milliseconds != 0);
}

}  // namespace
}  // namespace chancery::rooms
