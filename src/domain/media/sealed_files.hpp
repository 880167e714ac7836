// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sealed files: what ties a file to the row that names it.
//
// The row's record holds the file's key, sealed under the uploader's keys: destroying those shreds
// the content. Rows and files are made and lost together: a file is durable before its row is
// written, and goes when the row was not.
//
// Concurrency: any scheduler.
// Failure:     StorageError, StorageConflict, StorageCorrupt.

#include "domain/keys/key_ring.hpp"
#include "domain/media/media_files.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/media.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::media {

// What content is called on its way out.
struct Label {
  std::string content_type;
  std::optional<std::string> file_name;
};

// Content on its way out.
struct Content {
  Label label;
  std::string tag;  // names these bytes for ever
  std::unique_ptr<ContentReader> reader;
};

class SealedFiles {
 public:
  struct Ports {
    storage::MediaStore& store;
    storage::Committer& committer;
    MediaFiles& files;
    keys::KeyRing& keys;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit SealedFiles(Ports ports) : ports_(ports) {}

  struct Sealed {
    storage::MediaFile file;
    std::vector<storage::PutWrappedKey> keys;  // to be stored with it
  };
  // `binding` is the place of the record: it opens nowhere else.
  [[nodiscard]] Sealed seal(const FreshFile& file, Label label, const protocol::UserId& user,
                            std::string_view binding);
  // Commits `change`, which names `file`; the file goes unless the change was or may have been
  // made.
  runtime::Task<> commit(storage::Change change, FreshFile file);
  runtime::Task<Content> open(storage::MediaFile file, std::string binding);

  // Removes files that no row names. At any time; returns how many there were.
  runtime::Task<std::size_t> remove_orphans();

 private:
  runtime::Task<bool> may_be_named(std::string file);

  Ports ports_;
};

}  // namespace chancery::media
