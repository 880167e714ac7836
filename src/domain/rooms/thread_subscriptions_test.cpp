// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/thread_subscriptions.hpp"

#include "storage/sql/sync_stores.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using storage::ThreadFollowing;
using support::RoomHouse;

const Actor kAnna = RoomHouse::person("anna");
const Actor kBen = RoomHouse::person("ben");

struct Threads {
  Threads()
      : store(house.store().reader()),
        visible(house->rooms, house->ignored_users, house->invite_permissions, house->erased),
        reading(house->rooms, visible),
        subscriptions(house->ports, store, reading),
        room(house.create(kAnna, {.preset = Preset::public_chat})),
        root(house.say(kAnna, room, "what do you think?")) {}
  ~Threads() { house.store().committer().stop(); }

  protocol::EventId reply(const protocol::EventId& to) {
    return house.run(house->sending.send(
        kAnna, {.room = room,
                .type = "m.room.message",
                .content = {{"msgtype", "m.text"},
                            {"body", "x"},
                            {"m.relates_to",
                             base::JsonObject{{"rel_type", "m.thread"}, {"event_id", to.text()}}}},
                .transaction = "r" + std::to_string(++replies),
                .sent_at = {}}));
  }
  std::optional<ErrorCode> subscribe(std::optional<protocol::EventId> cause = std::nullopt,
                                     const Actor& who = kAnna) {
    return house.error_of(subscriptions.subscribe(who, {.room = room, .root = root}, cause));
  }
  void unsubscribe() { house.run(subscriptions.unsubscribe(kAnna, {.room = room, .root = root})); }
  // Absent: not followed.
  std::optional<ThreadFollowing> following() {
    std::optional<ThreadFollowing> found;
    const auto error = house.error_of(remember(subscriptions, {.room = room, .root = root}, found));
    if (error) CHECK(error == ErrorCode::not_found);
    return found;
  }
  static runtime::Task<> remember(ThreadSubscriptions& subscriptions,
                                  ThreadSubscriptions::Thread thread,
                                  std::optional<ThreadFollowing>& found) {
    found = co_await subscriptions.get(kAnna, std::move(thread));
  }

  RoomHouse house;
  storage::sql::SqlThreadSubscriptionStore store;
  VisibleHistory visible;
  Reading reading;
  ThreadSubscriptions subscriptions;
  protocol::RoomId room;
  protocol::EventId root;
  int replies = 0;
};

TEST_CASE("a thread is followed by hand, and no longer") {
  Threads threads;
  CHECK_FALSE(threads.following().has_value());
  threads.unsubscribe();
  CHECK_FALSE(threads.subscribe().has_value());
  CHECK(threads.following() == ThreadFollowing::manual);
  threads.unsubscribe();
  CHECK_FALSE(threads.following().has_value());
}

TEST_CASE("a client subscribes automatically because of an event of that thread alone") {
  Threads threads;
  const protocol::EventId other = threads.house.say(kAnna, threads.room, "another");
  const protocol::EventId reply = threads.reply(threads.root);
  const protocol::EventId elsewhere = threads.reply(other);

  CHECK(threads.subscribe(threads.root) == ErrorCode::not_in_thread);
  CHECK(threads.subscribe(elsewhere) == ErrorCode::not_in_thread);
  CHECK(threads.subscribe(protocol::EventId::trusted("$nothing")) == ErrorCode::not_in_thread);
  CHECK_FALSE(threads.subscribe(reply).has_value());
  CHECK(threads.following() == ThreadFollowing::automatic);
}

TEST_CASE("a subscription by hand stays one") {
  Threads threads;
  const protocol::EventId reply = threads.reply(threads.root);
  CHECK_FALSE(threads.subscribe(reply).has_value());
  CHECK_FALSE(threads.subscribe().has_value());
  CHECK(threads.following() == ThreadFollowing::manual);
  CHECK_FALSE(threads.subscribe(reply).has_value());
  CHECK(threads.following() == ThreadFollowing::manual);
}

TEST_CASE("who unsubscribed is subscribed again only because of what came after it") {
  Threads threads;
  const protocol::EventId first = threads.reply(threads.root);
  CHECK_FALSE(threads.subscribe(first).has_value());
  const protocol::EventId second = threads.reply(threads.root);
  threads.unsubscribe();
  const protocol::EventId third = threads.reply(threads.root);

  CHECK(threads.subscribe(first) == ErrorCode::conflicting_unsubscription);
  CHECK(threads.subscribe(second) == ErrorCode::conflicting_unsubscription);
  CHECK_FALSE(threads.following().has_value());
  CHECK_FALSE(threads.subscribe(third).has_value());
  CHECK(threads.following() == ThreadFollowing::automatic);
}

TEST_CASE("a thread that one may not see is not there") {
  Threads threads;
  threads.root = protocol::EventId::trusted("$nothing");
  CHECK(threads.subscribe() == ErrorCode::not_found);
  threads.room = threads.house.create(kAnna);
  threads.root = threads.house.say(kAnna, threads.room, "closed");
  CHECK(threads.subscribe(std::nullopt, kBen) == ErrorCode::not_found);
}

TEST_CASE("changes are read page by page, the newest first") {
  Threads threads;
  std::vector<protocol::EventId> roots;
  for (int i = 0; i < 5; ++i) {
    threads.root = threads.house.say(kAnna, threads.room, "root");
    roots.push_back(threads.root);
    CHECK_FALSE(threads.subscribe().has_value());
  }
  const auto last = threads.house.store().committer().last_position();
  ThreadSubscriptions::Range range{.after = {}, .until = last, .limit = 2};
  std::string order;
  while (true) {
    const auto page = threads.house.run(threads.subscriptions.load_changed(kAnna.user, range));
    for (const auto& change : page.changes) {
      order += std::to_string(std::ranges::find(roots, change.thread) - roots.begin());
    }
    if (!page.before) break;
    range.until = *parse_thread_changes_token(thread_changes_token(*page.before));
  }

  CHECK(order == "43210");
  CHECK_FALSE(parse_thread_changes_token("s1").has_value());
  CHECK_FALSE(parse_thread_changes_token("t-1").has_value());
  CHECK_FALSE(parse_thread_changes_token("t18446744073709551615").has_value());
}

TEST_CASE("the threads that somebody follows are known by their roots") {
  Threads threads;
  const auto followed = [&] {
    return threads.house.run(threads.subscriptions.load_followed(kAnna.user));
  };
  CHECK(followed() == nullptr);
  CHECK_FALSE(threads.subscribe().has_value());

  REQUIRE(followed() != nullptr);
  CHECK(followed()->contains(threads.root.text()));
  threads.unsubscribe();
  CHECK(followed() == nullptr);
}

}  // namespace
}  // namespace chancery::rooms
