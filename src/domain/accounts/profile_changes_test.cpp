// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/profile_changes.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/sql/personal_store.hpp"
#include "tests/support/temporary_store.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace chancery::accounts {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");

// Keeps so many changes in memory.
struct World {
  explicit World(std::size_t most_recent)
      : profiles(store.reader()),
        changes({.store = profiles, .feed = store.committer()}, most_recent) {}
  ~World() { store.committer().stop(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  storage::StreamPosition set(const protocol::UserId& user, std::string field, std::string value) {
    storage::Change change;
    change.mutations.emplace_back(
        storage::SetProfileField{user, std::move(field), std::move(value)});
    return scheduler.run(store.committer().commit(std::move(change)));
  }
  // Each once, sorted.
  std::string changed(storage::StreamPosition after, storage::StreamPosition until) {
    std::set<std::string> names;
    for (const auto& one : scheduler.run(changes.load_changes(after, until))) {
      names.insert(std::string(one.user.localpart()) + "/" + one.field);
    }
    std::string all;
    for (const std::string& name : names) all += name + " ";
    return all;
  }

  support::TemporaryStore store;
  runtime::SimulatedScheduler scheduler;
  storage::sql::SqlProfileStore profiles;
  ProfileChanges changes;
};

TEST_CASE("what changed between two positions is told, from memory or from the store") {
  for (const std::size_t most_recent : {std::size_t{100}, std::size_t{1}}) {
    World world(most_recent);
    const auto first = world.set(kAnna, "m.tz", "1");
    const auto second = world.set(kBen, "m.status", "1");
    const auto third = world.set(kAnna, "displayname", "1");
    const auto last = world.set(kBen, "m.status", "");

    CHECK(world.changed({0}, last) == "anna/displayname anna/m.tz ben/m.status ");
    CHECK(world.changed(first, last) == "anna/displayname ben/m.status ");
    CHECK(world.changed(second, third) == "anna/displayname ");
    CHECK(world.changed(third, last) == "ben/m.status ");
    CHECK(world.changed(last, last).empty());
  }
}

TEST_CASE("fields are those of now, by user") {
  World world(100);
  world.set(kAnna, "m.tz", "1");
  world.set(kAnna, "m.tz", "2");
  world.set(kAnna, "other", R"("text")");

  const auto fields = world.scheduler.run(world.changes.load_fields({kAnna, kBen}));

  REQUIRE(fields.size() == 1);
  CHECK(fields.at(kAnna).at("m.tz") == "2");
  CHECK(fields.at(kAnna).at("other") == R"("text")");
}

}  // namespace
}  // namespace chancery::accounts
