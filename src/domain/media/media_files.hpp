// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Media files: content on its way to the disk and back, encrypted, under names that say nothing.
//
// In the folder of media a file grows in tmp, is synced, and is renamed to <2 digits>/<64 digits>,
// the SHA-256 of its bytes as they lie there. Whatever fails on the way leaves nothing behind; what
// a crash left in tmp goes at the next start.
//
// Concurrency: any scheduler; the disk is touched on the worker pool only. What is given up is
//              removed there, too, and waited for by the destructor of MediaFiles.
// Failure:     StorageError when the disk cannot; StorageCorrupt when a file is not what it was.

#include "domain/media/encrypted_file.hpp"
#include "runtime/disk.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "runtime/worker_pool.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace chancery::media {

// Content as it arrives.
class ContentSource {
 public:
  virtual ~ContentSource() = default;
  // The next bytes; empty at the end. What it throws ends the upload.
  virtual runtime::Task<std::string> next() = 0;
};

class MediaFiles;

// A file that is there under its name, and goes again unless it is kept.
class FreshFile {
 public:
  FreshFile(FreshFile&& other) noexcept;
  FreshFile& operator=(FreshFile&&) = delete;
  ~FreshFile();

  [[nodiscard]] const std::string& name() const { return written_.file_hash; }  // 32 bytes
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const std::string& content_hash() const { return written_.content_hash; }
  [[nodiscard]] std::uint64_t size() const { return written_.size; }
  // A row names it now.
  void keep() { fate_ = Fate::keep; }

 private:
  friend class MediaFiles;
  FreshFile(MediaFiles& files, EncryptedFileWriter::Written written, std::string key);
  enum class Fate : std::uint8_t { remove, keep };
  MediaFiles* files_;
  EncryptedFileWriter::Written written_;
  std::string key_;
  Fate fate_ = Fate::remove;
};

// The content of a file, or a part of it, piece by piece. The first piece was already read and
// found whole when this was made.
class ContentReader {
 public:
  ContentReader(runtime::WorkerPool& workers, std::shared_ptr<EncryptedFileReader> file,
                std::string first_chunk);

  // Of the whole content.
  [[nodiscard]] std::uint64_t size() const { return file_->size(); }
  // Reads only `length` bytes from `begin` on. Requires: they are there; nothing was read yet.
  void select(std::uint64_t begin, std::uint64_t length);
  // What is left to read.
  [[nodiscard]] std::uint64_t left() const { return end_ - at_; }
  // The next piece; empty at the end.
  runtime::Task<std::string> next();

 private:
  runtime::WorkerPool& workers_;
  std::shared_ptr<EncryptedFileReader> file_;
  std::string first_chunk_;
  std::uint64_t at_ = 0;
  std::uint64_t end_;
};

class MediaFiles {
 public:
  struct Ports {
    runtime::Disk& disk;
    runtime::WorkerPool& workers;
    runtime::Random& random;
  };
  explicit MediaFiles(Ports ports) : ports_(ports) {}
  // Requires: not on the worker pool.
  ~MediaFiles();
  MediaFiles(const MediaFiles&) = delete;
  MediaFiles& operator=(const MediaFiles&) = delete;

  runtime::Task<FreshFile> write(ContentSource& source);
  runtime::Task<FreshFile> write(std::string content);
  // `size` is that of the content.
  runtime::Task<std::unique_ptr<ContentReader>> open(std::string name, std::string key,
                                                     std::uint64_t size);
  // Those of `names` that are not there are passed over.
  runtime::Task<> remove(std::vector<std::string> names);
  // At start, before the first upload. Returns how many there were.
  runtime::Task<std::size_t> remove_unfinished();

  // Names of the files whose first byte is `first` and which no upload holds at the moment.
  runtime::Task<std::vector<std::string>> list_settled(std::uint8_t first);

 private:
  friend class FreshFile;
  class Incoming;
  runtime::Task<FreshFile> land(std::shared_ptr<Incoming> incoming);
  runtime::Task<std::shared_ptr<Incoming>> begin();
  void hold(const std::string& name);
  void let_go(const std::string& name);
  // On the worker pool, for destructors: these may run where nothing may touch the disk. `writer`
  // is closed before; what is held under `name`, if any, is let go after.
  void give_up(std::string path, std::unique_ptr<EncryptedFileWriter> writer, std::string name);

  Ports ports_;
  std::mutex mutex_;
  std::set<std::string> held_;  // renamed, and perhaps not yet in a row
  std::size_t removals_ = 0;    // begun by give_up, not yet over
  std::condition_variable removed_;
};

}  // namespace chancery::media
