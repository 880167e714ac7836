// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/audit/record_search.hpp"

#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::audit {
namespace {

// Records in memory, each at the position after the last.
class RememberedRecords final : public storage::AuditStore {
 public:
  runtime::Task<std::vector<storage::StoredAuditRecord>> load_audit_records(
      storage::StreamPosition before, std::size_t limit) override {
    ++pages;
    std::vector<storage::StoredAuditRecord> page;
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (page.size() == limit) break;
      if (before.value == 0 || record->position < before) page.push_back(*record);
    }
    co_return page;
  }

  std::vector<storage::StoredAuditRecord> records;
  std::size_t pages = 0;
};

struct Fixture {
  void add(const Act& act) {
    storage::AuditRecord made = recorder.record(act);
    std::string parts;
    for (const std::string& part : made.parts) parts += part;
    store.records.push_back({.position = {store.records.size() + 1},
                             .kind = std::move(made.kind),
                             .commitment = std::move(made.commitment),
                             .parts = std::move(parts),
                             .sealed_body = std::move(made.sealed_body)});
  }
  void add_sign_in(const std::string& who) {
    add({.who = who, .device = "PHONE", .act = "account.login", .object = "PHONE"});
  }
  Found find(Wanted wanted) {
    RecordSearch search(store, ring);
    return scheduler.run(search.find(std::move(wanted)));
  }
  // The positions of what is found.
  std::vector<std::uint64_t> positions(Wanted wanted) {
    std::vector<std::uint64_t> positions;
    for (const OpenedRecord& record : find(std::move(wanted)).records) {
      positions.push_back(record.position.value);
    }
    return positions;
  }

  support::SeededRandom random;
  runtime::SimulatedScheduler scheduler;
  runtime::SimulatedClock clock;
  keys::EpochKeyRing ring{keys::RootKey(std::string(32, 'r')), {}, random};
  SealedRecorder recorder{ring, random, clock};
  RememberedRecords store;
};

using Positions = std::vector<std::uint64_t>;

TEST_CASE("a record is read back as it was made") {
  Fixture fixture;
  fixture.add({.who = "@\"a\u00e9\\b\":example.org",
               .device = "PHONE",
               .act = "room.send",
               .object = "$event/with+all",
               .context = "!room:example.org",
               .rule = "allowed"});

  const Found found = fixture.find({});

  REQUIRE(found.records.size() == 1);
  const OpenedRecord& record = found.records.front();
  CHECK(record.position.value == 1);
  CHECK(record.at == fixture.clock.now());
  CHECK(record.kind == "user");
  CHECK(record.who == "@\"a\u00e9\\b\":example.org");
  CHECK(record.device == "PHONE");
  CHECK(record.act == "room.send");
  CHECK(record.object == "$event/with+all");
  CHECK(record.context == "!room:example.org");
  CHECK(record.rule == "allowed");
  CHECK(found.unreadable.empty());
  CHECK_FALSE(found.next);
}

TEST_CASE("records are found by who, by act, by module and by time, the newest first") {
  Fixture fixture;
  fixture.add_sign_in("@alice:x");
  fixture.clock.advance(std::chrono::hours(2));
  const base::Timestamp later = fixture.clock.now();
  fixture.add({.who = "server", .act = "account.login_failed", .object = "nobody"});
  fixture.add({.who = "@alice:x", .act = "accounting.print", .object = "x"});
  fixture.add_sign_in("@bob:x");

  CHECK(fixture.positions({}) == Positions{4, 3, 2, 1});
  CHECK(fixture.positions({.who = "@alice:x"}) == Positions{3, 1});
  CHECK(fixture.positions({.who = "server"}) == Positions{2});
  CHECK(fixture.positions({.act = "account.login"}) == Positions{4, 1});
  CHECK(fixture.positions({.act = "account"}) == Positions{4, 2, 1});
  CHECK(fixture.positions({.since = later}) == Positions{4, 3, 2});
  CHECK(fixture.positions({.before = {3}}) == Positions{2, 1});
  CHECK(fixture.positions({.who = "@carol:x"}).empty());
}

TEST_CASE("a search that has enough says where another goes on, until there is nothing more") {
  Fixture fixture;
  for (int i = 0; i < 450; ++i) fixture.add_sign_in(i % 2 == 0 ? "@alice:x" : "@bob:x");

  Wanted wanted{.who = "@alice:x", .limit = 100};
  std::size_t records = 0;
  std::size_t searches = 0;
  while (true) {
    const Found found = fixture.find(wanted);
    records += found.records.size();
    ++searches;
    if (!found.next) break;
    wanted.before = *found.next;
  }

  CHECK(records == 225);
  CHECK(searches == 3);
}

TEST_CASE("a search for what is not there ends after as many records as one may open") {
  Fixture fixture;
  for (int i = 0; i < 50; ++i) fixture.add_sign_in("@alice:x");

  RecordSearch search(fixture.store, fixture.ring, 20);
  const Found found = fixture.scheduler.run(search.find({.who = "@bob:x"}));

  CHECK(found.records.empty());
  REQUIRE(found.next);
  CHECK(found.next->value == 31);
}

TEST_CASE("a search by time ends where records are older, and does not read on") {
  Fixture fixture;
  for (int i = 0; i < 1000; ++i) fixture.add_sign_in("@alice:x");
  fixture.clock.advance(std::chrono::hours(24));
  const base::Timestamp today = fixture.clock.now();
  fixture.add_sign_in("@alice:x");

  CHECK(fixture.positions({.since = today}) == Positions{1001});
  CHECK(fixture.store.pages == 1);
}

TEST_CASE("a record that was altered is told as such, whichever part of it was") {
  Fixture fixture;
  fixture.add_sign_in("@alice:x");
  fixture.add_sign_in("@bob:x");
  const std::vector<storage::StoredAuditRecord> right = fixture.store.records;
  const auto is_altered = [&](const std::function<void(storage::StoredAuditRecord&)>& alter) {
    fixture.store.records = right;
    alter(fixture.store.records.front());
    const Found found = fixture.find({});
    return found.records.size() == 1 && found.records.front().position.value == 2 &&
           found.unreadable.size() == 1 && found.unreadable.front().position.value == 1 &&
           found.unreadable.front().why == Unreadable::altered;
  };

  CHECK(is_altered([](storage::StoredAuditRecord& one) { one.parts[5] ^= 1; }));
  CHECK(is_altered([](storage::StoredAuditRecord& one) { one.commitment[0] ^= 1; }));
  CHECK(is_altered([](storage::StoredAuditRecord& one) { one.sealed_body.clear(); }));
  CHECK(is_altered([](storage::StoredAuditRecord& one) { one.sealed_body.back() ^= 1; }));
  CHECK(is_altered([&](storage::StoredAuditRecord& one) {
    one.sealed_body = right.back().sealed_body;
    one.commitment = right.back().commitment;
  }));
}

TEST_CASE("a record whose key is gone is counted, and hides no other") {
  Fixture fixture;
  fixture.add_sign_in("@alice:x");
  keys::EpochKeyRing empty{keys::RootKey(std::string(32, 'r')), {}, fixture.random};

  RecordSearch search(fixture.store, empty);
  const Found found = fixture.scheduler.run(search.find({}));

  CHECK(found.records.empty());
  REQUIRE(found.unreadable.size() == 1);
  CHECK(found.unreadable.front().why == Unreadable::key_is_gone);
}

}  // namespace
}  // namespace chancery::audit
