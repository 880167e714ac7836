// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Rooms in a sliding sync: what is told of each, and to whom.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::Slid;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

rooms::RoomRequest public_room() { return {.preset = rooms::Preset::public_chat}; }

// One list of all rooms, as a client of today asks for it.
std::string all_rooms(int timeline_limit = 1, const std::string& state = "[]",
                      const std::string& filters = "{}") {
  return R"({"lists":{"all":{"ranges":[[0,99]],"timeline_limit":)" +
         std::to_string(timeline_limit) + R"(,"required_state":)" + state + R"(,"filters":)" +
         filters + "}}}";
}

void set_state(SyncHouse& house, const rooms::Actor& who, const protocol::RoomId& room,
               std::string type, base::JsonObject content, std::string key = "") {
  house.run(house.rooms()->sending.set_state(who, {.room = room,
                                                   .type = std::move(type),
                                                   .key = std::move(key),
                                                   .content = std::move(content)}));
}

void remove(SyncHouse& house, const protocol::RoomId& room, const rooms::Actor& whom,
            rooms::TargetRequest::Act act) {
  house.run(house.rooms()->members.remove(
      kAnna, {.room = room, .user = whom.user, .reason = {}, .act = act}));
}

TEST_CASE("a first answer tells each room of the list, with what was asked of it") {
  SyncHouse house;
  rooms::RoomRequest request = public_room();
  request.name = "Registry";
  const protocol::RoomId room = house.rooms().create(kAnna, request);
  for (int i = 1; i <= 5; ++i) house.rooms().say(kAnna, room, std::to_string(i));

  const Slid first =
      house.slide(kAnna, {.body = all_rooms(2, R"([["m.room.create",""],["m.room.name",""]])")});

  CHECK(first.count("all") == 1);
  CHECK(first.flag(room, "initial"));
  CHECK(first.said(room) == "4 5");
  CHECK(first.flag(room, "limited"));
  CHECK(first.keys(room) == "m.room.create/ m.room.name/");
  CHECK(first.text(room, "name") == "Registry");
  CHECK(first.number(room, "joined_count") == 1);
  CHECK(first.number(room, "num_live") == 0);
  CHECK(first.text(room, "prev_batch").starts_with("s"));
  CHECK(first.list(room, "heroes").empty());
}

TEST_CASE("the next answer tells what came since, and no more of what stayed") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const protocol::RoomId quiet = house.rooms().create(kAnna);
  const std::string wish = all_rooms(5, R"([["*","*"]])");
  const Slid first = house.slide(kAnna, {.body = wish});
  house.rooms().say(kAnna, room, "news");

  const Slid second = house.slide(kAnna, {.body = wish, .from = first});
  const Slid third = house.slide(kAnna, {.body = wish, .from = second});

  CHECK(second.said(room) == "news");
  CHECK_FALSE(second.flag(room, "initial"));
  CHECK(second.number(room, "num_live") == 1);
  CHECK(second.keys(room).empty());
  CHECK(second.room(quiet) == nullptr);
  CHECK(second.number(room, "joined_count") == -1);
  CHECK(third.count_rooms() == 0);
  CHECK(third.count("all") == 2);
}

TEST_CASE("behind a gap an answer is limited, and state that changed in it is told") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  const std::string wish = all_rooms(3, R"([["m.room.topic",""]])");
  const Slid first = house.slide(kAnna, {.body = wish});
  set_state(house, kAnna, room, "m.room.topic", {{"topic", "Files"}});
  for (int i = 1; i <= 6; ++i) house.rooms().say(kAnna, room, std::to_string(i));

  const Slid second = house.slide(kAnna, {.body = wish, .from = first});

  CHECK(second.flag(room, "limited"));
  CHECK(second.said(room) == "4 5 6");
  CHECK(second.keys(room) == "m.room.topic/");
}

TEST_CASE("a name that changes is told, and one that is taken away is null") {
  SyncHouse house;
  rooms::RoomRequest request = public_room();
  request.name = "Registry";
  const protocol::RoomId room = house.rooms().create(kAnna, request);
  house.rooms().join(kBen, room);
  const Slid first = house.slide(kAnna, {.body = all_rooms()});
  set_state(house, kAnna, room, "m.room.name", {});
  set_state(house, kAnna, room, "m.room.avatar", {{"url", "mxc://example.org/a"}});

  const Slid second = house.slide(kAnna, {.body = all_rooms(), .from = first});

  CHECK(second.room(room)->at("name").is_null());
  CHECK(second.text(room, "avatar") == "mxc://example.org/a");
  REQUIRE(second.list(room, "heroes").size() == 1);
  CHECK(base::find_string(second.list(room, "heroes")[0], "user_id") == kBen.user.text());
}

