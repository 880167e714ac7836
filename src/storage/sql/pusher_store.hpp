// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pushers read from tables.

#include "storage/pushers.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlPusherStore final : public PusherStore {
 public:
  explicit SqlPusherStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::vector<StoredPusher>> load_pushers(protocol::UserId user) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
