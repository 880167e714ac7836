// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data folder: made if need be, and locked, so that two programs never write into one.
//
// Failure:  storage::StorageError when it cannot be made or written, FolderInUse when another
//           program has it.
// Lifetime: the lock is held as long as this lives, and ends with the program however that ends.

#include "storage/errors.hpp"

#include <string>

namespace chancery::server {

struct FolderInUse : storage::StorageError {
  using StorageError::StorageError;
};

// Where SQLite's file lies in the folder at `path`.
[[nodiscard]] inline std::string database_path(const std::string& path) {
  return path + "/chancery.db";
}

class DataFolder {
 public:
  explicit DataFolder(std::string path);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string database_path() const { return server::database_path(path_); }
  [[nodiscard]] std::string media_path() const { return path_ + "/media"; }

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace chancery::server
