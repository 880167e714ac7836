// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Media read from tables.

#include "storage/media.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlMediaStore final : public MediaStore {
 public:
  explicit SqlMediaStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredMedia>> find_media(std::string media_id) override;
  runtime::Task<MediaUse> load_use(protocol::UserId user, base::Timestamp now) override;
  runtime::Task<std::optional<MediaFile>> find_thumbnail(ThumbnailKey key) override;
  runtime::Task<std::vector<std::string>> load_thumbnail_files(std::string media_id) override;
  runtime::Task<std::vector<std::string>> load_older(protocol::UserId user,
                                                     base::Timestamp created_before,
                                                     std::size_t most) override;
  runtime::Task<bool> is_file_named(std::string name) override;
  runtime::Task<std::vector<std::string>> load_files(std::uint8_t first) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
