// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/store_under_test.hpp"

#include "storage/postgres/database.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/storage/postgres_server.hpp"

namespace chancery::storage {

StoreUnderTest::StoreUnderTest(sql::Engine engine) : engine_(engine) {
  if (engine_ == sql::Engine::postgres) address_ = PostgresServer::shared().make_schema();
  open();
}

StoreUnderTest::~StoreUnderTest() = default;

void StoreUnderTest::open() {
  if (engine_ == sql::Engine::sqlite) {
    database_ =
        sqlite::open_sqlite({.path = folder_.file("chancery.db"), .key = std::string(32, 'k')});
  } else {
    database_ = postgres::open_postgres({.address = address_, .readers = 2});
  }
  sql::migrate(*database_);
  committer_ = std::make_unique<Committer>(std::make_unique<sql::SqlBatchWriter>(*database_));
  events_ = std::make_unique<sql::SqlEventStore>(database_->reader());
  keys_ = std::make_unique<sql::SqlKeyStore>(database_->reader());
}

void StoreUnderTest::reopen() {
  committer_.reset();
  events_.reset();
  keys_.reset();
  database_.reset();
  open();
}

}  // namespace chancery::storage
