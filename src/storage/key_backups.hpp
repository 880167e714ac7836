// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Key backups as stored: versions, and the sessions in each.
//
// Failure: StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

// `version` is given by the domain, above every earlier one of the user.
struct CreateKeyBackup {
  protocol::UserId user;
  std::int64_t version = 0;
  std::string algorithm;
  std::string auth_data;  // JSON
};
struct SetKeyBackupAuth {
  protocol::UserId user;
  std::int64_t version = 0;
  std::string auth_data;  // JSON
};
// Its sessions go with it; the version's number is never used again.
struct RemoveKeyBackup {
  protocol::UserId user;
  std::int64_t version = 0;
};
struct BackedUpSession {
  std::string room;
  std::string session;
  std::string json;  // KeyBackupData
};
// Replaces sessions of the same name; the backup's etag grows.
struct PutBackedUpSessions {
  protocol::UserId user;
  std::int64_t version = 0;
  std::vector<BackedUpSession> sessions;
};
// Of one session, of a room (session ""), or all (room ""); the backup's etag grows.
struct RemoveBackedUpSessions {
  protocol::UserId user;
  std::int64_t version = 0;
  std::string room;
  std::string session;
};

struct RequireKeyBackup {
  static constexpr std::string_view kName = "key_backup";
  protocol::UserId user;
  std::int64_t version = 0;
};

struct StoredKeyBackup {
  std::int64_t version = 0;
  std::string algorithm;
  std::string auth_data;
  std::int64_t etag = 0;
  std::int64_t count = 0;
};

class KeyBackupStore {
 public:
  virtual ~KeyBackupStore() = default;
  // The newest that is not removed.
  virtual runtime::Task<std::optional<StoredKeyBackup>> find_newest(protocol::UserId user) = 0;
  virtual runtime::Task<std::optional<StoredKeyBackup>> find_backup(protocol::UserId user,
                                                                    std::int64_t version) = 0;
  // Removed ones count; 0 when there never was one.
  virtual runtime::Task<std::int64_t> load_last_version(protocol::UserId user) = 0;
  // Of one session, of a room (session ""), or all (room "").
  virtual runtime::Task<std::vector<BackedUpSession>> load_sessions(protocol::UserId user,
                                                                    std::int64_t version,
                                                                    std::string room,
                                                                    std::string session) = 0;
};

}  // namespace chancery::storage