TEST_CASE("members are loaded where their events are shown, once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.rooms().join(kCora, room);
  house.rooms().say(kBen, room, "one");
  const std::string wish = all_rooms(1, R"([["m.room.member","$LAZY"]])");

  const Slid first = house.slide(kAnna, {.body = wish});
  house.rooms().say(kBen, room, "two");
  const Slid second = house.slide(kAnna, {.body = wish, .from = first});
  house.rooms().say(kCora, room, "three");
  const Slid third = house.slide(kAnna, {.body = wish, .from = second});

  CHECK(first.keys(room) == "m.room.member/@ben:example.org");
  CHECK(second.keys(room).empty());
  CHECK(third.keys(room) == "m.room.member/@cora:example.org");
}

TEST_CASE("with lazy loading a star for the type does not mean members, their own type does") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.rooms().say(kAnna, room, "x");

  const Slid lazy =
      house.slide(kAnna, {.body = all_rooms(1, R"([["*","*"],["m.room.member","$LAZY"]])")});
  const Slid all = house.slide(kAnna, {.body = all_rooms(1, R"([["m.room.member","*"]])")});
  const Slid own = house.slide(kBen, {.body = all_rooms(1, R"([["m.room.member","$ME"]])")});

  CHECK(lazy.keys(room).contains("m.room.member/@anna:example.org"));
  CHECK_FALSE(lazy.keys(room).contains("@ben"));
  CHECK(all.keys(room) == "m.room.member/@anna:example.org m.room.member/@ben:example.org");
  CHECK(own.keys(room) == "m.room.member/@ben:example.org");
}

TEST_CASE("more state asked for in the middle is told at once, and only that") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "x");
  const Slid first = house.slide(kAnna, {.body = all_rooms(1, R"([["m.room.create",""]])")});

  const std::string more = all_rooms(1, R"([["m.room.create",""],["m.room.join_rules",""]])");
  const Slid second = house.slide(kAnna, {.body = more, .from = first});
  const Slid third = house.slide(kAnna, {.body = more, .from = second});

  CHECK(second.keys(room) == "m.room.join_rules/");
  CHECK(second.said(room).empty());
  CHECK_FALSE(second.flag(room, "initial"));
  CHECK(third.count_rooms() == 0);
}

TEST_CASE("a longer timeline asked for in the middle shows older events, marked as such") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  for (int i = 1; i <= 9; ++i) house.rooms().say(kAnna, room, std::to_string(i));
  const Slid first = house.slide(kAnna, {.body = all_rooms(1)});
  house.rooms().say(kAnna, room, "new");

  const Slid second = house.slide(kAnna, {.body = all_rooms(4), .from = first});
  const Slid third = house.slide(kAnna, {.body = all_rooms(4), .from = second});
  const Slid fourth = house.slide(kAnna, {.body = all_rooms(3), .from = third});

  CHECK(second.said(room) == "7 8 9 new");
  CHECK(second.flag(room, "unstable_expanded_timeline"));
  CHECK(second.number(room, "num_live") == 1);
  CHECK(third.count_rooms() == 0);
  CHECK(fourth.count_rooms() == 0);
}

TEST_CASE("a client that has all the events asked for is not told them again") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "1");
  const Slid first = house.slide(kAnna, {.body = all_rooms(1)});
  house.rooms().say(kAnna, room, "2");
  const Slid second = house.slide(kAnna, {.body = all_rooms(1), .from = first});
  house.rooms().say(kAnna, room, "3");
  const Slid third = house.slide(kAnna, {.body = all_rooms(1), .from = second});

  const Slid fourth = house.slide(kAnna, {.body = all_rooms(3), .from = third});

  CHECK(third.said(room) == "3");
  CHECK(fourth.count_rooms() == 0);
}

TEST_CASE("what came while no timeline was asked for is shown once one is") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  const Slid first = house.slide(kAnna, {.body = all_rooms(20)});
  house.rooms().say(kAnna, room, "passed over");
  const Slid second = house.slide(kAnna, {.body = all_rooms(0), .from = first});
  const Slid third = house.slide(kAnna, {.body = all_rooms(1), .from = second});

  CHECK(second.list(room, "timeline").empty());
  CHECK(third.said(room) == "passed over");
}

