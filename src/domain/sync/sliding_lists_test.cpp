// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Lists in a sliding sync: which rooms they hold, in which order, and through which window.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

#include <set>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::Slid;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");

std::string list(const std::string& ranges, const std::string& filters = "{}") {
  return R"({"lists":{"it":{"ranges":)" + ranges + R"(,"timeline_limit":1,"filters":)" + filters +
         "}}}";
}
// The rooms of `all` that the answer tells, by their places in there: "0 2".
std::string told(const Slid& answer, const std::vector<protocol::RoomId>& all) {
  std::string places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (answer.room(all[i]) == nullptr) continue;
    places += (places.empty() ? "" : " ") + std::to_string(i);
  }
  return places;
}

std::vector<protocol::RoomId> make_rooms(SyncHouse& house, std::size_t count) {
  std::vector<protocol::RoomId> rooms;
  for (std::size_t i = 0; i < count; ++i) rooms.push_back(house.rooms().create(kAnna));
  return rooms;
}

void encrypt(SyncHouse& house, const protocol::RoomId& room) {
  house.run(house.rooms()->sending.set_state(kAnna,
                                             {.room = room,
                                              .type = "m.room.encryption",
                                              .key = "",
                                              .content = {{"algorithm", "m.megolm.v1.aes-sha2"}}}));
}

TEST_CASE("a window shows the rooms with the newest events, and counts all") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 6);
  house.rooms().say(kAnna, rooms[0], "x");

  const Slid first = house.slide(kAnna, {.body = list("[[0,2]]")});

  CHECK(first.count("it") == 6);
  CHECK(told(first, rooms) == "0 4 5");
}

TEST_CASE("a window that grows tells the rooms that it came to show, and not those it showed") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 6);
  const Slid first = house.slide(kAnna, {.body = list("[[0,1]]")});

  const Slid second = house.slide(kAnna, {.body = list("[[0,3]]"), .from = first});
  const Slid third = house.slide(kAnna, {.body = list("[[0,1]]"), .from = second});
  const Slid fourth = house.slide(kAnna, {.body = list("[[0,99]]"), .from = third});

  CHECK(told(first, rooms) == "4 5");
  CHECK(told(second, rooms) == "2 3");
  CHECK(third.count_rooms() == 0);
  CHECK(told(fourth, rooms) == "0 1");
}

TEST_CASE("a room that something happens in comes into the window, live") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 6);
  const Slid first = house.slide(kAnna, {.body = list("[[0,1]]")});
  house.rooms().say(kAnna, rooms[0], "up");

  const Slid second = house.slide(kAnna, {.body = list("[[0,1]]"), .from = first});

  CHECK(told(second, rooms) == "0");
  CHECK(second.flag(rooms[0], "initial"));
  CHECK(second.number(rooms[0], "num_live") == 1);
}

TEST_CASE("what happened outside of the window is told when the room comes into it") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 4);
  const Slid first = house.slide(kAnna, {.body = list("[[0,3]]")});
  house.rooms().say(kAnna, rooms[2], "kept");
  house.rooms().say(kAnna, rooms[3], "kept");
  house.rooms().say(kAnna, rooms[0], "unseen");
  house.rooms().say(kAnna, rooms[2], "kept");
  house.rooms().say(kAnna, rooms[3], "kept");
  const Slid narrow = house.slide(kAnna, {.body = list("[[0,1]]"), .from = first});
  const Slid wide = house.slide(kAnna, {.body = list("[[0,3]]"), .from = narrow});

  CHECK(told(narrow, rooms) == "2 3");
  CHECK(told(wide, rooms) == "0");
  CHECK(wide.said(rooms[0]) == "unseen");
  CHECK_FALSE(wide.flag(rooms[0], "initial"));
}

TEST_CASE("a window that does not begin at the top is told whom others pushed into it") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 4);
  const Slid first = house.slide(kAnna, {.body = list("[[2,2]]")});
  house.rooms().say(kAnna, rooms[0], "up");

  const Slid second = house.slide(kAnna, {.body = list("[[2,2]]"), .from = first});

  CHECK(told(first, rooms) == "1");
  CHECK(told(second, rooms) == "2");
}

TEST_CASE("a room that comes back into such a window is told with what was said meanwhile") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 4);
  const Slid first = house.slide(kAnna, {.body = list("[[2,2]]")});
  REQUIRE(told(first, rooms) == "1");
  house.rooms().say(kAnna, rooms[1], "from the top");
  const Slid second = house.slide(kAnna, {.body = list("[[2,2]]"), .from = first});
  CHECK(told(second, rooms) == "2");
  house.rooms().say(kAnna, rooms[3], "x");
  house.rooms().say(kAnna, rooms[2], "y");

  const Slid third = house.slide(kAnna, {.body = list("[[2,2]]"), .from = second});

  REQUIRE(told(third, rooms) == "1");
  CHECK(third.said(rooms[1]) == "from the top");
  CHECK_FALSE(third.flag(rooms[1], "initial"));
}

