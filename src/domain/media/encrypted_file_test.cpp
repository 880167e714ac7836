// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/encrypted_file.hpp"

#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "tests/support/memory_disk.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>

namespace chancery::media {
namespace {

const std::string kKey(kFileKeyBytes, 'k');

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('A' + (i * 7 + i / 251) % 57);
  return text;
}

EncryptedFileWriter::Written write(support::MemoryDisk& disk, std::string_view content,
                                   std::size_t piece = 10'007) {
  EncryptedFileWriter writer(disk.create("file"), kKey);
  while (!content.empty()) {
    writer.add(content.substr(0, piece));
    content.remove_prefix(std::min(piece, content.size()));
  }
  return writer.finish();
}

std::string read(support::MemoryDisk& disk, std::uint64_t size, const std::string& key = kKey) {
  EncryptedFileReader reader(disk.open("file"), key, size);
  std::string content;
  for (std::uint64_t i = 0; i < reader.chunks(); ++i) content += reader.read_chunk(i);
  return content;
}

// The file as `change` leaves it.
template <typename Change>
support::MemoryDisk& changed(support::MemoryDisk& disk, Change change) {
  std::string bytes = *disk.read_file("file");
  change(bytes);
  disk.write_file("file", bytes);
  return disk;
}

}  // namespace

TEST_CASE("content of every length around a chunk comes back as it was") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunkBytes - 1, kChunkBytes, kChunkBytes + 1,
        2 * kChunkBytes - 1, 2 * kChunkBytes, 2 * kChunkBytes + 1, 5 * kChunkBytes + 4711}) {
    CAPTURE(size);
    support::MemoryDisk disk;
    const std::string content = pattern(size);

    const auto written = write(disk, content);

    CHECK(written.size == size);
    CHECK(written.content_hash == base::sha256(content));
    CHECK(written.file_hash == base::sha256(*disk.read_file("file")));
    CHECK(disk.read_file("file")->size() == encrypted_size(size));
    CHECK(read(disk, size) == content);
  }
}

TEST_CASE("how content is cut on its way in makes no difference") {
  support::MemoryDisk one;
  support::MemoryDisk other;
  const std::string content = pattern(3 * kChunkBytes);

  CHECK(write(one, content, 1 << 20).file_hash == write(other, content, 977).file_hash);
}

TEST_CASE("nothing of the content is on the disk in clear") {
  support::MemoryDisk disk;
  const std::string canary = "the canary that nobody may find";
  std::string content = pattern(2 * kChunkBytes);
  content.replace(kChunkBytes + 99, canary.size(), canary);

  write(disk, content);

  CHECK(disk.read_file("file")->find(canary) == std::string::npos);
  CHECK(disk.read_file("file")->find(content.substr(0, 16)) == std::string::npos);
}

TEST_CASE("one changed bit anywhere is found") {
  const std::string content = pattern(kChunkBytes + 100);
  for (std::size_t at = 0; at < encrypted_size(content.size()); at += 1013) {
    CAPTURE(at);
    support::MemoryDisk disk;
    write(disk, content);
    changed(disk, [at](std::string& bytes) { bytes[at] = static_cast<char>(bytes[at] ^ 4); });

    CHECK_THROWS_AS(read(disk, content.size()), storage::StorageCorrupt);
  }
}

TEST_CASE("a file that was shortened to whole chunks does not pass for a shorter one") {
  support::MemoryDisk disk;
  const std::size_t sealed_chunk = encrypted_size(kChunkBytes) - encrypted_size(0) + 28;
  write(disk, pattern(3 * kChunkBytes));
  changed(disk, [&](std::string& bytes) { bytes.resize(bytes.size() - sealed_chunk); });

  CHECK_THROWS_AS(read(disk, 3 * kChunkBytes), storage::StorageCorrupt);
  CHECK_THROWS_AS(read(disk, 2 * kChunkBytes), storage::StorageCorrupt);
}

TEST_CASE("chunks cannot change places") {
  support::MemoryDisk disk;
  write(disk, pattern(3 * kChunkBytes));
  const std::size_t begin = 16;
  const std::size_t length = kChunkBytes + 28;
  changed(disk, [&](std::string& bytes) {
    const std::string first = bytes.substr(begin, length);
    const std::string second = bytes.substr(begin + length, length);
    bytes.replace(begin, length, second);
    bytes.replace(begin + length, length, first);
  });

  CHECK_THROWS_AS(read(disk, 3 * kChunkBytes), storage::StorageCorrupt);
}

TEST_CASE("a file that has grown or belongs to another key does not open") {
  support::MemoryDisk disk;
  write(disk, pattern(100));

  CHECK_THROWS_AS(read(disk, 100, std::string(kFileKeyBytes, 'x')), storage::StorageCorrupt);
  CHECK_THROWS_AS(read(disk, 100, "short"), storage::StorageCorrupt);
  changed(disk, [](std::string& bytes) { bytes += 'x'; });
  CHECK_THROWS_AS(read(disk, 100), storage::StorageCorrupt);
}

}  // namespace chancery::media
