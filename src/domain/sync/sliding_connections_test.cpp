// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Connections of sliding sync: their positions, what is lost and given again, and where they stay.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using namespace std::chrono_literals;
using support::RoomHouse;
using support::Slid;
using support::SlideWish;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");

std::string wish(const std::string& connection = "") {
  return R"({"conn_id":")" + connection +
         R"(","lists":{"all":{"ranges":[[0,99]],"timeline_limit":10}}})";
}

std::optional<protocol::ErrorCode> error_of(SyncHouse& house, const rooms::Actor& who,
                                            SlideWish slide) {
  return house.rooms().error_of(house->sliding.sync(house.slide_request(who, std::move(slide))));
}

TEST_CASE("an answer that was lost is given again, with what came since") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  house.rooms().say(kAnna, room, "one");
  const Slid lost = house.slide(kAnna, {.body = wish(), .from = first});
  house.rooms().say(kAnna, room, "two");

  const Slid again = house.slide(kAnna, {.body = wish(), .from = first});
  const Slid next = house.slide(kAnna, {.body = wish(), .from = again});

  CHECK(lost.said(room) == "one");
  CHECK(again.said(room) == "one two");
  CHECK(next.count_rooms() == 0);
}

TEST_CASE("members that a lost answer told are told again") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kBen, room);
  const std::string lazy = R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,
      "required_state":[["m.room.member","$LAZY"]]}}})";
  house.rooms().say(kAnna, room, "x");
  const Slid first = house.slide(kAnna, {.body = lazy});
  house.rooms().say(kBen, room, "y");
  const Slid lost = house.slide(kAnna, {.body = lazy, .from = first});
  const Slid again = house.slide(kAnna, {.body = lazy, .from = first});

  CHECK(lost.keys(room) == "m.room.member/@ben:example.org");
  CHECK(again.keys(room) == "m.room.member/@ben:example.org");
}

TEST_CASE("a position that nobody gave, or that is over, is unknown") {
  SyncHouse house;
  house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  const Slid second = house.slide(kAnna, {.body = wish(), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish(), .from = second});
  const auto unknown = protocol::ErrorCode::unknown_pos;

  CHECK(error_of(house, kAnna, {.body = wish(), .from = first}) == unknown);
  CHECK(error_of(house, kBen, {.body = wish(), .from = third}) == unknown);
  CHECK(error_of(house, RoomHouse::person("anna", "TABLET"), {.body = wish(), .from = third}) ==
        unknown);
  CHECK(error_of(house, kAnna, {.body = wish("other"), .from = third}) == unknown);
  for (const char* pos :
       {"s1", "s1_2_3", "x", "s1_2_3_4", "s-1_2_3", "s99999999999999999999_1_1"}) {
    CAPTURE(pos);
    const std::string body = R"({"pos":")" + std::string(pos) + "\"}";
    CHECK(error_of(house, kAnna, {.body = body, .face = SlidingFace::stable}) == unknown);
  }
  CHECK_FALSE(error_of(house, kAnna, {.body = wish(), .from = third}).has_value());
}

TEST_CASE("connections of one device go on beside each other") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid list = house.slide(kAnna, {.body = wish("room-list")});
  const Slid other = house.slide(kAnna, {.body = wish("notifications")});
  house.rooms().say(kAnna, room, "x");

  CHECK(house.slide(kAnna, {.body = wish("room-list"), .from = list}).said(room) == "x");
  CHECK(house.slide(kAnna, {.body = wish("notifications"), .from = other}).said(room) == "x");
}

TEST_CASE("beginning anew ends what was before under that name") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid old = house.slide(kAnna, {.body = wish()});
  const Slid fresh = house.slide(kAnna, {.body = wish()});

  CHECK(fresh.flag(room, "initial"));
  CHECK(error_of(house, kAnna, {.body = wish(), .from = old}) == protocol::ErrorCode::unknown_pos);
}

TEST_CASE("a position is a place in the timeline too") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.rooms().say(kAnna, room, "x");
  const Slid first = house.slide(kAnna, {.body = wish()});

  CHECK(parse_sliding_pos(first.pos())->position ==
        house.rooms().store().committer().last_position());
}

