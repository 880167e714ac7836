// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/disk.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace chancery::runtime {
namespace {

using support::TemporaryFolder;

unsigned mode_of(const std::string& path) {
  struct stat about{};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  return about.st_mode & 0777U;
}

}  // namespace

TEST_CASE("a file that was written whole is read back, readable by its owner alone") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path() + "/new/");

  disk->write_file("keys/signing.key", "secret");
  disk->write_file("keys/signing.key", "secret 2");

  CHECK(disk->read_file("keys/signing.key") == "secret 2");
  CHECK(mode_of(folder.path() + "/new") == 0700);
  CHECK(mode_of(folder.path() + "/new/keys") == 0700);
  CHECK(mode_of(folder.path() + "/new/keys/signing.key") == 0600);
  CHECK(disk->list("keys") == std::vector<std::string>{"signing.key"});
  CHECK(disk->list("").empty());
}

TEST_CASE("what is not there is absent, not an error") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path());

  CHECK_FALSE(disk->read_file("none"));
  CHECK(disk->open("none") == nullptr);
  CHECK_FALSE(disk->remove("none"));
  CHECK(disk->list("none").empty());
}

TEST_CASE("a created file grows by appending and is read at any place") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path());
  const auto file = disk->create("a/b/c");

  file->append("hello ");
  file->append("world");
  file->sync();

  std::array<char, 8> part{};
  CHECK(file->size() == 11);
  CHECK(file->read_at(6, part) == 5);
  CHECK(std::string_view(part.data(), 5) == "world");
  CHECK(file->read_at(11, part) == 0);
  CHECK_THROWS_AS(static_cast<void>(disk->create("a/b/c")), DiskError);
}

TEST_CASE("renaming replaces the target") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path());
  disk->write_file("old", "new content");
  disk->write_file("there", "old content");

  disk->rename("old", "elsewhere/there");
  disk->rename("elsewhere/there", "there");

  CHECK(disk->read_file("there") == "new content");
  CHECK_FALSE(disk->read_file("old"));
}

TEST_CASE("a path that leaves the folder is refused") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path());

  for (const std::string path : {"../x", "/etc/passwd", "a/../../x", "a/..", ""}) {
    CHECK_THROWS_AS(static_cast<void>(disk->read_file(path)), DiskError);
    CHECK_THROWS_AS(disk->write_file(path, "x"), DiskError);
  }
}

TEST_CASE("an error names the path and the system's reason") {
  const TemporaryFolder folder;
  const auto disk = open_disk(folder.path());
  disk->write_file("file", "x");

  try {
    disk->write_file("file/below", "x");
    FAIL("no error");
  } catch (const DiskError& error) {
    CHECK(error.error_number == ENOTDIR);
    CHECK(std::string_view(error.what()).find("file") != std::string_view::npos);
    CHECK(std::string_view(error.what()).find("directory") != std::string_view::npos);
  }
}

}  // namespace chancery::runtime