TEST_CASE("an invite comes and goes with what its owner wants of invites") {
  SyncHouse house;
  house.rooms().invite(kBen, house.rooms().create(kBen), kAnna);
  const std::string type(protocol::kInvitePermissionType);
  const Slid open = house.slide(kAnna, {.body = list("[[0,9]]")});
  house.put_account_data(kAnna, type, R"({"default_action":"block"})");
  const Slid closed = house.slide(kAnna, {.body = list("[[0,9]]"), .from = open});
  house.put_account_data(kAnna, type, "{}");
  const Slid again = house.slide(kAnna, {.body = list("[[0,9]]"), .from = closed});

  CHECK(open.count("it") == 1);
  CHECK(closed.count("it") == 0);
  CHECK(again.count("it") == 1);
}

TEST_CASE("two lists of one request have their own rooms and counts") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 3);
  encrypt(house, rooms[1]);
  const std::string wish = R"({"lists":{
      "plain":{"ranges":[[0,9]],"timeline_limit":1,"filters":{"is_encrypted":false}},
      "secret":{"ranges":[[0,9]],"timeline_limit":1,"filters":{"is_encrypted":true}}}})";

  const Slid first = house.slide(kAnna, {.body = wish});
  encrypt(house, rooms[0]);
  const Slid second = house.slide(kAnna, {.body = wish, .from = first});

  CHECK(first.count("plain") == 2);
  CHECK(first.count("secret") == 1);
  CHECK(first.count_rooms() == 3);
  CHECK(second.count("plain") == 1);
  CHECK(second.count("secret") == 2);
  CHECK(told(second, rooms) == "0");
}

TEST_CASE("filters bring no room into memory that the list does not show") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 3);
  encrypt(house, rooms[1]);
  house.rooms().say(kAnna, rooms[2], "newest");
  house.restart();
  const auto is_loaded = [&](const protocol::RoomId& room) {
    const auto number = house.rooms()->rooms.find_number(room);
    return house.rooms()->rooms.find_loaded(*number) != nullptr;
  };

  const std::string filter = R"({"is_encrypted":false,"not_room_types":["m.space"]})";
  const Slid first = house.slide(kAnna, {.body = list("[[0,0]]", filter)});

  CHECK(first.count("it") == 2);
  CHECK(told(first, rooms) == "2");
  CHECK(is_loaded(rooms[2]));
  CHECK_FALSE(is_loaded(rooms[0]));
  CHECK_FALSE(is_loaded(rooms[1]));
}

TEST_CASE("a room that was left and forgotten is listed by what it was when it was left") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kBen, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kAnna, room);
  const std::string wish = list("[[0,9]]", R"({"is_encrypted":false})");
  const Slid first = house.slide(kAnna, {.body = wish});
  REQUIRE(first.room(room) != nullptr);
  house.run(house.rooms()->members.leave(kAnna, room, std::nullopt));
  house.run(
      house.rooms()->sending.set_state(kBen, {.room = room,
                                              .type = "m.room.encryption",
                                              .key = "",
                                              .content = {{"algorithm", "m.megolm.v1.aes-sha2"}}}));
  house.run(house.rooms()->members.forget(kAnna, room));

  const Slid second = house.slide(kAnna, {.body = wish, .from = first});

  CHECK(second.count("it") == 1);
  CHECK(second.room(room) != nullptr);
}

TEST_CASE("lists are filtered by what a room is for") {
  SyncHouse house;
  rooms::RoomRequest space;
  space.creation_content = {{"type", "m.space"}};
  std::vector<protocol::RoomId> rooms{house.rooms().create(kAnna), house.rooms().create(kAnna),
                                      house.rooms().create(kAnna, space),
                                      house.rooms().create(kBen, {.invite = {kAnna.user}})};
  house.put_account_data(kAnna, "m.direct", R"({"@x:y.org":[")" + rooms[0].text() + "\"]}");
  house.put_account_data(kAnna, "m.tag", R"({"tags":{"m.favourite":{},"u.work":{}}})",
                         rooms[1].text());
  house.run(house.rooms()->sending.set_state(
      kAnna, {.room = rooms[2],
              .type = "m.space.child",
              .key = rooms[1].text(),
              .content = {{"via", base::JsonArray{"example.org"}}}}));
  house.run(house.rooms()->sending.set_state(
      kAnna, {.room = rooms[2], .type = "m.space.child", .key = rooms[0].text(), .content = {}}));
  const auto found = [&](const std::string& filters) {
    return told(house.slide(kAnna, {.body = list("[[0,9]]", filters)}), rooms);
  };

  CHECK(found("{}") == "0 1 2 3");
  CHECK(found(R"({"is_dm":true})") == "0");
  CHECK(found(R"({"is_dm":false})") == "1 2 3");
  CHECK(found(R"({"is_invite":true})") == "3");
  CHECK(found(R"({"is_invite":false})") == "0 1 2");
  CHECK(found(R"({"room_types":["m.space"]})") == "2");
  CHECK(found(R"({"room_types":[null]})") == "0 1 3");
  CHECK(found(R"({"not_room_types":["m.space"]})") == "0 1 3");
  CHECK(found(R"({"room_types":["m.space",null],"not_room_types":["m.space"]})") == "0 1 3");
  CHECK(found(R"({"tags":["u.work","other"]})") == "1");
  CHECK(found(R"({"not_tags":["m.favourite"]})") == "0 2 3");
  CHECK(found(R"({"tags":["u.work"],"not_tags":["m.favourite"]})").empty());
  CHECK(found(R"({"spaces":[")" + rooms[2].text() + "\"]}") == "1");
  CHECK(found(R"({"spaces":["!nowhere:example.org"]})").empty());
}

