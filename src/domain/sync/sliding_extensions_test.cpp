// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Extensions of a sliding sync: what is told beside rooms, and of which rooms.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using namespace std::chrono_literals;
using support::RoomHouse;
using support::Slid;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

// One list "all" with a window of two rooms, and `extensions`.
std::string wish(const std::string& extensions, const std::string& subscriptions = "{}") {
  return R"({"lists":{"all":{"ranges":[[0,1]],"timeline_limit":2}},"room_subscriptions":)" +
         subscriptions + R"(,"extensions":{)" + extensions + "}}";
}
const std::string kReceipts = R"("receipts":{"enabled":true})";
const std::string kTyping = R"("typing":{"enabled":true})";
const std::string kAccountData = R"("account_data":{"enabled":true})";
const std::string kThreads =
    R"("io.element.msc4308.thread_subscriptions":{"enabled":true,"limit":2})";

protocol::RoomId shared_room(SyncHouse& house) {
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kBen, room);
  return room;
}
void read(SyncHouse& house, const rooms::Actor& who, const protocol::RoomId& room,
          const protocol::EventId& event, const char* type = "m.read") {
  house.run(house.rooms()->receipts.mark(
      who, {.room = room, .type = type, .event = event, .thread = ""}));
}
storage::RoomNumber number(SyncHouse& house, const protocol::RoomId& room) {
  return house.rooms().room(room)->number();
}
void send_to_device(SyncHouse& house, const std::string& text) {
  base::JsonObject messages;
  messages[kAnna.user.text()] = base::JsonObject{{"*", base::JsonObject{{"text", text}}}};
  house.run(house->to_device.send({.from = {kBen.user, kBen.device},
                                   .type = "org.example",
                                   .transaction = text,
                                   .messages = std::move(messages)}));
}
std::string batch(const Slid& answer) {
  return std::string(*base::find_string(*answer.extension("to_device"), "next_batch"));
}
std::string messages(const Slid& answer) {
  std::string all;
  for (const base::Json& event : *base::find_array(*answer.extension("to_device"), "events")) {
    all += base::find_string(*base::find_object(event.as_object(), "content"), "text").value();
  }
  return all;
}

TEST_CASE("messages to the device are told until their token comes back") {
  SyncHouse house;
  send_to_device(house, "a");
  send_to_device(house, "b");
  const auto asking = [](const std::string& since, int limit) {
    return R"("to_device":{"enabled":true,"limit":)" + std::to_string(limit) +
           (since.empty() ? "" : R"(,"since":")" + since + "\"") + "}";
  };
  const Slid first = house.slide(kAnna, {.body = wish(asking("", 1))});
  const Slid again = house.slide(kAnna, {.body = wish(asking("", 9)), .from = first});
  const Slid second = house.slide(kAnna, {.body = wish(asking(batch(first), 9)), .from = again});
  const Slid third = house.slide(kAnna, {.body = wish(asking(batch(second), 9)), .from = second});
  const Slid from_nothing = house.slide(kAnna, {.body = wish(asking("", 9))});

  CHECK(messages(first) == "a");
  CHECK(messages(again) == "ab");
  CHECK(messages(second) == "b");
  CHECK(messages(third).empty());
  CHECK(messages(from_nothing).empty());
}

TEST_CASE("a message to the device ends the waiting of the connection that asks for them") {
  SyncHouse house;
  const std::string asking = wish(R"("to_device":{"enabled":true})");
  const Slid first = house.slide(kAnna, {.body = asking});
  const Slid silent = house.slide(kAnna, {.body = R"({"conn_id":"other"})"});
  const auto waiting = house.begin_slide(kAnna, {.body = asking, .from = first, .timeout = 30s});
  const auto other =
      house.begin_slide(kAnna, {.body = R"({"conn_id":"other"})", .from = silent, .timeout = 30s});
  send_to_device(house, "a");

  CHECK(messages(house.await(waiting)) == "a");
  CHECK_FALSE(house.is_answered(other));
}

