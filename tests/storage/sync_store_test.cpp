// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/commit/change.hpp"
#include "storage/sql/personal_store.hpp"
#include "storage/sql/sync_stores.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");
const auto kPhone = protocol::DeviceId::trusted("PHONE");
const auto kTablet = protocol::DeviceId::trusted("TABLET");

SlidingConnectionKey key(std::string connection, const protocol::DeviceId& device = kPhone) {
  return {.user = kAnna, .device = device, .connection = std::move(connection)};
}
PutSlidingConnection put(SlidingConnectionKey key, std::int64_t used_at, std::string record) {
  return {.key = std::move(key), .used_at = {used_at}, .record = std::move(record), .most = 2};
}
protocol::EventId thread(const char* name) { return protocol::EventId::trusted(name); }

STORE_TEST("a sliding connection is put, replaced, found by its whole key and removed") {
  sql::SqlSlidingConnectionStore connections(store.reader());
  store.commit({put(key(""), 1, "first")});
  store.commit({put(key(""), 2, std::string("sec\0nd", 6))});
  store.commit({put(key("list"), 3, "list")});
  const auto find = [&](const SlidingConnectionKey& wanted) {
    return store.run(connections.find_sliding_connection(wanted));
  };

  CHECK(find(key("")) == std::string("sec\0nd", 6));
  CHECK(find(key("list")) == "list");
  CHECK_FALSE(find(key("list", kTablet)).has_value());
  store.commit({RemoveSlidingConnection{key("list")}});
  CHECK_FALSE(find(key("list")).has_value());
}

STORE_TEST("of a device's sliding connections so many stay, those used last") {
  sql::SqlSlidingConnectionStore connections(store.reader());
  store.commit({put(key("a"), 1, "a"), put(key("tablet", kTablet), 1, "t"), put(key("b"), 2, "b"),
                put(key("c"), 3, "c")});
  const auto has = [&](const SlidingConnectionKey& wanted) {
    return store.run(connections.find_sliding_connection(wanted)).has_value();
  };

  CHECK_FALSE(has(key("a")));
  CHECK(has(key("b")));
  CHECK(has(key("c")));
  CHECK(has(key("tablet", kTablet)));
  store.commit({RemoveOldSlidingConnections{{3}}});
  CHECK_FALSE(has(key("b")));
  CHECK(has(key("c")));
}

STORE_TEST("a device's sliding connections go with it") {
  sql::SqlSlidingConnectionStore connections(store.reader());
  store.commit({put(key("a"), 1, "a"), put(key("a", kTablet), 1, "t")});
  store.commit({DeleteDevice{kAnna, kPhone}});

  CHECK_FALSE(store.run(connections.find_sliding_connection(key("a"))).has_value());
  CHECK(store.run(connections.find_sliding_connection(key("a", kTablet))).has_value());
}

STORE_TEST("thread subscriptions are found, and read as changes, the newest first") {
  sql::SqlThreadSubscriptionStore threads(store.reader());
  const RoomNumber room{7};
  store.commit({PutThreadSubscription{kAnna, room, thread("$a"), ThreadFollowing::automatic}});
  const StreamPosition second =
      store.commit({PutThreadSubscription{kAnna, room, thread("$b"), ThreadFollowing::manual}});
  store.commit({PutThreadSubscription{kBen, room, thread("$a"), ThreadFollowing::manual}});
  const StreamPosition last = store.commit(
      {PutThreadSubscription{kAnna, room, thread("$a"), ThreadFollowing::unsubscribed}});
  const auto load = [&](StreamPosition after, StreamPosition until, std::size_t limit) {
    std::string found;
    for (const auto& one :
         store.run(threads.load_thread_subscriptions(kAnna, after, until, limit))) {
      found += one.thread.text() + std::to_string(static_cast<int>(one.following));
    }
    return found;
  };

  CHECK(load({}, last, 9) == "$a0$b2");
  CHECK(load({}, last, 1) == "$a0");
  CHECK(load(second, last, 9) == "$a0");
  CHECK(load({}, second, 9) == "$b2");
  const auto found = store.run(threads.find_thread_subscription(kAnna, room, thread("$b")));
  REQUIRE(found.has_value());
  CHECK(found->following == ThreadFollowing::manual);
  CHECK(found->position == second);
  CHECK_FALSE(store.run(threads.find_thread_subscription(kAnna, {8}, thread("$b"))).has_value());
  store.commit({RemoveRoom{room, protocol::RoomId::trusted("!gone:example.org")}});
  CHECK(load({}, last, 9).empty());
  store.commit({PutThreadSubscription{kAnna, room, thread("$c"), ThreadFollowing::manual}});
  store.commit({DeleteAccountData{kAnna}});
  CHECK(store.run(threads.load_thread_subscriptions(kAnna, {}, {1'000}, 9)).empty());
}

STORE_TEST("account data of one room is read by itself") {
  sql::SqlAccountDataStore account_data(store.reader());
  store.commit({PutAccountData{kAnna, "!a:x", "m.tag", "tags"},
                PutAccountData{kAnna, "!a:x", "m.fully_read", "read"},
                PutAccountData{kAnna, "!b:x", "m.tag", "other"},
                PutAccountData{kBen, "!a:x", "m.tag", "of ben"}});

  const auto found = store.run(account_data.load_room_account_data(kAnna, "!a:x"));
  REQUIRE(found.size() == 2);
  CHECK(found[0].type == "m.fully_read");
  CHECK(found[1].record == "tags");
}

}  // namespace
}  // namespace chancery::storage
