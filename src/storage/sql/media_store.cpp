// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/media_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindMedia(
    "SELECT user_id, created_at, expires_at, size, file, record, quarantined_by, safe "
    "FROM media WHERE media_id = ?1");
constexpr Statement kLoadUse(
    "SELECT CAST(COALESCE(SUM(size), 0) AS INTEGER), "
    "CAST(COALESCE(SUM(CASE WHEN file IS NULL AND expires_at > ?2 THEN 1 ELSE 0 END), 0) "
    "AS INTEGER) FROM media WHERE user_id = ?1");
constexpr Statement kFindThumbnail(
    "SELECT size, file, record FROM thumbnails "
    "WHERE media_id = ?1 AND width = ?2 AND height = ?3 AND form = ?4");
constexpr Statement kLoadThumbnailFiles("SELECT file FROM thumbnails WHERE media_id = ?1");
constexpr Statement kLoadOlder(
    "SELECT media_id FROM media WHERE user_id = ?1 AND created_at < ?2 AND file IS NOT NULL "
    "ORDER BY created_at, media_id LIMIT ?3");
constexpr Statement kFindFile(
    "SELECT 1 FROM media WHERE file = ?1 UNION ALL SELECT 1 FROM thumbnails WHERE file = ?1");
// From the first name that begins with the byte to the last.
constexpr Statement kLoadFiles(
    "SELECT file FROM media WHERE file >= ?1 AND file <= ?2 "
    "UNION ALL SELECT file FROM thumbnails WHERE file >= ?1 AND file <= ?2");

constexpr std::size_t kNameBytes = 32;

std::vector<std::string> names_in(const Rows& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

}  // namespace

runtime::Task<std::optional<StoredMedia>> SqlMediaStore::find_media(std::string media_id) {
  const Rows rows = co_await reader_.read(kFindMedia, {std::string_view(media_id)});
  if (rows.empty()) co_return std::nullopt;
  StoredMedia media{.user = protocol::UserId::trusted(rows.text(0, 0)),
                    .created_at = {rows.integer(0, 1)},
                    .expires_at = {rows.integer(0, 2)},
                    .file = {},
                    .quarantined_by = rows.text(0, 6),
                    .safe = rows.integer(0, 7) != 0};
  if (!rows.is_null(0, 4)) {
    media.file = MediaFile{.name = rows.text(0, 4),
                           .size = static_cast<std::uint64_t>(rows.integer(0, 3)),
                           .record = rows.text(0, 5)};
  }
  co_return media;
}

runtime::Task<MediaUse> SqlMediaStore::load_use(protocol::UserId user, base::Timestamp now) {
  const Rows rows =
      co_await reader_.read(kLoadUse, {std::string_view(user.text()), now.milliseconds});
  if (rows.empty()) co_return MediaUse{};
  co_return MediaUse{.bytes = static_cast<std::uint64_t>(rows.integer(0, 0)),
                     .promised = static_cast<std::uint64_t>(rows.integer(0, 1))};
}

runtime::Task<std::optional<MediaFile>> SqlMediaStore::find_thumbnail(ThumbnailKey key) {
  const Rows rows = co_await reader_.read(
      kFindThumbnail,
      {std::string_view(key.media_id), key.width, key.height, std::string_view(key.form)});
  if (rows.empty()) co_return std::nullopt;
  co_return MediaFile{.name = rows.text(0, 1),
                      .size = static_cast<std::uint64_t>(rows.integer(0, 0)),
                      .record = rows.text(0, 2)};
}

runtime::Task<std::vector<std::string>> SqlMediaStore::load_thumbnail_files(std::string media_id) {
  const Rows rows = co_await reader_.read(kLoadThumbnailFiles, {std::string_view(media_id)});
  co_return names_in(rows);
}

runtime::Task<std::vector<std::string>> SqlMediaStore::load_older(protocol::UserId user,
                                                                  base::Timestamp created_before,
                                                                  std::size_t most) {
  const Rows rows =
      co_await reader_.read(kLoadOlder, {std::string_view(user.text()), created_before.milliseconds,
                                         static_cast<std::int64_t>(most)});
  co_return names_in(rows);
}

runtime::Task<bool> SqlMediaStore::is_file_named(std::string name) {
  const Rows rows = co_await reader_.read(kFindFile, {Blob{name}});
  co_return !rows.empty();
}

runtime::Task<std::vector<std::string>> SqlMediaStore::load_files(std::uint8_t first) {
  const std::string from(1, static_cast<char>(first));
  const std::string to = from + std::string(kNameBytes, '\xff');
  const Rows rows = co_await reader_.read(kLoadFiles, {Blob{from}, Blob{to}});
  co_return names_in(rows);
}

}  // namespace chancery::storage::sql