TEST_CASE("keys are counted always, and device lists told from the second answer on") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const std::string asking = wish(R"("e2ee":{"enabled":true})");
  const Slid first = house.slide(kAnna, {.body = asking});
  house.rooms().join(kCora, room);
  const Slid second = house.slide(kAnna, {.body = asking, .from = first});

  const base::JsonObject* keys = first.extension("e2ee");
  REQUIRE(keys != nullptr);
  CHECK(base::to_text(keys->at("device_one_time_keys_count")) == R"({"signed_curve25519":0})");
  CHECK(base::to_text(keys->at("device_unused_fallback_key_types")) == "[]");
  CHECK(keys->if_contains("device_lists") == nullptr);
  const base::JsonObject* lists = base::find_object(*second.extension("e2ee"), "device_lists");
  REQUIRE(lists != nullptr);
  CHECK(base::to_text(lists->at("changed")) == R"(["@cora:example.org"])");
}

TEST_CASE("that keys were used up is news") {
  SyncHouse house;
  const std::string asking = wish(R"("e2ee":{"enabled":true})");
  const Slid first = house.slide(kAnna, {.body = asking});
  const auto waiting = house.begin_slide(kAnna, {.body = asking, .from = first, .timeout = 30s});
  REQUIRE_FALSE(house.is_answered(waiting));
  storage::Change change;
  change.mutations.emplace_back(storage::AddOneTimeKeys{
      .user = kAnna.user,
      .device = kAnna.device,
      .keys = {{.algorithm = "signed_curve25519", .name = "A", .json = "{}"}}});
  house.run(house.rooms().store().committer().commit(std::move(change)));

  CHECK(house.await(waiting).extension("e2ee") != nullptr);
}

TEST_CASE("account data is told once: the account's, and that of rooms that are shown") {
  SyncHouse house;
  const protocol::RoomId hidden = house.rooms().create(kAnna);
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.rooms().create(kAnna);
  house.put_account_data(kAnna, "org.example", R"({"a":1})");
  house.put_account_data(kAnna, "org.example", R"({"b":1})", room.text());
  house.put_account_data(kAnna, "org.example", R"({"c":1})", hidden.text());
  const Slid first = house.slide(kAnna, {.body = wish(kAccountData)});
  const Slid second = house.slide(kAnna, {.body = wish(kAccountData), .from = first});
  house.put_account_data(kAnna, "org.example", R"({"b":2})", room.text());
  const Slid third = house.slide(kAnna, {.body = wish(kAccountData), .from = second});
  house.rooms().say(kAnna, hidden, "x");
  const Slid fourth = house.slide(kAnna, {.body = wish(kAccountData), .from = third});

  const std::string global = base::to_text(first.extension("account_data")->at("global"));
  CHECK(global.contains(R"({"a":1})"));
  CHECK(global.contains("m.push_rules"));
  CHECK(first.extension("account_data", room) == R"([{"type":"org.example","content":{"b":1}}])");
  CHECK(first.extension("account_data", hidden).empty());
  CHECK(second.extension("account_data") == nullptr);
  CHECK(third.extension("account_data", room).contains(R"({"b":2})"));
  CHECK(third.extension("account_data")->if_contains("global") == nullptr);
  CHECK(fourth.extension("account_data", hidden).contains(R"({"c":1})"));
}

TEST_CASE("of a room that is new to the client removed account data is not told") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.put_account_data(kAnna, "org.gone", R"({"a":1})", room.text());
  house.put_account_data(kAnna, "org.gone", "{}", room.text());
  house.put_account_data(kAnna, "org.gone", R"({"a":1})");
  house.put_account_data(kAnna, "org.gone", "{}");

  const Slid first = house.slide(kAnna, {.body = wish(kAccountData)});

  REQUIRE(first.room(room) != nullptr);
  CHECK_FALSE(base::to_text(first.json()).contains("org.gone"));
}

TEST_CASE("account data that changed while its room was out of the window is told later") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Slid first = house.slide(kAnna, {.body = wish(kAccountData)});
  const auto above = std::array{house.rooms().create(kAnna), house.rooms().create(kAnna)};
  const Slid second = house.slide(kAnna, {.body = wish(kAccountData), .from = first});
  house.put_account_data(kAnna, "org.example", R"({"late":1})", room.text());
  const Slid third = house.slide(kAnna, {.body = wish(kAccountData), .from = second});
  house.rooms().say(kAnna, room, "x");
  const Slid fourth = house.slide(kAnna, {.body = wish(kAccountData), .from = third});

  CHECK(third.extension("account_data") == nullptr);
  CHECK(fourth.extension("account_data", room).contains("late"));
}

