// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/encrypted_file.hpp"

#include <algorithm>
#include <cstring>

namespace chancery::storage::sqlite {

EncryptedFile::EncryptedFile(sqlite3_file* real, std::string_view key, std::size_t sector_bytes,
                             Writes writes)
    : real_(real),
      cipher_(key),
      sector_bytes_(sector_bytes),
      writes_(writes),
      remembered_bytes_(sector_bytes) {}

std::int64_t EncryptedFile::round_up(std::int64_t size) const {
  const auto sector = static_cast<std::int64_t>(sector_bytes_);
  return (size + sector - 1) / sector * sector;
}

std::int64_t EncryptedFile::round_down(std::int64_t size) const {
  return size - size % static_cast<std::int64_t>(sector_bytes_);
}

// Whole sectors from `first` on, decrypted; zeros for those that are not there, or not wholly.
int EncryptedFile::read_sectors(std::uint64_t first, std::span<unsigned char> into) {
  const auto offset = static_cast<sqlite3_int64>(first * sector_bytes_);
  const int result =
      real_->pMethods->xRead(real_, into.data(), static_cast<int>(into.size()), offset);
  std::size_t there = into.size();
  if (result == SQLITE_IOERR_SHORT_READ) {
    sqlite3_int64 size = 0;
    if (const int failed = real_->pMethods->xFileSize(real_, &size); failed != SQLITE_OK) {
      return failed;
    }
    there = static_cast<std::size_t>(std::clamp<std::int64_t>(
        round_down(size) - offset, 0, static_cast<std::int64_t>(into.size())));
    std::memset(into.data() + there, 0, into.size() - there);
  } else if (result != SQLITE_OK) {
    return result;
  }
  for (std::size_t at = 0; at < there; at += sector_bytes_) {
    cipher_.decrypt(first + at / sector_bytes_, into.subspan(at, sector_bytes_));
  }
  return result;
}

int EncryptedFile::read(std::span<unsigned char> into, std::int64_t offset) {
  if (const int failed = flush(); failed != SQLITE_OK) return failed;
  const auto start = static_cast<std::uint64_t>(offset);
  const std::uint64_t first = start / sector_bytes_;
  const std::size_t skip = start % sector_bytes_;
  if (skip == 0 && into.size() % sector_bytes_ == 0) return read_sectors(first, into);
  const std::size_t sectors = (skip + into.size() + sector_bytes_ - 1) / sector_bytes_;
  plain_.resize(sectors * sector_bytes_);
  int result = read_sectors(first, plain_);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
  std::memcpy(into.data(), plain_.data() + skip, into.size());
  // What is missing of the last sector may be none of what was asked for only if that sector is
  // there: sectors are there wholly or not at all, so the answer stands.
  return result;
}

int EncryptedFile::load_sector(std::uint64_t sector, std::span<unsigned char> into) {
  if (sector == remembered_) {
    std::ranges::copy(remembered_bytes_, into.begin());
    return SQLITE_OK;
  }
  const int result = read_sectors(sector, into);
  return result == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : result;
}

int EncryptedFile::write_sectors(std::uint64_t first, std::span<const unsigned char> plain) {
  sealed_.resize(plain.size());
  for (std::size_t at = 0; at < plain.size(); at += sector_bytes_) {
    cipher_.encrypt(first + at / sector_bytes_, plain.subspan(at, sector_bytes_),
                    sealed_.data() + at);
  }
  remembered_ = kNone;
  const int result = real_->pMethods->xWrite(real_, sealed_.data(), static_cast<int>(plain.size()),
                                             static_cast<sqlite3_int64>(first * sector_bytes_));
  if (result != SQLITE_OK) return result;
  remembered_ = first + plain.size() / sector_bytes_ - 1;
  std::ranges::copy(plain.last(sector_bytes_), remembered_bytes_.begin());
  return SQLITE_OK;
}

int EncryptedFile::write(std::span<const unsigned char> bytes, std::int64_t offset) {
  if (writes_ == Writes::at_once) return write_now(bytes, offset);
  if (!held_.empty() && offset != held_at_ + static_cast<std::int64_t>(held_.size())) {
    if (const int failed = flush(); failed != SQLITE_OK) return failed;
  }
  if (held_.empty()) held_at_ = offset;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  return held_.size() < sector_bytes_ ? SQLITE_OK : flush();
}

int EncryptedFile::flush() {
  if (held_.empty()) return SQLITE_OK;
  const int result = write_now(held_, held_at_);
  held_.clear();
  return result;
}

int EncryptedFile::write_now(std::span<const unsigned char> bytes, std::int64_t offset) {
  if (bytes.empty()) return SQLITE_OK;
  const auto start = static_cast<std::uint64_t>(offset);
  const std::uint64_t first = start / sector_bytes_;
  const std::size_t skip = start % sector_bytes_;
  if (skip == 0 && bytes.size() % sector_bytes_ == 0) return write_sectors(first, bytes);

  const std::size_t sectors = (skip + bytes.size() + sector_bytes_ - 1) / sector_bytes_;
  plain_.resize(sectors * sector_bytes_);
  const std::span<unsigned char> plain(plain_);
  if (skip > 0 || sectors == 1) {
    const int result = load_sector(first, plain.first(sector_bytes_));
    if (result != SQLITE_OK) return result;
  }
  if (sectors > 1 && (skip + bytes.size()) % sector_bytes_ != 0) {
    const int result = load_sector(first + sectors - 1, plain.last(sector_bytes_));
    if (result != SQLITE_OK) return result;
  }
  std::memcpy(plain_.data() + skip, bytes.data(), bytes.size());
  return write_sectors(first, plain);
}

int EncryptedFile::truncate(std::int64_t size) {
  if (const int failed = flush(); failed != SQLITE_OK) return failed;
  forget_sector();
  return real_->pMethods->xTruncate(real_, round_up(size));
}

}  // namespace chancery::storage::sqlite
