// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Media as stored: one row for each media id, one for each thumbnail, the bytes in files.
//
// A file is named by the SHA-256 of its encrypted bytes and belongs to one row alone. The row's
// record, sealed under the uploader's keys, holds the file's own key and what the uploader called
// it. A row without a file is a media id that was promised and not yet uploaded to.
//
// Failure: StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

struct MediaFile {
  std::string name;        // 32 bytes
  std::uint64_t size = 0;  // of the content, not of the file
  std::string record;      // storage/record.hpp, bound to the media id
};

// Promised until `expires_at` where it has no file.
struct AddMedia {
  std::string media_id;
  protocol::UserId user;
  base::Timestamp created_at;
  base::Timestamp expires_at;
  std::optional<MediaFile> file;
};
// The promise kept.
struct FillMedia {
  std::string media_id;
  MediaFile file;
};
// With its thumbnails; the files are the domain's to remove.
struct RemoveMedia {
  std::string media_id;
};
// The user's promises that ended by `now`.
struct RemoveExpiredMedia {
  protocol::UserId user;
  base::Timestamp now;
};

// Shown to nobody while `by` is not empty. Media that are safe stay as they are.
struct SetMediaQuarantine {
  std::string media_id;
  std::string by;  // a user id, "server", or "" to let it out
};
// May not be put into quarantine; what is there already is let out.
struct SetMediaSafe {
  std::string media_id;
  bool safe = false;
};

struct ThumbnailKey {
  std::string media_id;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string form;  // "crop", "scale" or "animated"
};
// One that is there already stays.
struct AddThumbnail {
  ThumbnailKey key;
  MediaFile file;
};

// The media id is promised, to this user, and not uploaded to.
struct RequireMediaPromised {
  static constexpr std::string_view kName = "media_promised";
  std::string media_id;
  protocol::UserId user;
  base::Timestamp now;
};
// The media id has its file.
struct RequireMediaStored {
  static constexpr std::string_view kName = "media_stored";
  std::string media_id;
};
// With `size` more, the user's media are no more than `most` bytes.
struct RequireMediaQuota {
  static constexpr std::string_view kName = "media_quota";
  protocol::UserId user;
  std::uint64_t size = 0;
  std::uint64_t most = 0;
};
// The user has fewer than `most` media ids that are promised, not uploaded to and not expired.
struct RequireMediaPromises {
  static constexpr std::string_view kName = "media_promises";
  protocol::UserId user;
  base::Timestamp now;
  std::uint64_t most = 0;
};

struct StoredMedia {
  protocol::UserId user;
  base::Timestamp created_at;
  base::Timestamp expires_at;
  std::optional<MediaFile> file;
  std::string quarantined_by = {};  // "": nobody
  bool safe = false;                // may not be put into quarantine
};
struct MediaUse {
  std::uint64_t bytes = 0;
  std::uint64_t promised = 0;  // ids that are not uploaded to and have not expired
};

class MediaStore {
 public:
  virtual ~MediaStore() = default;
  virtual runtime::Task<std::optional<StoredMedia>> find_media(std::string media_id) = 0;
  virtual runtime::Task<MediaUse> load_use(protocol::UserId user, base::Timestamp now) = 0;
  virtual runtime::Task<std::optional<MediaFile>> find_thumbnail(ThumbnailKey key) = 0;
  // Names of the thumbnails' files.
  virtual runtime::Task<std::vector<std::string>> load_thumbnail_files(std::string media_id) = 0;
  // Ids of the user's media that were stored before `created_before`, oldest first.
  virtual runtime::Task<std::vector<std::string>> load_older(protocol::UserId user,
                                                             base::Timestamp created_before,
                                                             std::size_t most) = 0;
  // Whether one of the media or of the thumbnails is in the file of that name.
  virtual runtime::Task<bool> is_file_named(std::string name) = 0;
  // Names, of media and thumbnails, whose first byte is `first`.
  virtual runtime::Task<std::vector<std::string>> load_files(std::uint8_t first) = 0;
};

}  // namespace chancery::storage
