// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/encrypted_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace chancery::storage::sqlite {
namespace {

// A file in memory under SQLite's interface, as far as EncryptedFile uses it.
struct MemoryFile {
  sqlite3_file base{};
  std::vector<unsigned char> bytes;

  MemoryFile() {
    static const sqlite3_io_methods kMethods = [] {
      sqlite3_io_methods methods{};
      methods.xRead = read;
      methods.xWrite = write;
      methods.xTruncate = truncate;
      methods.xFileSize = size;
      return methods;
    }();
    base.pMethods = &kMethods;
  }
  static MemoryFile& of(sqlite3_file* file) { return *reinterpret_cast<MemoryFile*>(file); }
  static int read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
    const auto& bytes = of(file).bytes;
    const auto wanted = static_cast<std::size_t>(amount);
    const auto start = std::min(bytes.size(), static_cast<std::size_t>(offset));
    const std::size_t there = std::min(wanted, bytes.size() - start);
    if (there > 0) std::memcpy(into, bytes.data() + start, there);  // an empty vector is null
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    auto& bytes = of(file).bytes;
    const auto end = static_cast<std::size_t>(offset + amount);
    if (bytes.size() < end) bytes.resize(end);
    std::memcpy(bytes.data() + offset, from, static_cast<std::size_t>(amount));
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 to) {
    of(file).bytes.resize(static_cast<std::size_t>(to));
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>(of(file).bytes.size());
    return SQLITE_OK;
  }
};

const std::string kKey = std::string(32, 'a') + std::string(32, 'b');

void compare_with_plain_file(std::size_t sector, EncryptedFile::Writes writes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  MemoryFile real;
  EncryptedFile file(&real.base, kKey, sector, writes);
  std::vector<unsigned char> plain;
  const std::size_t span = sector * 12;
  for (int step = 0; step < 2'000; ++step) {
    const std::size_t offset = random() % span;
    const std::size_t length = 1 + random() % (random() % 4 == 0 ? sector * 3 : 40);
    const std::size_t rounded_size = (plain.size() + sector - 1) / sector * sector;
    if (random() % 3 == 0) {
      std::vector<unsigned char> bytes(length);
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
      REQUIRE(file.write(bytes, static_cast<std::int64_t>(offset)) == SQLITE_OK);
      if (plain.size() < offset + length) plain.resize(offset + length);
      std::ranges::copy(bytes, plain.begin() + static_cast<std::ptrdiff_t>(offset));
    } else if (random() % 40 == 0) {
      // Bytes between the size and the end of the sector stay what they were; zero them as well.
      const std::size_t size = random() % (rounded_size + 1) / sector * sector;
      REQUIRE(file.truncate(static_cast<std::int64_t>(size)) == SQLITE_OK);
      plain.resize(size);
    } else {
      if (random() % 5 == 0) file.forget_sector();
      std::vector<unsigned char> read(length, 0xee);
      const int result = file.read(read, static_cast<std::int64_t>(offset));
      REQUIRE(result == (offset + length <= rounded_size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ));
      std::vector<unsigned char> expected(length, 0);
      for (std::size_t i = 0; i < length && offset + i < plain.size(); ++i) {
        expected[i] = plain[offset + i];
      }
      REQUIRE(read == expected);
    }
  }
}

TEST_CASE("reads and writes anywhere give what a plain file would give") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    compare_with_plain_file(512, EncryptedFile::Writes::at_once, seed);
    compare_with_plain_file(512, EncryptedFile::Writes::gathered, seed);
    compare_with_plain_file(4'096, EncryptedFile::Writes::at_once, seed);
  }
}

TEST_CASE("a sector that is there in part counts as not there") {
  MemoryFile real;
  EncryptedFile file(&real.base, kKey, 512);
  const std::vector<unsigned char> bytes(1'024, 7);
  REQUIRE(file.write(bytes, 0) == SQLITE_OK);
  real.bytes.resize(800);

  std::vector<unsigned char> read(1'024, 0xee);
  CHECK(file.read(read, 0) == SQLITE_IOERR_SHORT_READ);
  CHECK(std::ranges::all_of(read.begin(), read.begin() + 512, [](int byte) { return byte == 7; }));
  CHECK(std::ranges::all_of(read.begin() + 512, read.end(), [](int byte) { return byte == 0; }));
}

TEST_CASE("a page of the log goes with its header in one write") {
  MemoryFile real;
  EncryptedFile file(&real.base, kKey, 512, EncryptedFile::Writes::gathered);
  REQUIRE(file.write(std::vector<unsigned char>(24, 1), 32) == SQLITE_OK);
  CHECK(real.bytes.empty());
  REQUIRE(file.write(std::vector<unsigned char>(4'096, 2), 56) == SQLITE_OK);
  CHECK(real.bytes.size() == 4'608);
  REQUIRE(file.write(std::vector<unsigned char>(24, 3), 4'152) == SQLITE_OK);
  REQUIRE(file.flush() == SQLITE_OK);

  std::vector<unsigned char> read(24);
  EncryptedFile again(&real.base, kKey, 512);
  CHECK(again.read(read, 4'152) == SQLITE_OK);
  CHECK(read == std::vector<unsigned char>(24, 3));
}

TEST_CASE("equal sectors differ by their place, and by the key of their file") {
  MemoryFile one;
  MemoryFile other;
  EncryptedFile file(&one.base, kKey, 512);
  EncryptedFile file_of_other_key(&other.base, std::string(32, 'a') + std::string(32, 'c'), 512);
  const std::vector<unsigned char> bytes(1'024, 7);
  REQUIRE(file.write(bytes, 0) == SQLITE_OK);
  REQUIRE(file_of_other_key.write(bytes, 0) == SQLITE_OK);

  CHECK(!std::equal(one.bytes.begin(), one.bytes.begin() + 512, one.bytes.begin() + 512));
  CHECK(one.bytes != other.bytes);
}

// IEEE 1619-2007, annex B, vector 10: AES-256-XTS, sector 0xff. Its first bytes.
TEST_CASE("a sector is encrypted as IEEE 1619 says") {
  const std::string key =
      "\x27\x18\x28\x18\x28\x45\x90\x45\x23\x53\x60\x28\x74\x71\x35\x26"
      "\x62\x49\x77\x57\x24\x70\x93\x69\x99\x59\x57\x49\x66\x96\x76\x27"
      "\x31\x41\x59\x26\x53\x58\x97\x93\x23\x84\x62\x64\x33\x83\x27\x95"
      "\x02\x88\x41\x97\x16\x93\x99\x37\x51\x05\x82\x09\x74\x94\x45\x92";
  SectorCipher cipher(key);
  std::vector<unsigned char> plain(512);
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<unsigned char>(i);
  std::vector<unsigned char> sealed(512);
  cipher.encrypt(0xff, plain, sealed.data());

  const std::vector<unsigned char> expected{0x1c, 0x3b, 0x3a, 0x10, 0x2f, 0x77, 0x03, 0x86};
  CHECK(std::equal(expected.begin(), expected.end(), sealed.begin()));
}

}  // namespace
}  // namespace chancery::storage::sqlite
