// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/media.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"
#include "runtime/task_group.hpp"
#include "storage/errors.hpp"
#include "tests/support/media_world.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <thread>

namespace chancery::media {

TEST_CASE("what was uploaded is downloaded, with its type and name") {
  World world;
  const std::string content(200'000, 'x');

  const std::string id = world.upload(content, {"image/png", "Urlaub ☀.png"});

  const Content found = world.run(world.fetch(id));
  CHECK(found.label.content_type == "image/png");
  CHECK(found.label.file_name == "Urlaub ☀.png");
  CHECK(found.reader->size() == content.size());
  CHECK(world.read(id) == content);
}

TEST_CASE("part of what was uploaded can be read") {
  World world;
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += fmt::format("{:05} ", i);
  const std::string id = world.upload(content);
  const auto part = [&](std::uint64_t begin, std::uint64_t length) {
    Content found = world.run(world.fetch(id));
    found.reader->select(begin, length);
    return world.run(World::read_all(std::move(found)));
  };

  for (const std::uint64_t begin : {0UL, 1UL, 65'535UL, 65'536UL, 131'000UL}) {
    for (const std::uint64_t length : {0UL, 1UL, 70'000UL, 140'000UL}) {
      CHECK(part(begin, length) == content.substr(begin, length));
    }
  }
  CHECK(part(content.size() - 1, 1) == content.substr(content.size() - 1));
}

TEST_CASE("neither content nor names are on the disk in clear") {
  World world;
  const std::string canary = "canary-in-the-content";
  world.upload(std::string(70'000, '.') + canary, {"text/plain", "canary-in-the-name.txt"});

  REQUIRE(world.paths().size() == 1);
  for (const std::string& path : world.paths()) {
    CHECK(path.find("canary") == std::string::npos);
    CHECK(world.disk.read_file(path)->find("canary") == std::string::npos);
  }
}

TEST_CASE("a file is named by the hash of its bytes, and equal content has different names") {
  World world;
  world.upload("the same");
  world.upload("the same");

  REQUIRE(world.paths().size() == 2);
  for (const std::string& path : world.paths()) {
    const std::string hash = base::encode_hex(base::sha256(*world.disk.read_file(path)));
    CHECK(path == hash.substr(0, 2) + "/" + hash);
  }
}

TEST_CASE("an upload that is acknowledged survives a power cut") {
  World world;
  const std::string content(150'000, 'x');
  const std::string id = world.upload(content);

  world.disk.cut_power();

  CHECK(world.read(id) == content);
}

TEST_CASE("an upload is refused as soon as it is seen to be too large") {
  World world({.max_upload_bytes = 100'000});
  TextSource announced("");
  TextSource streamed(std::string(1'000'000, 'x'));

  CHECK(refusal([&] {
          world.run(world.media.upload({.by = kAlice, .length = 100'001}, announced));
        }) == "413 M_TOO_LARGE");
  CHECK(announced.pieces() == 0);
  CHECK(refusal([&] { world.run(world.media.upload({.by = kAlice}, streamed)); }) ==
        "413 M_TOO_LARGE");
  CHECK(streamed.pieces() == 11);
  CHECK(world.paths().empty());
  CHECK(world.read(world.upload(std::string(100'000, 'x'))).size() == 100'000);
}

TEST_CASE("a user cannot have more than the quota, others can still upload") {
  World world({.quota_bytes_per_user = 100'000});
  world.upload(std::string(90'000, 'x'));
  TextSource streamed(std::string(10'001, 'x'), 1000);
  TextSource announced(std::string(10'001, 'x'));
  TextSource others(std::string(100'000, 'x'));

  CHECK(refusal([&] { world.run(world.media.upload({.by = kAlice}, streamed)); }) ==
        "403 M_FORBIDDEN");
  CHECK(refusal([&] {
          world.run(world.media.upload({.by = kAlice, .length = 10'001}, announced));
        }) == "403 M_FORBIDDEN");
  CHECK(announced.pieces() == 0);
  CHECK(world.paths().size() == 1);
  CHECK_NOTHROW(world.run(world.media.upload({.by = kBob}, others)));
  CHECK_NOTHROW(world.upload(std::string(10'000, 'x')));
}

runtime::Task<> upload_and_count(World& world, std::optional<MediaName> to, std::string content,
                                 int& taken, int& refused) {
  TextSource source(std::move(content), 1'000);
  try {
    if (to) {
      co_await world.media.upload_to(*std::move(to), {.by = kAlice}, source);
    } else {
      static_cast<void>(co_await world.media.upload({.by = kAlice}, source));
    }
    ++taken;
  } catch (const protocol::ApiError&) {  // counted
    ++refused;
  }
}

TEST_CASE("uploads that race are within the quota together, by whichever way they come") {
  World world({.quota_bytes_per_user = 100'000});
  std::vector<MediaName> promised;
  for (int i = 0; i < 3; ++i) {
    promised.push_back({"example.org", world.run(world.media.promise(kAlice)).uri.media_id});
  }
  int taken = 0;
  int refused = 0;
  runtime::TaskGroup uploads("test-uploads");
  world.run([](World& w, runtime::TaskGroup& group, std::vector<MediaName> names, int& good,
               int& bad) -> runtime::Task<> {
    const std::string content(30'000, 'x');
    for (MediaName& name : names) {
      group.spawn(upload_and_count(w, std::move(name), content, good, bad));
      group.spawn(upload_and_count(w, std::nullopt, content, good, bad));
    }
    co_await group.join();
  }(world, uploads, std::move(promised), taken, refused));
  CHECK(taken == 3);
  CHECK(refused == 3);
  CHECK(world.paths().size() == 3);
  world.run(uploads.stop());
}

TEST_CASE("where a page says more of the quota, whoever is over it is led there") {
  World world({.quota_bytes_per_user = 100, .quota_info_url = "https://x/quota"});
  TextSource source(std::string(101, 'x'));
  std::string info;
  try {
    world.run(world.media.upload({.by = kAlice}, source));
  } catch (const protocol::ApiError& error) {
    CHECK(error.code() == protocol::ErrorCode::user_limit_exceeded);
    CHECK(error.status() == 403);
    info = std::string(base::find_string(error.extra(), "info_uri").value_or(""));
  }
  CHECK(info == "https://x/quota");
}

TEST_CASE("an upload that breaks off leaves nothing") {
  World world;
  for (const std::size_t pieces : {0UL, 1UL, 7UL, 15UL}) {
    TextSource source(std::string(150'000, 'x'), 10'000, pieces);
    CHECK_THROWS_AS(world.run(world.media.upload({.by = kAlice}, source)), GoneAway);
    CHECK(world.paths().empty());
  }
}

TEST_CASE("a disk that is full at any write loses the upload whole, and reads go on") {
  World world;
  const std::string kept = world.upload("kept");
  const std::uint64_t before = world.disk.writes();
  world.upload(std::string(150'000, 'x'));
  const std::uint64_t writes = world.disk.writes() - before;
  const std::size_t files = world.paths().size();
  REQUIRE(writes >= 6);

  for (std::uint64_t at = 1; at <= writes; ++at) {
    CAPTURE(at);
    world.disk.fail_write(at, ENOSPC);
    TextSource source(std::string(150'000, 'x'));

    CHECK_THROWS_AS(world.run(world.media.upload({.by = kAlice}, source)), storage::StorageError);

    CHECK(world.paths().size() == files);
    CHECK(world.read(kept) == "kept");
  }
  CHECK_NOTHROW(world.upload("after"));
}

TEST_CASE("what a crash left in the middle of an upload goes at the next start") {
  World world;
  static_cast<void>(world.disk.create("tmp/left"));
  const std::string id = world.upload("kept");

  CHECK(world.run(world.files.remove_unfinished()) == 1);

  CHECK(world.paths().size() == 1);
  CHECK(world.read(id) == "kept");
}

TEST_CASE("files that no row names are found and removed, others stay") {
  World world;
  const std::string id = world.upload("kept");
  world.disk.write_file("ab/ab" + std::string(62, '0'), "orphan");
  world.disk.write_file("ff/ff" + std::string(62, '1'), "orphan");

  CHECK(world.run(world.sealed.remove_orphans()) == 2);

  CHECK(world.run(world.sealed.remove_orphans()) == 0);
  CHECK(world.read(id) == "kept");
}

TEST_CASE("a changed file gives nothing out") {
  World world;
  const std::string id = world.upload(std::string(150'000, 'x'));
  const std::string path = world.paths().front();
  const std::string whole = *world.disk.read_file(path);

  std::string first_changed = whole;
  first_changed[500] = static_cast<char>(first_changed[500] ^ 1);
  world.disk.write_file(path, first_changed);
  CHECK_THROWS_AS(world.run(world.fetch(id)), storage::StorageCorrupt);

  world.disk.write_file(path, whole.substr(0, whole.size() - 1));
  CHECK_THROWS_AS(world.run(world.fetch(id)), storage::StorageCorrupt);

  world.disk.remove(path);
  CHECK_THROWS_AS(world.run(world.fetch(id)), storage::StorageCorrupt);

  std::string last_changed = whole;
  last_changed.back() = static_cast<char>(last_changed.back() ^ 1);
  world.disk.write_file(path, last_changed);
  Content content = world.run(world.fetch(id));
  std::size_t given = 0;
  const auto read_on = [&] {
    while (given < 150'000) given += world.run(content.reader->next()).size();
  };
  CHECK_THROWS_AS(read_on(), storage::StorageCorrupt);
  CHECK(given == 2 * kChunkBytes);
}

TEST_CASE("media of other servers, unknown ids and no ids are not found") {
  World world;
  const std::string id = world.upload("x");
  const auto get = [&](std::string server, std::string media_id) {
    return refusal([&] { world.run(world.media.get({server, media_id}, {})); });
  };

  CHECK(get("example.org", id) == "");
  CHECK(get("elsewhere.org", id) == "404 M_NOT_FOUND");
  CHECK(get("example.org", "unknown") == "404 M_NOT_FOUND");
  CHECK(get("example.org", "") == "404 M_NOT_FOUND");
  CHECK(get("example.org", "../../etc/passwd") == "404 M_NOT_FOUND");
  CHECK(get("example.org", "\xff") == "404 M_NOT_FOUND");
}

TEST_CASE("a type that cannot stand in a header is forgotten") {
  World world;
  const auto kept = [&](std::string type) {
    return world.run(world.fetch(world.upload("x", {std::move(type), {}}))).label.content_type;
  };

  CHECK(kept("text/plain; charset=utf-8") == "text/plain; charset=utf-8");
  CHECK(kept("text/html\r\nX-Evil: 1") == "application/octet-stream");
  CHECK(kept("") == "application/octet-stream");
  CHECK(kept("text") == "application/octet-stream");
  CHECK(kept("text/" + std::string(300, 'x')) == "application/octet-stream");
}

TEST_CASE("a name that is no text or far too long is refused") {
  World world;
  const auto upload = [&](std::string name) {
    return refusal([&] { world.upload("x", {"text/plain", std::move(name)}); });
  };

  CHECK(upload("\xff.txt") == "400 M_INVALID_PARAM");
  CHECK(upload(std::string(1025, 'x')) == "400 M_INVALID_PARAM");
  CHECK(world.paths().empty());
}

TEST_CASE("a promised id is uploaded to once, by its owner, in time") {
  World world;
  const auto promise = world.run(world.media.promise(kAlice));
  const MediaName name{"example.org", promise.uri.media_id};
  const auto upload = [&](const Actor& by, const MediaName& to) {
    return refusal([&] {
      TextSource source("late content");
      world.run(world.media.upload_to(to, {.by = by, .label = {"text/plain", {}}}, source));
    });
  };

  CHECK(promise.expires_at - world.scheduler.clock().now() == std::chrono::hours(24));
  CHECK(upload(kBob, name) == "403 M_FORBIDDEN");
  CHECK(upload(kAlice, {"elsewhere.org", name.media_id}) == "404 M_NOT_FOUND");
  CHECK(upload(kAlice, {"example.org", "never-promised"}) == "404 M_NOT_FOUND");
  CHECK(upload(kAlice, name) == "");
  CHECK(upload(kAlice, name) == "409 M_CANNOT_OVERWRITE_MEDIA");
  CHECK(world.read(name.media_id) == "late content");
  CHECK(world.paths().size() == 1);

  const auto expired = world.run(world.media.promise(kAlice));
  world.scheduler.advance(std::chrono::hours(24));
  CHECK(upload(kAlice, {"example.org", expired.uri.media_id}) == "404 M_NOT_FOUND");
}

TEST_CASE("who asks for promised media waits for them, but not for ever") {
  World world;
  const auto promise = world.run(world.media.promise(kAlice));
  const MediaName name{"example.org", promise.uri.media_id};
  const Patience patience{.longest = std::chrono::seconds(20), .gone = {}};
  const auto before = world.scheduler.clock().now();

  CHECK(refusal([&] { world.run(world.media.get(name, {})); }) == "504 M_NOT_YET_UPLOADED");
  CHECK(world.scheduler.clock().now() == before);
  CHECK(refusal([&] { world.run(world.media.get(name, patience)); }) == "504 M_NOT_YET_UPLOADED");
  CHECK(world.scheduler.clock().now() - before == std::chrono::seconds(20));
}

TEST_CASE("who waits for promised media gets them when they come") {
  World world;
  const auto promise = world.run(world.media.promise(kAlice));
  runtime::TaskGroup uploads("uploads");
  TextSource source("at last");
  world.scheduler.post([&] {
    uploads.spawn([](World& in, TextSource& from, std::string id) -> runtime::Task<> {
      const auto later = in.scheduler.clock().steady_now() + std::chrono::seconds(5);
      co_await runtime::Bell().wait(0, later);
      co_await in.media.upload_to({"example.org", std::move(id)}, Upload{.by = kAlice}, from);
    }(world, source, promise.uri.media_id));
  });

  const FoundMedia found = world.run(world.media.get(
      {"example.org", promise.uri.media_id}, {.longest = std::chrono::seconds(20), .gone = {}}));

  CHECK(found.file.size == 7);
  world.run(uploads.join());
}

TEST_CASE("a user can have only so many promised ids at a time") {
  World world({.max_promised_ids = 3});
  for (int i = 0; i < 3; ++i) static_cast<void>(world.run(world.media.promise(kAlice)));

  CHECK(refusal([&] { world.run(world.media.promise(kAlice)); }) == "429 M_LIMIT_EXCEEDED");
  CHECK(refusal([&] { world.run(world.media.promise(kBob)); }) == "");
  world.scheduler.advance(std::chrono::hours(24));
  CHECK(refusal([&] { world.run(world.media.promise(kAlice)); }) == "");
}

namespace {

// A disk that notes whether the thread of the tests had to remove anything.
class WatchedDisk final : public runtime::Disk {
 public:
  std::optional<std::string> read_file(const std::string& path) override {
    return inner_.read_file(path);
  }
  void write_file(const std::string& path, std::string_view bytes) override {
    inner_.write_file(path, bytes);
  }
  std::unique_ptr<runtime::OpenFile> create(const std::string& path) override {
    return inner_.create(path);
  }
  std::unique_ptr<runtime::OpenFile> open(const std::string& path) override {
    return inner_.open(path);
  }
  void rename(const std::string& from, const std::string& to) override { inner_.rename(from, to); }
  bool remove(const std::string& path) override {
    ++(std::this_thread::get_id() == own_ ? removed_here : removed_elsewhere);
    return inner_.remove(path);
  }
  std::vector<std::string> list(const std::string& folder) override { return inner_.list(folder); }

  std::atomic<int> removed_here = 0;
  std::atomic<int> removed_elsewhere = 0;

 private:
  support::MemoryDisk inner_;
  const std::thread::id own_ = std::this_thread::get_id();
};

class BrokenSource final : public ContentSource {
 public:
  runtime::Task<std::string> next() override {
    if (++asked_ == 1) co_return std::string("a beginning");
    throw protocol::ApiError(protocol::ErrorCode::unknown, "The client is gone");
  }

 private:
  int asked_ = 0;
};

// Writes the content, and gives the file up at once.
runtime::Task<> write_and_drop(MediaFiles& files, ContentSource& content) {
  static_cast<void>(co_await files.write(content));
}

class WholeSource final : public ContentSource {
 public:
  runtime::Task<std::string> next() override { co_return std::exchange(rest_, {}); }

 private:
  std::string rest_ = "whole";
};

}  // namespace

TEST_CASE("what is given up is removed by the worker pool, and is gone when the files are let go") {
  runtime::SimulatedScheduler scheduler;
  support::SeededRandom random;
  WatchedDisk disk;
  runtime::WorkerPool workers(1);
  {
    MediaFiles files({.disk = disk, .workers = workers, .random = random});
    BrokenSource broken;
    CHECK_THROWS_AS(scheduler.run(write_and_drop(files, broken)), protocol::ApiError);
    // Whole, and no row came to name it.
    WholeSource whole;
    scheduler.run(write_and_drop(files, whole));
  }
  CHECK(disk.removed_here == 0);
  CHECK(disk.removed_elsewhere == 2);
  CHECK(disk.list("tmp").empty());
}

TEST_CASE("removed media are gone, with file and thumbnails") {
  World world;
  const std::string id = world.upload(std::string(1000, 'x'), {"image/png", {}});
  world.maker.answer = MadeThumbnail{.content_type = "image/png", .bytes = "small"};
  world.run(world.thumbnails.get({"example.org", id}, {.width = 32, .height = 32}, {}));
  REQUIRE(world.paths().size() == 2);

  CHECK(world.run(world.media.remove(id, {.kind = "admin", .who = "@owner:x"})));

  CHECK(world.paths().empty());
  CHECK(refusal([&] { world.read(id); }) == "404 M_NOT_FOUND");
  CHECK_FALSE(world.run(world.media.remove(id, {.kind = "admin", .who = "@owner:x"})));
}

}  // namespace chancery::media
