// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/key_backup_store.hpp"

namespace chancery::storage::sql {
namespace {

#define CHANCERY_BACKUP_COLUMNS                                                     \
  "SELECT b.version, b.algorithm, b.auth_data, b.etag, (SELECT COUNT(*) FROM "      \
  "backed_up_sessions AS s WHERE s.user_id = b.user_id AND s.version = b.version) " \
  "FROM key_backups AS b WHERE b.user_id = ?1 AND b.removed = 0 "
constexpr Statement kFindNewest(CHANCERY_BACKUP_COLUMNS "ORDER BY b.version DESC LIMIT 1");
constexpr Statement kFindBackup(CHANCERY_BACKUP_COLUMNS "AND b.version = ?2");
#undef CHANCERY_BACKUP_COLUMNS
constexpr Statement kLoadLastVersion("SELECT MAX(version) FROM key_backups WHERE user_id = ?1");
constexpr Statement kLoadAll(
    "SELECT room_id, session_id, json FROM backed_up_sessions "
    "WHERE user_id = ?1 AND version = ?2 ORDER BY room_id, session_id");
constexpr Statement kLoadRoom(
    "SELECT room_id, session_id, json FROM backed_up_sessions "
    "WHERE user_id = ?1 AND version = ?2 AND room_id = ?3 ORDER BY session_id");
constexpr Statement kLoadSession(
    "SELECT room_id, session_id, json FROM backed_up_sessions "
    "WHERE user_id = ?1 AND version = ?2 AND room_id = ?3 AND session_id = ?4");

std::optional<StoredKeyBackup> backup_in(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return StoredKeyBackup{.version = rows.integer(0, 0),
                         .algorithm = rows.text(0, 1),
                         .auth_data = rows.text(0, 2),
                         .etag = rows.integer(0, 3),
                         .count = rows.integer(0, 4)};
}

}  // namespace

runtime::Task<std::optional<StoredKeyBackup>> SqlKeyBackupStore::find_newest(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kFindNewest, {std::string_view(user.text())});
  co_return backup_in(rows);
}

runtime::Task<std::optional<StoredKeyBackup>> SqlKeyBackupStore::find_backup(protocol::UserId user,
                                                                             std::int64_t version) {
  const Rows rows = co_await reader_.read(kFindBackup, {std::string_view(user.text()), version});
  co_return backup_in(rows);
}

runtime::Task<std::int64_t> SqlKeyBackupStore::load_last_version(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadLastVersion, {std::string_view(user.text())});
  co_return rows.empty() ? 0 : rows.integer(0, 0);
}

runtime::Task<std::vector<BackedUpSession>> SqlKeyBackupStore::load_sessions(protocol::UserId user,
                                                                             std::int64_t version,
                                                                             std::string room,
                                                                             std::string session) {
  Parameters parameters{std::string_view(user.text()), version};
  const Statement* statement = &kLoadAll;
  if (!room.empty()) {
    parameters.emplace_back(Blob{room});
    statement = &kLoadRoom;
    if (!session.empty()) {
      parameters.emplace_back(Blob{session});
      statement = &kLoadSession;
    }
  }
  const Rows rows = co_await reader_.read(*statement, std::move(parameters));
  std::vector<BackedUpSession> sessions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sessions.push_back(
        {.room = rows.text(row, 0), .session = rows.text(row, 1), .json = rows.text(row, 2)});
  }
  co_return sessions;
}

}  // namespace chancery::storage::sql