TEST_CASE("a restart of the server goes on where each client is") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const protocol::RoomId quiet = house.rooms().create(kAnna);
  house.put_account_data(kAnna, "m.direct", R"({"@x:y.org":[")" + quiet.text() + "\"]}");
  const Slid first = house.slide(kAnna, {.body = wish()});
  house.rooms().say(kAnna, room, "lost");
  const Slid lost = house.slide(kAnna, {.body = wish(), .from = first});
  house.restart();
  house.rooms().say(kAnna, room, "later");

  const Slid again = house.slide(kAnna, {.body = wish(), .from = first});
  house.restart();
  const Slid next = house.slide(kAnna, {.body = wish(), .from = again});
  house.restart(SyncHouse::Ending::crash);
  house.rooms().say(kAnna, room, "after the crash");

  CHECK(again.said(room) == "lost later");
  CHECK_FALSE(again.flag(room, "initial"));
  CHECK(again.room(quiet) == nullptr);
  CHECK(next.count_rooms() == 0);
  // What was written is older than what its client has.
  CHECK(error_of(house, kAnna, {.body = wish(), .from = next}) == protocol::ErrorCode::unknown_pos);
}

TEST_CASE("what does not fit into memory goes to the store and comes back") {
  SyncHouse house({.memory_bytes = 4'000});
  const protocol::RoomId room = house.rooms().create(kAnna);
  std::vector<Slid> answers;
  for (int i = 0; i < 6; ++i) {
    answers.push_back(house.slide(kAnna, {.body = wish(std::to_string(i))}));
    house.run(house->connections.spill());
  }
  CHECK(house->connections.size() < 6);
  house.rooms().say(kAnna, room, "x");

  for (int i = 0; i < 6; ++i) {
    CAPTURE(i);
    const Slid next = house.slide(kAnna, {.body = wish(std::to_string(i)), .from = answers[i]});
    CHECK(next.said(room) == "x");
    house.run(house->connections.spill());
  }
}

TEST_CASE("whoever waits on a connection that goes to the store is sent on from where they are") {
  SyncHouse house({.memory_bytes = 1});
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  const auto waiting = house.begin_slide(kAnna, {.body = wish(), .from = first, .timeout = 30s});
  house.run(house->connections.spill());
  REQUIRE(house->connections.size() == 0);
  house.rooms().say(kAnna, room, "x");

  const Slid sent_on = house.await(waiting);

  CHECK(sent_on.pos() == first.pos());
  CHECK(sent_on.count_rooms() == 0);
  CHECK(house.slide(kAnna, {.body = wish(), .from = sent_on}).said(room) == "x");
}

TEST_CASE("a connection that is used while it is written stays, be it in the same millisecond") {
  SyncHouse house({.memory_bytes = 16'000});
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish("small")});
  std::string lists;
  for (int i = 0; i < 20; ++i) {
    lists += (i == 0 ? "\"" : ",\"") + std::to_string(i) + std::string(240, 'x') +
             R"(":{"ranges":[[0,9]],"timeline_limit":1})";
  }
  const Slid large = house.slide(kAnna, {.body = R"({"conn_id":"large","lists":{)" + lists + "}}"});
  const SlidingConnectionPtr held = house.run(
      house->connections.get({.user = kAnna.user, .device = kAnna.device, .connection = "large"},
                             *parse_sliding_pos(large.pos())));
  REQUIRE(held->weigh() > 16'000);
  std::optional<runtime::Turnstile::Turn> turn = house.run(held->enter());
  runtime::TaskGroup spilling("spill");
  // The small one is on its way, and waits for the large one's turn.
  spilling.spawn_on(house.scheduler(), house->connections.spill());
  house.settle();
  house.rooms().say(kAnna, room, "x");
  const Slid second = house.slide(kAnna, {.body = wish("small"), .from = first});
  turn.reset();
  house.run(spilling.join());

  CHECK(second.said(room) == "x");
  REQUIRE_FALSE(error_of(house, kAnna, {.body = wish("small"), .from = second}).has_value());
}

TEST_CASE("a client that always asks for other state, at length, has to begin anew") {
  SyncHouse house;
  house.rooms().create(kAnna);
  std::optional<protocol::ErrorCode> error;
  const Slid first = house.slide(kAnna, {.body = wish()});
  int requests = 0;
  for (; !error && requests < 40; ++requests) {
    std::string elements;
    for (int i = 0; i < 400; ++i) {
      const std::string number = std::to_string(requests) + "." + std::to_string(i);
      elements += (i == 0 ? "[\"" : ",[\"") + number + std::string(240, 'a') + "\",\"" +
                  std::string(250, 'b') + "\"]";
    }
    const std::string body =
        R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,"required_state":[)" + elements +
        "]}}}";
    error = error_of(house, kAnna, {.body = body, .from = first});
  }

  CHECK(error == protocol::ErrorCode::unknown_pos);
  CHECK(requests < 30);  // of more than 200 kB each
}

TEST_CASE("a device has so many connections, and the least used one goes") {
  SyncHouse house({.most_of_device = 3});
  house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish("0")});
  const Slid second = house.slide(kAnna, {.body = wish("1")});
  house.scheduler().advance(1s);
  (void)house.slide(kAnna, {.body = wish("0"), .from = first});
  for (const char* name : {"2", "3"}) (void)house.slide(kAnna, {.body = wish(name)});

  CHECK(house->connections.size() == 3);
  CHECK(error_of(house, kAnna, {.body = wish("1"), .from = second}) ==
        protocol::ErrorCode::unknown_pos);
}

