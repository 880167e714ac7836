// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_media.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindPromised(
    "SELECT 1 FROM media "
    "WHERE media_id = ?1 AND user_id = ?2 AND file IS NULL AND expires_at > ?3");
// Written so that neither engine looks at the promises of everybody else.
constexpr Statement kCountPromised(
    "SELECT COUNT(CASE WHEN file IS NULL THEN 1 END) FROM media "
    "WHERE user_id = ?1 AND expires_at > ?2");
constexpr Statement kFindStored("SELECT 1 FROM media WHERE media_id = ?1 AND file IS NOT NULL");
constexpr Statement kSumSizes(
    "SELECT CAST(COALESCE(SUM(size), 0) AS INTEGER) FROM media WHERE user_id = ?1");
constexpr Statement kAdd(
    "INSERT INTO media (media_id, user_id, created_at, expires_at, size, file, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
constexpr Statement kPromise(
    "INSERT INTO media (media_id, user_id, created_at, expires_at, size) "
    "VALUES (?1, ?2, ?3, ?4, 0)");
constexpr Statement kFill(
    "UPDATE media SET size = ?2, file = ?3, record = ?4 WHERE media_id = ?1 AND file IS NULL");
constexpr Statement kRemove("DELETE FROM media WHERE media_id = ?1");
constexpr Statement kRemoveThumbnails("DELETE FROM thumbnails WHERE media_id = ?1");
constexpr Statement kRemoveExpired(
    "DELETE FROM media WHERE user_id = ?1 AND file IS NULL AND expires_at <= ?2");
constexpr Statement kQuarantine(
    "UPDATE media SET quarantined_by = ?2 WHERE media_id = ?1 AND safe = 0");
constexpr Statement kEndQuarantine("UPDATE media SET quarantined_by = '' WHERE media_id = ?1");
constexpr Statement kProtect("UPDATE media SET safe = 1, quarantined_by = '' WHERE media_id = ?1");
constexpr Statement kUnprotect("UPDATE media SET safe = 0 WHERE media_id = ?1");
constexpr Statement kAddThumbnail(
    "INSERT INTO thumbnails (media_id, width, height, form, size, file, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (media_id, width, height, form) DO NOTHING");

std::int64_t column(std::uint64_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

bool holds(Writer& writer, const RequireMediaPromised& required) {
  return !writer
              .query(kFindPromised,
                     {std::string_view(required.media_id), std::string_view(required.user.text()),
                      required.now.milliseconds})
              .empty();
}

bool holds(Writer& writer, const RequireMediaPromises& required) {
  const Rows rows = writer.query(
      kCountPromised, {std::string_view(required.user.text()), required.now.milliseconds});
  return static_cast<std::uint64_t>(rows.integer(0, 0)) < required.most;
}

bool holds(Writer& writer, const RequireMediaStored& required) {
  return !writer.query(kFindStored, {std::string_view(required.media_id)}).empty();
}

bool holds(Writer& writer, const RequireMediaQuota& required) {
  const Rows rows = writer.query(kSumSizes, {std::string_view(required.user.text())});
  const auto used = rows.empty() ? 0 : static_cast<std::uint64_t>(rows.integer(0, 0));
  return used <= required.most && required.size <= required.most - used;
}

void apply(Writer& writer, const AddMedia& add, StreamPosition) {
  const std::string_view id = add.media_id;
  const std::string_view user = add.user.text();
  if (!add.file) {
    writer.execute(kPromise, {id, user, add.created_at.milliseconds, add.expires_at.milliseconds});
    return;
  }
  writer.execute(kAdd, {id, user, add.created_at.milliseconds, add.expires_at.milliseconds,
                        column(add.file->size), Blob{add.file->name}, Blob{add.file->record}});
}

void apply(Writer& writer, const FillMedia& fill, StreamPosition) {
  writer.execute(kFill, {std::string_view(fill.media_id), column(fill.file.size),
                         Blob{fill.file.name}, Blob{fill.file.record}});
}

void apply(Writer& writer, const RemoveMedia& remove, StreamPosition) {
  writer.execute(kRemoveThumbnails, {std::string_view(remove.media_id)});
  writer.execute(kRemove, {std::string_view(remove.media_id)});
}

void apply(Writer& writer, const RemoveExpiredMedia& remove, StreamPosition) {
  writer.execute(kRemoveExpired, {std::string_view(remove.user.text()), remove.now.milliseconds});
}

void apply(Writer& writer, const AddThumbnail& add, StreamPosition) {
  writer.execute(kAddThumbnail, {std::string_view(add.key.media_id), add.key.width, add.key.height,
                                 std::string_view(add.key.form), column(add.file.size),
                                 Blob{add.file.name}, Blob{add.file.record}});
}

void apply(Writer& writer, const SetMediaQuarantine& set, StreamPosition) {
  const std::string_view id = set.media_id;
  if (set.by.empty()) {
    writer.execute(kEndQuarantine, {id});
  } else {
    writer.execute(kQuarantine, {id, std::string_view(set.by)});
  }
}

void apply(Writer& writer, const SetMediaSafe& set, StreamPosition) {
  writer.execute(set.safe ? kProtect : kUnprotect, {std::string_view(set.media_id)});
}

}  // namespace chancery::storage::sql
