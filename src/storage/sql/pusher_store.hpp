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
  runtime::Task<std::vector<protocol::UserId>> load_pusher_owners() override;
  runtime::Task<std::vector<StoredPusher>> load_pushers_behind() override;
  runtime::Task<std::optional<StreamPosition>> find_push_progress() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
