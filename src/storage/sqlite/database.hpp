// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The embedded database: one SQLite file in WAL mode, its pages encrypted.
//
// Reads run on the calling thread, on connections held in a pool; the writer has its own.
//
// Failure: StorageError; a wrong key is refused before anything is touched.

#include "storage/sql/database.hpp"

#include <memory>
#include <string>

namespace chancery::storage::sqlite {

struct SqliteOptions {
  std::string path;
  // 32 bytes from which the keys of the database, its log and its journal are derived. Empty: not
  // encrypted.
  std::string key;
  // Of pages in memory, for the writer and for each reader; readers are as many as ever read at
  // one moment.
  int writer_cache_kilobytes = 32 * 1024;
  int reader_cache_kilobytes = 4 * 1024;
  // The length of the log, in pages, at which it is moved into the database file.
  int checkpoint_frames = 16'000;
  // The SQLite VFS that reaches the files; "" for the system's. Tests put faults there.
  std::string vfs_below;
};

// Opens the file, or makes it (mode 0600) when there is none.
std::unique_ptr<sql::Database> open_sqlite(SqliteOptions options);

}  // namespace chancery::storage::sqlite
