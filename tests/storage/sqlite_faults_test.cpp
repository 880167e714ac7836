// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/committer.hpp"
#include "storage/errors.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/key_store.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/storage/fault_vfs.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace chancery::storage {
namespace {

namespace fs = std::filesystem;

const std::string kPlanted = "CANARY-7f3a-this-text-may-not-be-on-the-disk";
const std::string kKey(32, 'k');

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}
void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}
std::map<std::string, std::string> read_folder(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

constexpr sql::Statement kIntegrity("PRAGMA integrity_check");

// A database in a folder, with what the tests do to it.
struct Embedded {
  explicit Embedded(const std::string& folder, const std::string& key = kKey,
                    const std::string& below = "") {
    database =
        sqlite::open_sqlite({.path = folder + "/chancery.db", .key = key, .vfs_below = below});
    sql::migrate(*database);
    committer = std::make_unique<Committer>(std::make_unique<sql::SqlBatchWriter>(*database));
  }
  static Change add_key(std::uint32_t id, std::size_t size = 100) {
    Change change;
    change.mutations.emplace_back(PutWrappedKey{{.id = id,
                                                 .kind = "purpose",
                                                 .scope = kPlanted,
                                                 .epoch = 1,
                                                 .wrapped = std::string(size, 'w') + kPlanted}});
    return change;
  }
  void add(std::uint32_t id, std::size_t size = 100) {
    scheduler.run(committer->commit(add_key(id, size)));
  }
  std::vector<std::uint32_t> ids() {
    std::vector<std::uint32_t> ids;
    for (const WrappedKey& key : scheduler.run(sql::SqlKeyStore(database->reader()).load_keys())) {
      ids.push_back(key.id);
    }
    return ids;
  }
  std::string integrity() {
    return scheduler.run(database->reader().read(kIntegrity, {})).text(0, 0);
  }

  runtime::SimulatedScheduler scheduler;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<Committer> committer;
};

std::vector<std::uint32_t> first(std::uint32_t count) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 1; id <= count; ++id) ids.push_back(id);
  return ids;
}