TEST_CASE("a tag that is put on a room changes the lists at once") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 2);
  const std::string wish = list("[[0,9]]", R"({"tags":["m.favourite"]})");
  const Slid first = house.slide(kAnna, {.body = wish});
  house.put_account_data(kAnna, "m.tag", R"({"tags":{"m.favourite":{}}})", rooms[0].text());

  const Slid second = house.slide(kAnna, {.body = wish, .from = first});

  CHECK(first.count("it") == 0);
  CHECK(second.count("it") == 1);
  CHECK(told(second, rooms) == "0");
}

TEST_CASE("a subscription follows a room outside of every window, and none that is closed") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 3);
  const protocol::RoomId closed = house.rooms().create(kBen);
  const std::string wish = R"({"room_subscriptions":{")" + rooms[0].text() +
                           R"(":{"timeline_limit":5},")" + closed.text() +
                           R"(":{"timeline_limit":5},"!nowhere:x.org":{"timeline_limit":5}}})";
  const Slid first = house.slide(kAnna, {.body = wish});
  house.rooms().say(kAnna, rooms[0], "one");
  house.rooms().say(kAnna, rooms[1], "two");

  const Slid second = house.slide(kAnna, {.body = wish, .from = first});

  CHECK(told(first, rooms) == "0");
  CHECK(first.room(closed) == nullptr);
  CHECK(told(second, rooms) == "0");
  CHECK(second.said(rooms[0]) == "one");
}

TEST_CASE("of many rooms only those are told that changed, whatever the way they were found") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 80);
  const std::string wish = list("[[0,199]]");
  Slid last = house.slide(kAnna, {.body = wish});
  REQUIRE(last.count_rooms() == 80);
  house.rooms().say(kAnna, rooms[7], "x");
  house.rooms().say(kAnna, rooms[70], "x");
  last = house.slide(kAnna, {.body = wish, .from = last});
  CHECK(told(last, rooms) == "7 70");
  // So many that all are looked at.
  for (std::size_t i = 0; i < rooms.size(); ++i) house.rooms().say(kAnna, rooms[i], "y");
  last = house.slide(kAnna, {.body = wish, .from = last});
  CHECK(last.count_rooms() == 80);
}

TEST_CASE("what does not fit into one answer comes with the next, which does not wait") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 5);
  SlidingEngine engine({.feed = house.rooms().store().committer(),
                        .memberships = house.rooms()->rooms.memberships(),
                        .typing = house->typing,
                        .changed_rooms = house->changed_rooms,
                        .removed_rooms = house->removed_rooms,
                        .connections = house->connections,
                        .lists = house->sliding_lists,
                        .rooms = house->sliding_rooms,
                        .extensions = house->extensions,
                        .sent_members = house->sent_members,
                        .wake_ups = house->wake_ups,
                        .clock = house.scheduler().clock()},
                       {.most_rooms = 2});
  std::optional<Slid> last;
  const auto ask = [&] {
    last = Slid(house.run(engine.sync(house.slide_request(
        kAnna, {.body = list("[[0,9]]"), .from = last, .timeout = std::chrono::seconds(30)}))));
    return told(*last, rooms);
  };

  CHECK(ask() == "3 4");
  CHECK(last->count("it") == 5);
  house.rooms().say(kAnna, rooms[4], "x");
  CHECK(ask() == "2 4");
  CHECK(ask() == "0 1");
}

TEST_CASE("the order stays that of the events, however it was kept") {
  SyncHouse house;
  const auto rooms = make_rooms(house, 8);
  const std::string wish = list("[[0,2]]");
  Slid last = house.slide(kAnna, {.body = wish});
  for (const std::size_t place : {3U, 1U, 3U, 0U, 6U, 1U, 5U, 2U, 2U, 0U}) {
    house.rooms().say(kAnna, rooms[place], "x");
    last = house.slide(kAnna, {.body = wish, .from = last});
    CHECK(told(last, rooms) == std::to_string(place));
  }

  const Slid afresh = house.slide(kAnna, {.body = wish});
  CHECK(told(afresh, rooms) == "0 2 5");
}

}  // namespace
}  // namespace chancery::sync