TEST_CASE("with its device a connection is over") {
  SyncHouse house;
  house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  house.run(house->connections.store_all());
  const Slid second = house.slide(kAnna, {.body = wish(), .from = first});
  storage::Change change;
  change.mutations.emplace_back(storage::DeleteDevice{.user = kAnna.user, .device = kAnna.device});
  house.run(house.rooms().store().committer().commit(std::move(change)));

  CHECK(house->connections.size() == 0);
  CHECK(error_of(house, kAnna, {.body = wish(), .from = second}) ==
        protocol::ErrorCode::unknown_pos);
}

TEST_CASE("an answer waits for news, and not longer than its client") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});

  const auto waiting = house.begin_slide(kAnna, {.body = wish(), .from = first, .timeout = 30s});
  CHECK_FALSE(house.is_answered(waiting));
  house.rooms().say(kAnna, room, "x");
  CHECK(house.await(waiting).said(room) == "x");

  const auto patient =
      house.begin_slide(kAnna, {.body = wish(), .from = **waiting, .timeout = 30s});
  house.scheduler().advance(29s);
  CHECK_FALSE(house.is_answered(patient));
  house.scheduler().advance(1s);
  REQUIRE(house.is_answered(patient));
  CHECK((*patient)->count_rooms() == 0);
}

TEST_CASE("a newer request takes the connection over from one that waits") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  const auto older = house.begin_slide(kAnna, {.body = wish(), .from = first, .timeout = 30s});
  const auto newer = house.begin_slide(kAnna, {.body = wish(), .from = first, .timeout = 30s});

  REQUIRE(house.is_answered(older));
  CHECK((*older)->pos() == first.pos());
  CHECK((*older)->count_rooms() == 0);
  CHECK_FALSE(house.is_answered(newer));
  house.rooms().say(kAnna, room, "x");
  CHECK(house.await(newer).said(room) == "x");
}

TEST_CASE("who waits on a connection that its client begins anew is answered at once") {
  SyncHouse house;
  house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish()});
  const auto older = house.begin_slide(kAnna, {.body = wish(), .from = first, .timeout = 30s});
  REQUIRE_FALSE(house.is_answered(older));

  house.slide(kAnna, {.body = wish()});

  REQUIRE(house.is_answered(older));
  CHECK((*older)->pos() == first.pos());
}

TEST_CASE("rooms of others wake nobody, and a first answer does not wait") {
  SyncHouse house;
  house.rooms().create(kAnna);
  const protocol::RoomId other = house.rooms().create(kBen);
  const auto first = house.begin_slide(kAnna, {.body = wish(), .timeout = 30s});
  REQUIRE(house.is_answered(first));
  const auto waiting = house.begin_slide(kAnna, {.body = wish(), .from = **first, .timeout = 30s});
  house.rooms().say(kBen, other, "x");

  CHECK_FALSE(house.is_answered(waiting));
}

TEST_CASE("a record that is none makes no connection") {
  for (const char* record : {"", "{}", R"({"version":1})", R"({"version":2,"arrived":{}})",
                             R"({"version":1,"arrived":{},"rooms":[[1]],"states":[]})",
                             R"({"version":1,"arrived":{},"rooms":[],"states":[7]})"}) {
    CAPTURE(record);
    CHECK(SlidingConnection::from_record({}, record) == nullptr);
  }
  CHECK(SlidingConnection::from_record(
            {}, R"({"version":1,"arrived":{},"rooms":[],"states":[]})") != nullptr);
}

}  // namespace
}  // namespace chancery::sync