TEST_CASE("of a new room receipts are told for what is shown, and the own one") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  house.rooms().join(kCora, room);
  const protocol::EventId old = house.rooms().say(kAnna, room, "1");
  house.rooms().say(kAnna, room, "2");
  const protocol::EventId shown = house.rooms().say(kAnna, room, "3");
  read(house, kAnna, room, old, "m.read.private");
  read(house, kBen, room, old);
  read(house, kCora, room, shown);

  const Slid first = house.slide(kAnna, {.body = wish(kReceipts)});
  const Slid of_ben = house.slide(kBen, {.body = wish(kReceipts)});
  read(house, kBen, room, shown);
  const Slid second = house.slide(kAnna, {.body = wish(kReceipts), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish(kReceipts), .from = second});

  CHECK(first.extension("receipts", room).contains("@anna"));
  CHECK(first.extension("receipts", room).contains("@cora"));
  CHECK_FALSE(first.extension("receipts", room).contains("@ben"));
  CHECK_FALSE(of_ben.extension("receipts", room).contains("@anna"));
  CHECK(second.extension("receipts", room).contains("@ben"));
  CHECK_FALSE(second.extension("receipts", room).contains("@cora"));
  CHECK(third.extension("receipts") == nullptr);
}

TEST_CASE("a second receipt for the same event comes with the next answer, at once") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const protocol::EventId root = house.rooms().say(kAnna, room, "root");
  const auto mark = [&](const rooms::Actor& who, const std::string& thread) {
    house.run(house.rooms()->receipts.mark(
        who, {.room = room, .type = "m.read", .event = root, .thread = thread}));
  };
  const Slid before = house.slide(kAnna, {.body = wish(kReceipts)});
  mark(kBen, root.text());
  mark(kBen, "main");
  const auto asking = [&](const Slid& from) {
    return house.begin_slide(kAnna, {.body = wish(kReceipts), .from = from, .timeout = 30s});
  };

  // Of a room that is known, and of one that is new.
  for (const std::optional<Slid>& from : {std::optional(before), std::optional<Slid>()}) {
    const Slid first = house.slide(kAnna, {.body = wish(kReceipts), .from = from});
    CHECK(first.extension("receipts", room).contains(R"("thread_id":"main")"));
    CHECK_FALSE(first.extension("receipts", room).contains(R"("thread_id":")" + root.text()));
    const auto waiting = asking(first);
    REQUIRE(house.is_answered(waiting));
    const Slid second = house.await(waiting);
    CHECK(second.extension("receipts", room).contains(R"("thread_id":")" + root.text()));
    CHECK_FALSE(second.extension("receipts", room).contains(R"("thread_id":"main")"));
    CHECK_FALSE(house.is_answered(asking(second)));
  }
}

TEST_CASE("the second receipt is told after a restart, and what came meanwhile behind it") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const protocol::EventId root = house.rooms().say(kAnna, room, "root");
  for (const std::string& thread : {root.text(), std::string("main")}) {
    house.run(house.rooms()->receipts.mark(
        kBen, {.room = room, .type = "m.read", .event = root, .thread = thread}));
  }
  const Slid first = house.slide(kAnna, {.body = wish(kReceipts)});
  read(house, kAnna, room, root);
  house.restart();

  const Slid second = house.slide(kAnna, {.body = wish(kReceipts), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish(kReceipts), .from = second});
  const Slid fourth = house.slide(kAnna, {.body = wish(kReceipts), .from = third});

  CHECK(second.extension("receipts", room).contains(R"("thread_id":")" + root.text()));
  CHECK_FALSE(second.extension("receipts", room).contains("@anna"));
  CHECK(third.extension("receipts", room).contains("@anna"));
  CHECK_FALSE(third.extension("receipts", room).contains("@ben"));
  CHECK(fourth.extension("receipts") == nullptr);
}

TEST_CASE("of whom somebody ignores neither receipts nor typing are told") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  house.rooms().join(kCora, room);
  const protocol::EventId event = house.rooms().say(kAnna, room, "x");
  house.put_account_data(kAnna, "m.ignored_user_list",
                         R"({"ignored_users":{"@ben:example.org":{}}})");
  const std::string asking = wish(kReceipts + "," + kTyping);
  const Slid first = house.slide(kAnna, {.body = asking});
  read(house, kBen, room, event);
  house->typing.start(number(house, room), kBen.user, 5s);

  const Slid second = house.slide(kAnna, {.body = asking, .from = first});
  CHECK(second.extension("receipts") == nullptr);
  CHECK(second.extension("typing") == nullptr);

  read(house, kCora, room, event);
  house->typing.start(number(house, room), kCora.user, 5s);
  const Slid third = house.slide(kAnna, {.body = asking, .from = second});
  const Slid anew = house.slide(kAnna, {.body = asking});
  for (const Slid& told : {third, anew}) {
    for (const char* name : {"receipts", "typing"}) {
      CAPTURE(name);
      CHECK(told.extension(name, room).contains("@cora"));
      CHECK_FALSE(told.extension(name, room).contains("@ben"));
    }
  }
}

