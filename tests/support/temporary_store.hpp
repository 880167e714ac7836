// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An embedded database in a folder of its own, migrated, with its committer, for domain tests.
//
// Other stores are made over `reader()`. Link chancery_sqlite:
// chancery_module(x … TEST_DEPENDS sqlite test_support).

#include "storage/commit/committer.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/event_store.hpp"
#include "storage/sql/key_store.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/temporary_folder.hpp"

#include <memory>

namespace chancery::support {

class TemporaryStore {
 public:
  TemporaryStore() { open(); }

  [[nodiscard]] storage::sql::Reader& reader() { return database_->reader(); }
  [[nodiscard]] storage::Committer& committer() { return *committer_; }
  [[nodiscard]] storage::EventStore& events() { return *events_; }
  [[nodiscard]] storage::KeyStore& keys() { return *keys_; }

  // As a restart of the server: everything in memory is gone. Stores made over `reader()` must be
  // made again.
  void reopen() {
    committer_.reset();
    events_.reset();
    keys_.reset();
    database_.reset();
    open();
  }

 private:
  void open() {
    database_ = storage::sqlite::open_sqlite({.path = folder_.file("chancery.db")});
    storage::sql::migrate(*database_);
    committer_ = std::make_unique<storage::Committer>(
        std::make_unique<storage::sql::SqlBatchWriter>(*database_));
    events_ = std::make_unique<storage::sql::SqlEventStore>(database_->reader());
    keys_ = std::make_unique<storage::sql::SqlKeyStore>(database_->reader());
  }

  TemporaryFolder folder_;
  std::unique_ptr<storage::sql::Database> database_;
  std::unique_ptr<storage::Committer> committer_;
  std::unique_ptr<storage::sql::SqlEventStore> events_;
  std::unique_ptr<storage::sql::SqlKeyStore> keys_;
};

}  // namespace chancery::support
