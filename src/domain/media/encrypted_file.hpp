// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Encrypted files: content in sealed chunks, of which none can be changed, moved or left out.
//
// A file is its mark, then chunks of 64 KiB, each AES-256-GCM under the file's own key with its
// number and whether it is the last in the nonce and in what is authenticated. The last chunk may
// be short or empty, and there always is one: a file that ends early does not open at its end.
//
// Failure: StorageCorrupt; DiskError from the file beneath.
// Spec:    Hoang, Reyhanitabar, Rogaway, Vizár 2015, "STREAM"; docs/decisions/0012.

#include "base/digest.hpp"
#include "runtime/disk.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace chancery::media {

inline constexpr std::size_t kChunkBytes = 64 * 1024;
inline constexpr std::size_t kFileKeyBytes = 32;

// What a file of so much content takes on the disk.
[[nodiscard]] std::uint64_t encrypted_size(std::uint64_t content_size);

class EncryptedFileWriter {
 public:
  // `file` is empty; `key` was never used before.
  EncryptedFileWriter(std::unique_ptr<runtime::OpenFile> file, std::string key);
  ~EncryptedFileWriter();
  EncryptedFileWriter(const EncryptedFileWriter&) = delete;
  EncryptedFileWriter& operator=(const EncryptedFileWriter&) = delete;

  void add(std::string_view content);

  struct Written {
    std::string file_hash;     // SHA-256 of the file as it lies there
    std::string content_hash;  // SHA-256 of the content
    std::uint64_t size = 0;    // of the content
  };
  // Writes what is left and syncs. Once only.
  Written finish();

 private:
  enum class Place : std::uint8_t { inner, last };
  void append(std::string_view bytes);
  void seal_chunk(std::string_view content, Place place);

  std::unique_ptr<runtime::OpenFile> file_;
  std::string key_;
  std::string waiting_;  // less than or exactly one chunk
  std::uint64_t next_chunk_ = 0;
  std::uint64_t size_ = 0;
  base::Sha256 file_hash_;
  base::Sha256 content_hash_;
};

class EncryptedFileReader {
 public:
  // `content_size` is what Written said; another length of the file is StorageCorrupt.
  EncryptedFileReader(std::unique_ptr<runtime::OpenFile> file, std::string key,
                      std::uint64_t content_size);
  ~EncryptedFileReader();
  EncryptedFileReader(const EncryptedFileReader&) = delete;
  EncryptedFileReader& operator=(const EncryptedFileReader&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t chunks() const;
  // Content from `number` × kChunkBytes on. Requires: number < chunks().
  [[nodiscard]] std::string read_chunk(std::uint64_t number);

 private:
  std::unique_ptr<runtime::OpenFile> file_;
  std::string key_;
  std::uint64_t size_;
};

}  // namespace chancery::media