TEST_CASE("who types is told, and that nobody does any more") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const Slid first = house.slide(kAnna, {.body = wish(kTyping)});
  house->typing.start(number(house, room), kBen.user, 10s);
  const Slid second = house.slide(kAnna, {.body = wish(kTyping), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish(kTyping), .from = second});
  house->typing.stop(number(house, room), kBen.user);
  const Slid fourth = house.slide(kAnna, {.body = wish(kTyping), .from = third});

  CHECK(first.extension("typing") == nullptr);
  CHECK(second.extension("typing", room) ==
        R"({"type":"m.typing","content":{"user_ids":["@ben:example.org"]}})");
  CHECK(third.extension("typing") == nullptr);
  CHECK(fourth.extension("typing", room).contains(R"("user_ids":[])"));
}

TEST_CASE("who begins to type while an answer is made is told of with the next, at once") {
  SyncHouse house;
  const protocol::RoomId quiet = shared_room(house);
  const protocol::RoomId busy = shared_room(house);
  const storage::RoomNumber typed_in = number(house, quiet);
  const Slid first = house.slide(kAnna, {.body = wish(kTyping)});
  house.rooms().say(kBen, busy, "x");
  house->unread.on_count = [&] { house->typing.start(typed_in, kBen.user, 10s); };
  const Slid second = house.slide(kAnna, {.body = wish(kTyping), .from = first});
  house->unread.on_count = {};

  const auto third =
      house.begin_slide(kAnna, {.body = wish(kTyping), .from = second, .timeout = 30s});

  CHECK(second.said(busy) == "x");
  CHECK(second.extension("typing") == nullptr);
  REQUIRE(house.is_answered(third));
  CHECK((*third)->extension("typing", quiet).contains("@ben"));
}

TEST_CASE("who typed before a restart is told not to after it") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  house->typing.start(number(house, room), kBen.user, 10s);
  const Slid first = house.slide(kAnna, {.body = wish(kTyping)});
  house.restart();
  const Slid second = house.slide(kAnna, {.body = wish(kTyping), .from = first});

  CHECK(first.extension("typing", room).contains("@ben"));
  CHECK(second.extension("typing", room).contains(R"("user_ids":[])"));
}

TEST_CASE("an extension tells of the lists and rooms that it was asked for") {
  SyncHouse house;
  const protocol::RoomId listed = shared_room(house);
  const std::string subscriptions = "{\"" + listed.text() + R"(":{"timeline_limit":1}})";
  house->typing.start(number(house, listed), kBen.user, 10s);
  const auto tells = [&](const std::string& scope) {
    const Slid answer = house.slide(
        kAnna, {.body = wish(R"("typing":{"enabled":true)" + scope + "}", subscriptions)});
    return !answer.extension("typing", listed).empty();
  };

  CHECK(tells(""));
  CHECK(tells(R"(,"lists":["all"],"rooms":[])"));
  CHECK(tells(R"(,"lists":[],"rooms":["*"])"));
  CHECK(tells(R"(,"lists":[],"rooms":[")" + listed.text() + "\"]"));
  CHECK_FALSE(tells(R"(,"lists":["other"],"rooms":[])"));
  CHECK_FALSE(tells(R"(,"lists":[],"rooms":["!other:example.org"])"));
}

TEST_CASE("an extension that is switched on later tells what there is by then") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const Slid first = house.slide(kAnna, {.body = wish("")});
  house.put_account_data(kAnna, "org.example", R"({"b":1})", room.text());
  const Slid second = house.slide(kAnna, {.body = wish(""), .from = first});
  const Slid third = house.slide(kAnna, {.body = wish(kAccountData), .from = second});

  CHECK(third.extension("account_data", room).contains(R"({"b":1})"));
}