TEST_CASE("an invitation shows stripped state and nothing else of the room") {
  SyncHouse house;
  rooms::RoomRequest request;
  request.name = "Secret";
  const protocol::RoomId room = house.rooms().create(kAnna, request);
  house.rooms().say(kAnna, room, "confidential");
  set_state(house, kAnna, room, "org.example.secret", {{"plan", "x"}});
  house.rooms().invite(kAnna, room, kBen);
  set_state(house, kAnna, room, "m.room.topic", {{"topic", "what came after"}});
  const std::string wish = all_rooms(20, R"([["*","*"]])");

  const Slid deployed = house.slide(kBen, {.body = wish});
  const Slid again = house.slide(kBen, {.body = wish, .from = deployed});

  CHECK(deployed.count("all") == 1);
  CHECK(deployed.keys(room, "invite_state").contains("m.room.name/"));
  CHECK(deployed.list(room, "required_state").empty());
  CHECK(deployed.list(room, "timeline").empty());
  CHECK(base::to_text(deployed.json()).find("confidential") == std::string::npos);
  CHECK(base::to_text(deployed.json()).find("org.example.secret") == std::string::npos);
  CHECK(base::to_text(deployed.json()).find("what came after") == std::string::npos);
  CHECK(again.count_rooms() == 0);
}

TEST_CASE("whoever accepts an invitation is told the room as a new one") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.invite = {kBen.user}});
  const Slid first = house.slide(kBen, {.body = all_rooms(9, R"([["m.room.create",""]])")});
  house.rooms().join(kBen, room);

  const Slid second =
      house.slide(kBen, {.body = all_rooms(9, R"([["m.room.create",""]])"), .from = first});

  CHECK(second.flag(room, "initial"));
  CHECK(second.keys(room) == "m.room.create/");
  CHECK(second.list(room, "invite_state").empty());
}

TEST_CASE("an invitation of somebody who is ignored is not shown, nor what they say") {
  SyncHouse house;
  const protocol::RoomId invited = house.rooms().create(kAnna, {.invite = {kBen.user}});
  const protocol::RoomId shared = house.rooms().create(kCora, public_room());
  house.rooms().join(kAnna, shared);
  house.rooms().join(kBen, shared);
  house.put_account_data(kBen, "m.ignored_user_list",
                         R"({"ignored_users":{"@anna:example.org":{}}})");

  const Slid first = house.slide(kBen, {.body = all_rooms(9)});
  house.rooms().say(kAnna, shared, "unheard");
  const Slid second = house.slide(kBen, {.body = all_rooms(9), .from = first});

  CHECK(first.count("all") == 1);
  CHECK(first.room(invited) == nullptr);
  CHECK(second.said(shared).empty());
}

TEST_CASE("that a room was left is told once, and then it is gone") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const std::string wish = all_rooms(5, R"([["m.room.member","$ME"]])");
  const Slid first = house.slide(kBen, {.body = wish});
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));
  house.rooms().say(kAnna, room, "behind your back");

  const Slid second = house.slide(kBen, {.body = wish, .from = first});
  const Slid third = house.slide(kBen, {.body = wish, .from = second});
  const Slid afresh = house.slide(kBen, {.body = wish});

  CHECK(second.keys(room) == "m.room.member/@ben:example.org");
  CHECK(second.said(room).empty());
  CHECK(third.count_rooms() == 0);
  CHECK(third.count("all") == 0);
  CHECK(afresh.count("all") == 0);
}

TEST_CASE("whoever was thrown out is told so even by a new connection, with the past they had") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.rooms().say(kAnna, room, "before");
  remove(house, room, kBen, rooms::TargetRequest::Act::ban);
  house.rooms().say(kAnna, room, "after");
  set_state(house, kAnna, room, "m.room.topic", {{"topic", "after"}});

  const Slid first = house.slide(
      kBen, {.body = R"({"lists":{"all":{"range":[0,9],"timeline_limit":9,"required_state":
             {"include":[{}]}}}})",
             .face = SlidingFace::stable});

  REQUIRE(first.room(room) != nullptr);
  CHECK(first.text(room, "membership") == "ban");
  CHECK(first.said(room) == "before");
  CHECK_FALSE(first.keys(room).contains("m.room.topic"));
}

TEST_CASE("who was never in a room they are banned from is told nothing of it") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  remove(house, room, kBen, rooms::TargetRequest::Act::ban);

  const Slid first =
      house.slide(kBen, {.body = R"({"room_subscriptions":{")" + room.text() +
                                 R"(":{"timeline_limit":9,"required_state":[["*","*"]]}},)" +
                                 all_rooms(9).substr(1)});

  CHECK(first.count("all") == 0);
  CHECK(first.count_rooms() == 0);
}

