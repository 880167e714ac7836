// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/delayed_event_store.hpp"

#include "storage/commit/change.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");

DelayedEventKey key_of(const std::string& id) { return {.id = id, .user = kAnna}; }

PutDelayedEvent waiting(const std::string& id, std::int64_t send_at, std::string record = "r") {
  return {.key = key_of(id), .room = {7}, .send_at = {send_at}, .record = std::move(record)};
}

STORE_TEST("a delayed event keeps its first position when its time and record are replaced") {
  sql::SqlDelayedEventStore events(store.reader());
  const StreamPosition first = store.commit({waiting("a", 10), waiting("b", 5)});
  store.commit({waiting("a", 20, "again")});

  const auto found = store.run(events.find_delayed_event("a"));
  REQUIRE(found);
  CHECK(found->key == key_of("a"));
  CHECK(found->position == first);
  CHECK(found->send_at == base::Timestamp{20});
  CHECK(found->record == "again");
  CHECK(found->room == RoomNumber{7});
  CHECK_FALSE(store.run(events.find_delayed_event("c")));
  const auto all = store.run(events.load_waiting_delayed_events());
  REQUIRE(all.size() == 2);
  CHECK(all[0].key.id == "b");
  CHECK(all[0].record.empty());
}

STORE_TEST("what is finalised waits no longer, and is finalised once") {
  sql::SqlDelayedEventStore events(store.reader());
  store.commit({waiting("a", 10), waiting("b", 20)});
  const Change finalise{.preconditions = {RequireDelayedEvent{key_of("a")}},
                        .mutations = {FinaliseDelayedEvent{
                            .key = key_of("a"), .at = {11}, .event_id = "$e", .error = ""}},
                        .audit = {}};
  store.commit(finalise);
  CHECK_THROWS_AS(store.commit(finalise), StorageConflict);

  const auto mine = store.run(events.load_delayed_events(kAnna));
  REQUIRE(mine.size() == 2);
  CHECK(mine[0].finalised_at == base::Timestamp{11});
  CHECK(mine[0].event_id == "$e");
  CHECK(store.run(events.load_waiting_delayed_events()).size() == 1);
}

STORE_TEST("of what is finalised the newest stay, and what waits stays") {
  sql::SqlDelayedEventStore events(store.reader());
  store.commit({waiting("w", 1)});
  for (int i = 0; i < 6; ++i) {
    const std::string id = "f" + std::to_string(i);
    store.commit(
        {waiting(id, i),
         FinaliseDelayedEvent{.key = key_of(id), .at = {100 + i}, .event_id = "", .error = "{}"}});
  }
  const auto ids = [&] {
    std::string all;
    for (const auto& one : store.run(events.load_delayed_events(kAnna))) all += one.key.id + " ";
    return all;
  };

  store.commit({ForgetFinalisedDelayedEvents{.user = kAnna, .before = {102}, .most = 10}});
  CHECK(ids() == "w f2 f3 f4 f5 ");
  store.commit({ForgetFinalisedDelayedEvents{.user = kAnna, .before = {0}, .most = 2}});
  CHECK(ids() == "w f4 f5 ");
}

}  // namespace
}  // namespace chancery::storage
