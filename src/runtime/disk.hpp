// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The disk port: whole files and appended files in one folder of ours.
//
// The database has its own (SQLite's VFS). Paths are relative to the folder the Disk was made for.
//
// Concurrency: any thread; calls block, so long ones belong on the worker pool.
// Failure:     DiskError, with the path and the system's reason.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::runtime {

struct DiskError : std::runtime_error {
  DiskError(const std::string& text, int number) : std::runtime_error(text), error_number(number) {}
  int error_number;  // errno
};

class OpenFile {
 public:
  virtual ~OpenFile() = default;
  // Bytes read at `offset`; fewer than asked for only at the end.
  virtual std::size_t read_at(std::uint64_t offset, std::span<char> into) = 0;
  virtual void append(std::string_view bytes) = 0;
  // Returns when the bytes are on the medium.
  virtual void sync() = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  // Absent when there is no such file.
  [[nodiscard]] virtual std::optional<std::string> read_file(const std::string& path) = 0;
  // Written whole or not at all (temporary file, sync, rename, sync of the folder); mode 0600.
  virtual void write_file(const std::string& path, std::string_view bytes) = 0;
  // Throws if it exists. Mode 0600; missing folders are made with mode 0700.
  [[nodiscard]] virtual std::unique_ptr<OpenFile> create(const std::string& path) = 0;
  // Null when there is no such file.
  [[nodiscard]] virtual std::unique_ptr<OpenFile> open(const std::string& path) = 0;
  // Replaces `to`; durable on return.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  // False when there was none.
  virtual bool remove(const std::string& path) = 0;
  // Names of the files (not the folders) in `folder` ("" is the Disk's own), sorted.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& folder) = 0;
};

// Files under `folder`, which is made with mode 0700 if it is not there.
[[nodiscard]] std::unique_ptr<Disk> open_disk(const std::string& folder);

}  // namespace chancery::runtime
