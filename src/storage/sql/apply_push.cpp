// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_push.hpp"

#include "storage/sql/columns.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kPut(
    "INSERT INTO pushers (user_id, app_id, pushkey_hash, device_id, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id, app_id, pushkey_hash) DO UPDATE SET "
    "device_id = excluded.device_id, record = excluded.record");
constexpr Statement kRemove(
    "DELETE FROM pushers WHERE user_id = ?1 AND app_id = ?2 AND pushkey_hash = ?3");
constexpr Statement kRemoveOfOthers(
    "DELETE FROM pushers WHERE user_id <> ?1 AND app_id = ?2 AND pushkey_hash = ?3");
constexpr Statement kRemoveOfDevice("DELETE FROM pushers WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kSetBehind(
    "UPDATE pushers SET behind_after = ?4 "
    "WHERE user_id = ?1 AND app_id = ?2 AND pushkey_hash = ?3");
constexpr Statement kNoteProgress(
    "INSERT INTO meta (name, number, text) VALUES ('push_progress', ?1, '') "
    "ON CONFLICT (name) DO UPDATE SET number = excluded.number");

Parameters key_row(const PusherKey& key) {
  return {std::string_view(key.user.text()), Blob{key.app_id}, Blob{key.pushkey_hash}};
}

}  // namespace

void apply(Writer& writer, const PutPusher& put, StreamPosition) {
  Parameters row = key_row(put.key);
  row.insert(row.end(), {Blob{put.device.text()}, Blob{put.record}});
  writer.execute(kPut, row);
}

void apply(Writer& writer, const RemovePusher& remove, StreamPosition) {
  writer.execute(kRemove, key_row(remove.key));
}

void apply(Writer& writer, const RemovePushersOfOthers& remove, StreamPosition) {
  writer.execute(kRemoveOfOthers, key_row(remove.key));
}

void apply(Writer& writer, const SetPusherBehind& set, StreamPosition) {
  Parameters row = key_row(set.key);
  row.emplace_back(column(set.after));
  writer.execute(kSetBehind, row);
}

void apply(Writer& writer, const NotePushProgress& note, StreamPosition) {
  writer.execute(kNoteProgress, {column(note.evaluated_until)});
}

void remove_pushers_of(Writer& writer, const protocol::UserId& user,
                       const protocol::DeviceId& device) {
  writer.execute(kRemoveOfDevice, {std::string_view(user.text()), Blob{device.text()}});
}

}  // namespace chancery::storage::sql
