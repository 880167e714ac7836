// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Media records: what a row seals about its file.
//
// Spec: canonical JSON {"hash", "key": base64; "name", "type": text}, in storage/record.hpp's form,
//       bound to what it belongs to (a media id; a thumbnail's key).
// Failure: StorageCorrupt.

#include "storage/media.hpp"
#include "storage/record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::media {

struct MediaRecord {
  std::string key;           // of the file
  std::string content_hash;  // SHA-256 of the content
  std::string content_type;
  std::optional<std::string> file_name;
};

[[nodiscard]] std::string write_record(const MediaRecord& record);
[[nodiscard]] MediaRecord read_record(std::string_view text);

// What the record of a thumbnail is bound to; of media it is the id.
[[nodiscard]] std::string binding_of(const storage::ThumbnailKey& key);

}  // namespace chancery::media