// The names of what is told of the room, sorted.
std::vector<std::string> members_of(const Slid& slid, const protocol::RoomId& room) {
  std::vector<std::string> names;
  for (const auto& member : *slid.room(room)) names.emplace_back(member.key());
  std::ranges::sort(names);
  return names;
}
using Names = std::vector<std::string>;

TEST_CASE("in the stable face an invitation and its end have stripped state and what all have") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.invite = {kBen.user}});
  const std::string body = R"({"lists":{"all":{"timeline_limit":9,"required_state":
      {"include":[{}]}}}})";
  const Names expected{"bump_stamp", "lists", "membership", "stripped_state"};
  const Slid first = house.slide(kBen, {.body = body, .face = SlidingFace::stable});
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));
  const Slid second = house.slide(kBen, {.body = body, .from = first, .face = SlidingFace::stable});

  REQUIRE(first.room(room) != nullptr);
  CHECK(members_of(first, room) == expected);
  CHECK(first.text(room, "membership") == "invite");
  REQUIRE(second.room(room) != nullptr);
  CHECK(members_of(second, room) == expected);
  CHECK(second.text(room, "membership") == "leave");
  CHECK(second.keys(room, "stripped_state") == "m.room.member/@ben:example.org");
}

TEST_CASE("a declined invitation ends with the own event alone") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.invite = {kBen.user}});
  const std::string wish = all_rooms(9, R"([["*","*"]])");
  const Slid first = house.slide(kBen, {.body = wish});
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));

  const Slid second = house.slide(kBen, {.body = wish, .from = first});
  const Slid third = house.slide(kBen, {.body = wish, .from = second});

  CHECK(second.keys(room) == "m.room.member/@ben:example.org");
  CHECK(second.list(room, "timeline").size() == 1);
  CHECK(third.count("all") == 0);
}

TEST_CASE("history from before somebody came is shown as its visibility says") {
  SyncHouse house;
  rooms::RoomRequest request = public_room();
  request.initial_state.push_back({.type = "m.room.history_visibility",
                                   .key = "",
                                   .content = {{"history_visibility", "joined"}}});
  const protocol::RoomId room = house.rooms().create(kAnna, request);
  house.rooms().say(kAnna, room, "earlier");
  house.rooms().join(kBen, room);
  house.rooms().say(kAnna, room, "later");

  const Slid first = house.slide(kBen, {.body = all_rooms(20)});

  CHECK(first.said(room) == "later");
}

TEST_CASE("a room that becomes a direct one is told to be one, and ceases to be so") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = all_rooms()});
  house.put_account_data(kAnna, "m.direct", R"({"@ben:example.org":[")" + room.text() + "\"]}");
  const Slid second = house.slide(kAnna, {.body = all_rooms(), .from = first});
  house.put_account_data(kAnna, "m.direct", "{}");
  const Slid third = house.slide(kAnna, {.body = all_rooms(), .from = second});

  CHECK_FALSE(first.flag(room, "is_dm"));
  CHECK(second.flag(room, "is_dm"));
  REQUIRE(third.room(room) != nullptr);
  CHECK(base::find_bool(*third.room(room), "is_dm") == false);
}

TEST_CASE("what was read elsewhere is told by its counts, in which threads are counted") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId event = house.rooms().say(kBen, room, "x");
  house->unread.counts.main = {.notifications = 1, .highlights = 0};
  house->unread.counts.whole_room = {.notifications = 2, .highlights = 1};
  const Slid first = house.slide(kAnna, {.body = all_rooms()});
  house->unread.counts = {};
  house.run(house.rooms()->receipts.mark(
      kAnna, {.room = room, .type = "m.read", .event = event, .thread = ""}));

  const Slid second = house.slide(kAnna, {.body = all_rooms(), .from = first});

  CHECK(first.number(room, "notification_count") == 2);
  CHECK(first.number(room, "highlight_count") == 1);
  REQUIRE(second.room(room) != nullptr);
  CHECK(second.number(room, "notification_count") == 0);
}

