// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fresh, migrated database of either engine, and the macro that runs a test on both.

#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/committer.hpp"
#include "storage/errors.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/database.hpp"
#include "storage/sql/event_store.hpp"
#include "storage/sql/key_store.hpp"
#include "storage/sql/migrations.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace chancery::storage {

class StoreUnderTest {
 public:
  explicit StoreUnderTest(sql::Engine engine);
  ~StoreUnderTest();

  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler_.run(std::move(task));
  }
  StreamPosition commit(Change change) { return run(committer_->commit(std::move(change))); }
  // A change of these mutations, without preconditions and audit record.
  StreamPosition commit(std::vector<Mutation> mutations) {
    return commit(Change{.preconditions = {}, .mutations = std::move(mutations), .audit = {}});
  }
  // As a restart of the server.
  void reopen();
  // For tests that write by other means.
  void close_committer() { committer_.reset(); }

  [[nodiscard]] sql::Engine engine() const { return engine_; }
  [[nodiscard]] sql::Database& database() { return *database_; }
  [[nodiscard]] sql::Reader& reader() { return database_->reader(); }
  [[nodiscard]] Committer& committer() { return *committer_; }
  [[nodiscard]] runtime::SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] sql::SqlEventStore& events() { return *events_; }
  [[nodiscard]] sql::SqlKeyStore& keys() { return *keys_; }

 private:
  void open();

  sql::Engine engine_;
  support::TemporaryFolder folder_;
  std::string address_;
  runtime::SimulatedScheduler scheduler_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<sql::SqlEventStore> events_;
  std::unique_ptr<sql::SqlKeyStore> keys_;
};

}  // namespace chancery::storage

#define CHANCERY_STORE_TEST(name, function)                                            \
  static void function(chancery::storage::StoreUnderTest& store);                      \
  TEST_CASE(name " (SQLite)") {                                                        \
    chancery::storage::StoreUnderTest store(chancery::storage::sql::Engine::sqlite);   \
    function(store);                                                                   \
  }                                                                                    \
  TEST_CASE(name " (PostgreSQL)") {                                                    \
    chancery::storage::StoreUnderTest store(chancery::storage::sql::Engine::postgres); \
    function(store);                                                                   \
  }                                                                                    \
  static void function(chancery::storage::StoreUnderTest& store)
// STORE_TEST("a room is found by its id") { store.commit({…}); CHECK(store.run(…)); }
#define STORE_TEST(name) CHANCERY_STORE_TEST(name, DOCTEST_ANONYMOUS(run_on_store_))
