// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/pusher_store.hpp"
#include "tests/storage/store_under_test.hpp"

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");

PusherKey key(const protocol::UserId& user, char hash) {
  return {.user = user, .app_id = "app", .pushkey_hash = std::string(32, hash)};
}
PutPusher put(const PusherKey& pusher) {
  return {.key = pusher, .device = protocol::DeviceId::trusted("PHONE"), .record = "record"};
}

STORE_TEST("owners of pushers are listed once, whatever they have") {
  sql::SqlPusherStore pushers(store.reader());
  store.commit({put(key(kAnna, 'a')), put(key(kAnna, 'b')), put(key(kBen, 'c'))});
  CHECK(store.run(pushers.load_pusher_owners()).size() == 2);
  store.commit({RemovePusher{key(kBen, 'c')}});
  CHECK(store.run(pushers.load_pusher_owners()) == std::vector<protocol::UserId>{kAnna});
}

STORE_TEST("a pusher that is behind is found until it has caught up, also when it is set again") {
  sql::SqlPusherStore pushers(store.reader());
  store.commit({put(key(kAnna, 'a')), put(key(kAnna, 'b'))});
  CHECK(store.run(pushers.load_pushers_behind()).empty());
  store.commit({SetPusherBehind{key(kAnna, 'b'), {7}}, SetPusherBehind{key(kBen, 'z'), {3}}});
  store.commit({put(key(kAnna, 'b'))});

  const auto behind = store.run(pushers.load_pushers_behind());
  REQUIRE(behind.size() == 1);
  CHECK(behind[0].key == key(kAnna, 'b'));
  CHECK(behind[0].behind_after == StreamPosition{7});
  CHECK(behind[0].record == "record");
  store.commit({SetPusherBehind{key(kAnna, 'b'), {0}}});
  CHECK(store.run(pushers.load_pushers_behind()).empty());
}

STORE_TEST("how far notifications were evaluated is unknown at first, then the newest note") {
  sql::SqlPusherStore pushers(store.reader());
  CHECK(!store.run(pushers.find_push_progress()).has_value());
  store.commit({NotePushProgress{{5}}});
  store.commit({NotePushProgress{{9}}});
  store.reopen();
  sql::SqlPusherStore again(store.reader());
  CHECK(store.run(again.find_push_progress()) == StreamPosition{9});
}

}  // namespace
}  // namespace chancery::storage
