// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file of SQLite's seen through encryption: any stretch of bytes over whole sectors.
//
// Reads and writes of SQLite are not aligned (frames of the log start at 32 + n × 4,120), so a
// write of part of a sector reads the rest of it first. The sector written last is remembered: the
// log is appended to, and its next piece begins there. The 24 bytes before each page of the log may
// be held back, to go with the page: half of the calls and of the rewriting.
//
// Concurrency: one connection at a time.
// Failure:     SQLite's result codes.

#include "storage/sqlite/sector_cipher.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace chancery::storage::sqlite {

class EncryptedFile {
 public:
  // gathered: a short write waits for the one after it, or for anything else to happen.
  enum class Writes : std::uint8_t { at_once, gathered };

  // `real` is open and outlives this.
  EncryptedFile(sqlite3_file* real, std::string_view key, std::size_t sector_bytes,
                Writes writes = Writes::at_once);

  // As xRead: SQLITE_IOERR_SHORT_READ and zeros for what lies behind the last whole sector.
  int read(std::span<unsigned char> into, std::int64_t offset);
  int write(std::span<const unsigned char> bytes, std::int64_t offset);
  // Rounded up to the sector.
  int truncate(std::int64_t size);
  // Writes what was held back. For every call that passes this class by.
  int flush();
  // Another connection may write from now on.
  void forget_sector() { remembered_ = kNone; }
  [[nodiscard]] std::int64_t round_up(std::int64_t size) const;
  [[nodiscard]] std::int64_t round_down(std::int64_t size) const;
  [[nodiscard]] std::size_t sector_bytes() const { return sector_bytes_; }
  [[nodiscard]] sqlite3_file* real() const { return real_; }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  int write_now(std::span<const unsigned char> bytes, std::int64_t offset);
  int read_sectors(std::uint64_t first, std::span<unsigned char> into);
  int load_sector(std::uint64_t sector, std::span<unsigned char> into);
  int write_sectors(std::uint64_t first, std::span<const unsigned char> plain);

  sqlite3_file* real_;
  SectorCipher cipher_;
  const std::size_t sector_bytes_;
  const Writes writes_;
  std::vector<unsigned char> plain_;
  std::vector<unsigned char> sealed_;
  std::vector<unsigned char> held_;
  std::int64_t held_at_ = 0;
  std::uint64_t remembered_ = kNone;
  std::vector<unsigned char> remembered_bytes_;
};

}  // namespace chancery::storage::sqlite
