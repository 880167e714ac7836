// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Media files: whatever lies on the disk, what is given out is what was written or nothing.
//
// The first bytes say how long the content is to be and where the file is changed; with no change
// at all it must open.

#include "base/assert.hpp"
#include "domain/media/encrypted_file.hpp"
#include "storage/errors.hpp"
#include "tests/support/memory_disk.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace chancery;

namespace {

const std::string kKey(media::kFileKeyBytes, 'k');

// Absent where the file does not open.
std::optional<std::string> read(support::MemoryDisk& disk, std::uint64_t size) {
  try {
    media::EncryptedFileReader reader(disk.open("file"), kKey, size);
    std::string content;
    for (std::uint64_t i = 0; i < reader.chunks(); ++i) content += reader.read_chunk(i);
    return content;
  } catch (const storage::StorageCorrupt&) {  // the one way in which it may fail
    return std::nullopt;
  }
}

// The file as it lies on the disk once `content` was written.
std::string written(std::string_view content) {
  support::MemoryDisk disk;
  media::EncryptedFileWriter writer(disk.create("file"), kKey);
  writer.add(content);
  CHANCERY_ASSERT(writer.finish().size == content.size());
  return *disk.read_file("file");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 8) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t length = (bytes[0] << 16 | bytes[1] << 8 | bytes[2]) % 200'000;
  const std::size_t at = bytes[3] << 16 | bytes[4] << 8 | bytes[5];
  const std::string_view change = text.substr(8);
  std::string content(length, bytes[6] == 0 ? 'x' : static_cast<char>(bytes[6]));

  const std::string whole = written(content);
  support::MemoryDisk disk;
  disk.write_file("file", whole);
  CHANCERY_ASSERT(read(disk, length) == content);

  // A file of the fuzzer's own making. From what it sees compared it learns whole files that were
  // written under this key; nothing else may open.
  disk.write_file("file", change);
  if (const auto opened = read(disk, length)) CHANCERY_ASSERT(written(*opened) == change);

  // Ours, changed somewhere.
  std::string changed = whole;
  changed.replace(at % changed.size(), bytes[7] % 2 == 0 ? change.size() : 0, change);
  disk.write_file("file", changed);
  const auto seen = read(disk, length);
  CHANCERY_ASSERT(seen.has_value() || changed != whole);
  if (seen) CHANCERY_ASSERT(written(*seen) == changed);
  return 0;
}
