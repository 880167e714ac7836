// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_disk.hpp"

#include <doctest/doctest.h>

#include <cerrno>

namespace chancery::support {

TEST_CASE("the memory disk fails at the write that was named, once") {
  MemoryDisk disk;
  disk.fail_write(2, EIO);

  disk.write_file("a", "1");

  CHECK_THROWS_AS(disk.write_file("a", "2"), runtime::DiskError);
  CHECK(disk.read_file("a") == "1");
  CHECK_NOTHROW(disk.write_file("a", "3"));
}

TEST_CASE("a full memory disk leaves half of what was appended") {
  MemoryDisk disk;
  const auto file = disk.create("log");
  disk.fail_write(1, ENOSPC);

  CHECK_THROWS_AS(file->append("abcd"), runtime::DiskError);

  CHECK(disk.read_file("log") == "ab");
}

TEST_CASE("a power cut loses what was not synced") {
  MemoryDisk disk;
  const auto kept = disk.create("kept");
  kept->append("safe");
  kept->sync();
  kept->append("lost");
  const auto lost = disk.create("lost");
  lost->append("all");

  disk.cut_power(1);

  CHECK(disk.read_file("kept") == "safel");
  CHECK_FALSE(disk.read_file("lost"));
}

}  // namespace chancery::support