TEST_CASE("the stable face speaks its own words") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "x");
  const std::string wish = R"({"lists":{"mine":{"timeline_limit":1,"required_state":{"include":
      [{"type":"m.room.create","state_key":""}]}}}})";

  const Slid first = house.slide(kAnna, {.body = wish, .face = SlidingFace::stable});

  CHECK(first.list(room, "timeline").size() == 1);
  CHECK(first.text(room, "membership") == "join");
  CHECK(base::to_text(first.room(room)->at("lists")) == R"(["mine"])");
  CHECK(members_of(first, room) == Names{"bump_stamp", "heroes", "initial", "invited_count",
                                         "joined_count", "limited", "lists", "membership",
                                         "num_live", "prev_batch", "required_state", "timeline"});
}

TEST_CASE("the stable face has no counts, so that what is read elsewhere is no news") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId event = house.rooms().say(kBen, room, "x");
  house->unread.counts.whole_room = {.notifications = 2, .highlights = 1};
  const std::string wish = R"({"lists":{"mine":{"timeline_limit":1,"required_state":{}}}})";
  const Slid first = house.slide(kAnna, {.body = wish, .face = SlidingFace::stable});
  house.run(house.rooms()->receipts.mark(
      kAnna, {.room = room, .type = "m.read", .event = event, .thread = ""}));

  const Slid second =
      house.slide(kAnna, {.body = wish, .from = first, .face = SlidingFace::stable});

  CHECK(first.room(room)->if_contains("notification_count") == nullptr);
  CHECK(first.room(room)->if_contains("highlight_count") == nullptr);
  CHECK(second.count_rooms() == 0);
}

TEST_CASE("a bump stamp follows messages and not what people do not call activity") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "x");
  const Slid first = house.slide(kAnna, {.body = all_rooms()});
  house.rooms().join(kBen, room);
  const Slid second = house.slide(kAnna, {.body = all_rooms(), .from = first});
  house.rooms().say(kBen, room, "y");
  const Slid third = house.slide(kAnna, {.body = all_rooms(), .from = second});

  CHECK(second.number(room, "bump_stamp") == first.number(room, "bump_stamp"));
  CHECK(third.number(room, "bump_stamp") > second.number(room, "bump_stamp"));
  house.restart();
  CHECK(house.slide(kAnna, {.body = all_rooms()}).number(room, "bump_stamp") ==
        third.number(room, "bump_stamp"));
}

TEST_CASE("an upgraded wish for a room that several rules show takes all of them together") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  for (int i = 1; i <= 5; ++i) house.rooms().say(kAnna, room, std::to_string(i));
  const std::string wish = R"({"lists":{"a":{"ranges":[[0,9]],"timeline_limit":1,
      "required_state":[["m.room.create",""]]}},"room_subscriptions":{")" +
                           room.text() +
                           R"(":{"timeline_limit":3,"required_state":[["m.room.name",""],
      ["m.room.join_rules",""]]}}})";

  const Slid first = house.slide(kAnna, {.body = wish});

  CHECK(first.said(room) == "3 4 5");
  CHECK(first.keys(room) == "m.room.create/ m.room.join_rules/");
}

TEST_CASE(
    "however many rules match each room, its state is told once, and more when more is asked") {
  constexpr std::size_t kRooms = CombinedStates::kMost + 4;
  SyncHouse house;
  std::vector<protocol::RoomId> rooms;
  for (std::size_t i = 0; i < kRooms; ++i) rooms.push_back(house.rooms().create(kAnna));
  // The room at place i is shown by the lists 0 to i: each by others.
  const auto wish = [](std::string_view last) {
    std::string lists;
    for (std::size_t i = 0; i < kRooms; ++i) {
      const std::string_view type = i + 1 == kRooms ? last : "m.room.create";
      lists += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"ranges":[[)" +
               std::to_string(i) + R"(,99]],"timeline_limit":1,"required_state":[[")" +
               std::string(type) + R"(",""]]})";
    }
    return R"({"lists":{)" + lists + "}}";
  };

  const Slid first = house.slide(kAnna, {.body = wish("m.room.create")});
  for (const protocol::RoomId& room : rooms) house.rooms().say(kAnna, room, "x");
  const Slid second = house.slide(kAnna, {.body = wish("m.room.create"), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish("m.room.join_rules"), .from = second});

  for (const protocol::RoomId& room : rooms) {
    CHECK(first.keys(room) == "m.room.create/");
    CHECK(second.said(room) == "x");
    CHECK(second.keys(room).empty());
  }
  // All are at their places again: only the first one created is shown by the last list.
  CHECK(third.count_rooms() == 1);
  CHECK(third.keys(rooms.front()) == "m.room.join_rules/");
}

}  // namespace
}  // namespace chancery::sync