TEST_CASE("whoever comes back after something that has no position of its own does not wait") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  const Slid first = house.slide(kAnna, {.body = wish(kTyping)});
  house->typing.start(number(house, room), kBen.user, 10s);

  const auto typing =
      house.begin_slide(kAnna, {.body = wish(kTyping), .from = first, .timeout = 30s});
  REQUIRE(house.is_answered(typing));
  CHECK((*typing)->extension("typing", room).contains("@ben"));
  const auto waiting =
      house.begin_slide(kAnna, {.body = wish(kTyping), .from = *typing, .timeout = 30s});
  CHECK_FALSE(house.is_answered(waiting));
  house->typing.stop(number(house, room), kBen.user);
  CHECK(house.await(waiting).extension("typing", room).contains(R"("user_ids":[])"));
}

TEST_CASE("an extension that is switched on while nothing happens is told at once, then waits") {
  SyncHouse house;
  shared_room(house);
  house.put_account_data(kAnna, "org.example", "{}");
  std::string extensions;
  Slid last = house.slide(kAnna, {.body = wish(extensions)});
  for (const std::string& added :
       {kTyping, kAccountData, std::string(R"("e2ee":{"enabled":true})")}) {
    extensions += (extensions.empty() ? "" : ",") + added;
    const bool has_something = added != kTyping;
    const auto switched_on =
        house.begin_slide(kAnna, {.body = wish(extensions), .from = last, .timeout = 30s});
    CHECK(house.is_answered(switched_on) == has_something);
    house.scheduler().advance(30s);
    last = house.await(switched_on);

    const auto again =
        house.begin_slide(kAnna, {.body = wish(extensions), .from = last, .timeout = 30s});
    CHECK_FALSE(house.is_answered(again));
    house.scheduler().advance(30s);
    last = house.await(again);
  }
}

TEST_CASE("a message to the device that came before the request is told at once") {
  SyncHouse house;
  shared_room(house);
  const auto with_token = [](const std::string& token) {
    return wish(R"("to_device":{"enabled":true,"since":")" + token + "\"}");
  };
  const Slid first = house.slide(kAnna, {.body = wish(R"("to_device":{"enabled":true})")});
  send_to_device(house, "a");
  const Slid second = house.slide(kAnna, {.body = with_token(batch(first)), .from = first});
  CHECK(messages(second) == "a");

  // The client lost what it had of its token, not its place.
  const auto repeated =
      house.begin_slide(kAnna, {.body = with_token(batch(first)), .from = second, .timeout = 30s});
  REQUIRE(house.is_answered(repeated));
  CHECK(messages(**repeated) == "a");
  const auto waiting = house.begin_slide(
      kAnna, {.body = with_token(batch(second)), .from = **repeated, .timeout = 30s});
  CHECK_FALSE(house.is_answered(waiting));
  send_to_device(house, "b");
  CHECK(messages(house.await(waiting)) == "b");
}

TEST_CASE("thread subscriptions are told, the newest first and the rest by a token") {
  SyncHouse house;
  const protocol::RoomId room = shared_room(house);
  std::vector<protocol::EventId> roots;
  for (int i = 0; i < 3; ++i) roots.push_back(house.rooms().say(kAnna, room, "root"));
  for (const protocol::EventId& root : roots) {
    house.run(house->threads.subscribe(kAnna, {.room = room, .root = root}, std::nullopt));
  }
  const Slid first = house.slide(kAnna, {.body = wish(kThreads)});
  const Slid second = house.slide(kAnna, {.body = wish(kThreads), .from = first});
  house.run(house->threads.unsubscribe(kAnna, {.room = room, .root = roots[0]}));
  const Slid third = house.slide(kAnna, {.body = wish(kThreads), .from = second});

  const std::string_view name = "io.element.msc4308.thread_subscriptions";
  const std::string told = base::to_text(*first.extension(name));
  CHECK(told.contains(roots[1].text()));
  CHECK(told.contains(roots[2].text()));
  CHECK_FALSE(told.contains(roots[0].text()));
  CHECK(told.contains("prev_batch"));
  CHECK(second.extension(name) == nullptr);
  CHECK(base::find_object(*third.extension(name), "unsubscribed") != nullptr);
  CHECK(base::find_object(*third.extension(name), "subscribed") == nullptr);
}

}  // namespace
}  // namespace chancery::sync