TEST_CASE("nothing stored can be read in any file, while open and after closing") {
  const support::TemporaryFolder folder;
  {
    Embedded store(folder.path());
    for (std::uint32_t id = 1; id <= 50; ++id) store.add(id, 5'000);
    const auto files = read_folder(folder.path());
    CHECK(files.at("chancery.db-wal").size() > 200'000);
    for (const auto& [name, bytes] : files) CHECK(bytes.find("CANARY") == std::string::npos);
  }
  const auto files = read_folder(folder.path());
  CHECK(files.at("chancery.db").size() > 200'000);
  CHECK(!files.contains("chancery.db-wal"));
  for (const auto& [name, bytes] : files) {
    CHECK(bytes.find("CANARY") == std::string::npos);
    CHECK(bytes.find("wrapped_keys") == std::string::npos);
  }
}

TEST_CASE("without a key the same text is found, so the test above can fail") {
  const support::TemporaryFolder folder;
  Embedded store(folder.path(), "");
  store.add(1);

  CHECK(read_folder(folder.path()).at("chancery.db-wal").find("CANARY") != std::string::npos);
}

TEST_CASE("each page keeps 40 bytes free for a nonce and a tag") {
  const support::TemporaryFolder folder;
  {
    Embedded store(folder.path(), "");
  }

  const std::string bytes = read_file(folder.path() + "/chancery.db");
  CHECK(static_cast<unsigned char>(bytes.at(20)) == 40);
  CHECK(bytes.substr(16, 2) == std::string("\x10\x00", 2));
}

TEST_CASE("a wrong key, or none, is refused and not a byte of any file changes") {
  const support::TemporaryFolder folder;
  const support::TemporaryFolder copy;
  {
    Embedded store(folder.path());
    for (std::uint32_t id = 1; id <= 20; ++id) store.add(id);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().filename() != "chancery.db-shm") {
        fs::copy(entry.path(), fs::path(copy.path()) / entry.path().filename());
      }
    }
  }
  const auto before = read_folder(copy.path());
  REQUIRE(before.at("chancery.db-wal").size() > 10'000);

  CHECK_THROWS_AS(Embedded(copy.path(), std::string(32, 'x')), StorageError);
  CHECK_THROWS_AS(Embedded(copy.path(), ""), StorageError);

  CHECK(read_folder(copy.path()) == before);
  Embedded store(copy.path());
  CHECK(store.ids() == first(20));
}

TEST_CASE("a database without encryption is refused when a key is given") {
  const support::TemporaryFolder folder;
  {
    Embedded store(folder.path(), "");
  }
  const auto before = read_folder(folder.path());

  CHECK_THROWS_AS(Embedded(folder.path(), kKey), StorageError);
  CHECK(read_folder(folder.path()) == before);
}

TEST_CASE("the database's files are its owner's alone") {
  const support::TemporaryFolder folder;
  Embedded store(folder.path());
  store.add(1);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK((entry.status().permissions() & fs::perms(0077)) == fs::perms::none);
  }
}

TEST_CASE("a program that dies inside a transaction leaves what was committed, and no more") {
  const support::TemporaryFolder folder;
  {
    Embedded store(folder.path());
  }
  const pid_t child = ::fork();
  if (child == 0) {
    static constexpr sql::Statement kAdd(
        "INSERT INTO wrapped_keys (id, kind, scope, epoch, wrapped_by, wrapped) "
        "VALUES (?1, 'purpose', '', 1, 0, ?2)");
    const auto database =
        sqlite::open_sqlite({.path = folder.path() + "/chancery.db", .key = kKey});
    const auto writer = database->open_writer();
    const std::string wrapped(2'000, 'w');
    writer->begin();
    writer->execute(kAdd, {std::int64_t{1}, sql::Blob{wrapped}});
    writer->commit();
    writer->begin();
    for (std::int64_t id = 2; id < 30'000; ++id) writer->execute(kAdd, {id, sql::Blob{wrapped}});
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(status == 0);
  REQUIRE(fs::file_size(folder.path() + "/chancery.db-wal") > 10'000'000);

  Embedded store(folder.path());
  CHECK(store.ids() == first(1));
  CHECK(store.integrity() == "ok");
}

TEST_CASE("wherever the log is cut or torn, whole commits are there, and all that were synced") {
  const support::TemporaryFolder folder;
  constexpr std::uint32_t kCommits = 25;
  std::vector<std::size_t> size_after{0};
  std::string database;
  std::string log;
  {
    Embedded store(folder.path());
    for (std::uint32_t id = 1; id <= kCommits; ++id) {
      store.add(id, id * 300);
      size_after.push_back(fs::file_size(folder.path() + "/chancery.db-wal"));
    }
    database = read_file(folder.path() + "/chancery.db");
    log = read_file(folder.path() + "/chancery.db-wal");
  }
  std::mt19937_64 random(11);
  for (int attempt = 0; attempt < 60; ++attempt) {
    // Cut anywhere; the last 512 bytes may be half old, half new, as after a power cut.
    std::string cut = log.substr(0, size_after[1] + random() % (log.size() - size_after[1] + 1));
    if (attempt % 2 == 1) {
      for (std::size_t i = cut.size() - std::min<std::size_t>(cut.size(), random() % 512);
           i < cut.size(); ++i) {
        cut[i] = static_cast<char>(random());
      }
    }
    const std::size_t intact =
        attempt % 2 == 1 ? cut.size() - std::min<std::size_t>(512, cut.size()) : cut.size();
    const support::TemporaryFolder copy;
    write_file(copy.path() + "/chancery.db", database);
    write_file(copy.path() + "/chancery.db-wal", cut);

    Embedded store(copy.path());
    const std::vector<std::uint32_t> ids = store.ids();
    REQUIRE(ids == first(static_cast<std::uint32_t>(ids.size())));
    REQUIRE(store.committer->last_position().value == ids.size());
    for (std::uint32_t id = 1; id <= kCommits; ++id) {
      if (size_after[id] <= intact) REQUIRE(ids.size() >= id);
    }
    REQUIRE(store.integrity() == "ok");
  }
}

TEST_CASE("the log is moved into the database while commits go on, and begins anew") {
  const support::TemporaryFolder folder;
  const auto database = sqlite::open_sqlite(
      {.path = folder.file("chancery.db"), .key = kKey, .checkpoint_frames = 200});
  sql::migrate(*database);
  runtime::SimulatedScheduler scheduler;
  Committer committer(std::make_unique<sql::SqlBatchWriter>(*database));
  const std::uintmax_t before = fs::file_size(folder.file("chancery.db"));
  std::uintmax_t longest = 0;
  constexpr std::uint32_t kCommits = 2'000;
  for (std::uint32_t id = 1; id <= kCommits; ++id) {
    scheduler.run(committer.commit(Embedded::add_key(id, 2'000)));
    longest = std::max(longest, fs::file_size(folder.file("chancery.db-wal")));
  }

  // Each commit writes several pages: without checkpoints the log would have some 30 MB.
  CHECK(longest < 15'000'000);
  CHECK(fs::file_size(folder.file("chancery.db")) > before + 3'000'000);
  CHECK(scheduler.run(sql::SqlKeyStore(database->reader()).load_keys()).size() == kCommits);
  CHECK(scheduler.run(database->reader().read(kIntegrity, {})).text(0, 0) == "ok");
}

TEST_CASE("on a full disk a commit fails whole, reads go on, and later commits succeed") {
  FaultVfs disk;
  const support::TemporaryFolder folder;
  Embedded store(folder.path(), kKey, disk.name());
  store.add(1);
  std::uint32_t next = 2;
  std::vector<std::uint32_t> expected = first(1);
  int failures = 0;
  for (int writes = 0; writes < 30; ++writes) {
    disk.fill_after(writes);
    std::string failure;
    try {
      store.add(next, 9'000);
      expected.push_back(next);
    } catch (const StorageError& error) {
      failure = error.what();
      ++failures;
      CHECK(!store.committer->is_healthy());
    }
    if (!failure.empty()) CHECK(failure.find("disk full") != std::string::npos);
    CHECK(store.ids() == expected);
    ++next;

    disk.fill_after(-1);
    store.add(next);
    expected.push_back(next);
    ++next;
    CHECK(store.committer->is_healthy());
    CHECK(store.ids() == expected);
  }
  CHECK(failures >= 5);
  CHECK(store.committer->last_position().value == expected.size());
  CHECK(store.integrity() == "ok");
}

TEST_CASE("after a sync failed nothing is acknowledged any more until the server starts again") {
  FaultVfs disk;
  const support::TemporaryFolder folder;
  {
    Embedded store(folder.path(), kKey, disk.name());
    store.add(1);
    disk.fail_syncs(true);
    CHECK_THROWS_AS(store.add(2), StorageError);
    disk.fail_syncs(false);
    CHECK_THROWS_AS(store.add(3), StorageError);
    CHECK(store.ids() == first(1));
    CHECK(!store.committer->is_healthy());
  }
  Embedded store(folder.path());
  CHECK(store.ids() == first(1));
  store.add(2);
  CHECK(store.ids() == first(2));
}

}  // namespace
}  // namespace chancery::storage
