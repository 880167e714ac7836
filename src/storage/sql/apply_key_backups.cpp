// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_devices.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindBackup(
    "SELECT 1 FROM key_backups WHERE user_id = ?1 AND version = ?2 AND removed = 0");
constexpr Statement kCreate(
    "INSERT INTO key_backups (user_id, version, algorithm, auth_data, etag, removed) "
    "VALUES (?1, ?2, ?3, ?4, 0, 0)");
constexpr Statement kSetAuth(
    "UPDATE key_backups SET auth_data = ?3 WHERE user_id = ?1 AND version = ?2");
constexpr Statement kMarkRemoved(
    "UPDATE key_backups SET removed = 1, auth_data = ?3 WHERE user_id = ?1 AND version = ?2");
constexpr Statement kGrowEtag(
    "UPDATE key_backups SET etag = etag + 1 WHERE user_id = ?1 AND version = ?2");
constexpr Statement kPutSession(
    "INSERT INTO backed_up_sessions (user_id, version, room_id, session_id, json) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id, version, room_id, session_id) "
    "DO UPDATE SET json = excluded.json");
constexpr Statement kRemoveSession(
    "DELETE FROM backed_up_sessions "
    "WHERE user_id = ?1 AND version = ?2 AND room_id = ?3 AND session_id = ?4");
constexpr Statement kRemoveRoom(
    "DELETE FROM backed_up_sessions WHERE user_id = ?1 AND version = ?2 AND room_id = ?3");
constexpr Statement kRemoveAll(
    "DELETE FROM backed_up_sessions WHERE user_id = ?1 AND version = ?2");

}  // namespace

bool holds(Writer& writer, const RequireKeyBackup& required) {
  return !writer.query(kFindBackup, {std::string_view(required.user.text()), required.version})
              .empty();
}

void apply(Writer& writer, const CreateKeyBackup& create, StreamPosition) {
  writer.execute(kCreate, {std::string_view(create.user.text()), create.version,
                           Blob{create.algorithm}, Blob{create.auth_data}});
}

void apply(Writer& writer, const SetKeyBackupAuth& set, StreamPosition) {
  writer.execute(kSetAuth, {std::string_view(set.user.text()), set.version, Blob{set.auth_data}});
}

void apply(Writer& writer, const RemoveKeyBackup& remove, StreamPosition) {
  const std::string_view user = remove.user.text();
  writer.execute(kMarkRemoved, {user, remove.version, Blob{}});
  writer.execute(kRemoveAll, {user, remove.version});
}

void apply(Writer& writer, const PutBackedUpSessions& put, StreamPosition) {
  const std::string_view user = put.user.text();
  for (const BackedUpSession& session : put.sessions) {
    writer.execute(kPutSession, {user, put.version, Blob{session.room}, Blob{session.session},
                                 Blob{session.json}});
  }
  writer.execute(kGrowEtag, {user, put.version});
}

void apply(Writer& writer, const RemoveBackedUpSessions& remove, StreamPosition) {
  const std::string_view user = remove.user.text();
  if (remove.room.empty()) {
    writer.execute(kRemoveAll, {user, remove.version});
  } else if (remove.session.empty()) {
    writer.execute(kRemoveRoom, {user, remove.version, Blob{remove.room}});
  } else {
    writer.execute(kRemoveSession, {user, remove.version, Blob{remove.room}, Blob{remove.session}});
  }
  writer.execute(kGrowEtag, {user, remove.version});
}

}  // namespace chancery::storage::sql
