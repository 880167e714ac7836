// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Key backups read from tables.

#include "storage/key_backups.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlKeyBackupStore final : public KeyBackupStore {
 public:
  explicit SqlKeyBackupStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredKeyBackup>> find_newest(protocol::UserId user) override;
  runtime::Task<std::optional<StoredKeyBackup>> find_backup(protocol::UserId user,
                                                            std::int64_t version) override;
  runtime::Task<std::int64_t> load_last_version(protocol::UserId user) override;
  runtime::Task<std::vector<BackedUpSession>> load_sessions(protocol::UserId user,
                                                            std::int64_t version, std::string room,
                                                            std::string session) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
