// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/thumbnails.hpp"

#include "domain/media/thumbnail_workers.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/media_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace chancery::media {
namespace {

constexpr ThumbnailSize kAvatar{.width = 40, .height = 40, .form = ThumbnailForm::crop};

struct Shown {
  std::string type;
  std::string bytes;
  friend bool operator==(const Shown&, const Shown&) = default;
};

Shown get(World& world, const std::string& id, ThumbnailSize size = kAvatar) {
  Content content = world.run(world.thumbnails.get({"example.org", id}, size, {}));
  const std::string type = content.label.content_type;
  return {type, world.run(World::read_all(std::move(content)))};
}

runtime::Task<std::string> text(std::string image) { co_return image; }

ThumbnailJob job(std::string image) {
  return {.read = [image = std::move(image)] { return text(image); }, .size = kAvatar};
}

std::string upload_image(World& world) { return world.upload("the image", {"text/html", "a.png"}); }

}  // namespace

TEST_CASE("a thumbnail is made once and then kept, encrypted") {
  World world;
  const std::string id = upload_image(world);
  world.maker.answer = MadeThumbnail{.content_type = "image/png", .bytes = "the thumbnail"};

  CHECK(get(world, id) == Shown{"image/png", "the thumbnail"});
  CHECK(get(world, id) == Shown{"image/png", "the thumbnail"});

  REQUIRE(world.maker.jobs.size() == 1);
  CHECK(world.maker.jobs.front().image == "the image");
  CHECK(world.maker.jobs.front().size == ThumbnailSize{96, 96, ThumbnailForm::crop});
  REQUIRE(world.paths().size() == 2);
  for (const std::string& path : world.paths()) {
    CHECK(world.disk.read_file(path)->find("thumbnail") == std::string::npos);
  }
}

TEST_CASE("a small original is shown itself, as what it is and not as what it was called") {
  World world;
  const std::string id = upload_image(world);
  world.maker.answer = OriginalWillDo{.content_type = "image/gif"};

  CHECK(get(world, id) == Shown{"image/gif", "the image"});
  CHECK(get(world, id) == Shown{"image/gif", "the image"});
  CHECK(world.maker.jobs.size() == 1);
}

TEST_CASE("who wants more than any thumbnail gets the original as it was called") {
  World world;
  const std::string id = upload_image(world);

  CHECK(get(world, id, {.width = 4000, .height = 3000}) == Shown{"text/html", "the image"});
  CHECK(world.maker.jobs.empty());
}

TEST_CASE("what moves stands still however large it is asked for, unless movement is wanted") {
  World world;
  const std::string id = world.upload("GIF89a that moves", {"image/gif", {}});
  world.maker.answer = MadeThumbnail{.content_type = "image/png", .bytes = "its first picture"};
  const ThumbnailSize large{.width = 4000, .height = 3000};

  CHECK(get(world, id, large) == Shown{"image/png", "its first picture"});
  CHECK(get(world, id, {.width = 4000, .height = 3000, .form = ThumbnailForm::crop}) ==
        Shown{"image/png", "its first picture"});
  CHECK(world.maker.jobs.size() == 1);
  CHECK(world.maker.jobs.front().size.form == ThumbnailForm::still);
  CHECK(get(world, id, {.width = 4000, .height = 3000, .form = ThumbnailForm::animated}) ==
        Shown{"image/gif", "GIF89a that moves"});

  const std::string unseen = world.upload("GIF89a not looked at", {"image/gif", {}});
  world.maker.answer = NoThumbnail::not_now;
  CHECK(refusal([&] { get(world, unseen, large); }).starts_with("503"));

  // What the maker cannot look at is shown as it is, as what does not move is.
  for (const ThumbnailResult& result :
       {ThumbnailResult(NoThumbnail::not_an_image), ThumbnailResult(OriginalWillDo{"image/gif"})}) {
    const std::string other = world.upload("GIF89a that does not", {"image/gif", {}});
    world.maker.answer = result;
    CHECK(get(world, other, large) == Shown{"image/gif", "GIF89a that does not"});
  }
}

TEST_CASE("an image of which there can be no thumbnail is refused, and not tried again") {
  World world;
  const std::string id = upload_image(world);
  const auto code = [&] { return refusal([&] { get(world, id); }); };

  world.maker.answer = NoThumbnail::not_an_image;
  CHECK(code() == "400 M_UNKNOWN");
  world.scheduler.advance(std::chrono::hours(1));
  CHECK(code() == "400 M_UNKNOWN");
  CHECK(world.maker.jobs.size() == 1);
}

TEST_CASE("an image over which the worker broke or was late is tried again after a while") {
  for (const auto& [why, said] : {std::pair(NoThumbnail::broke_maker, "400 M_UNKNOWN"),
                                  std::pair(NoThumbnail::late, "503 M_UNKNOWN")}) {
    World world;
    const std::string id = upload_image(world);
    const auto code = [&] { return refusal([&] { get(world, id); }); };
    world.maker.answer = why;

    CHECK(code() == said);
    world.scheduler.advance(std::chrono::seconds(59));
    CHECK(code() == said);
    CHECK(world.maker.jobs.size() == 1);
    world.scheduler.advance(std::chrono::seconds(2));
    CHECK(code() == said);
    CHECK(world.maker.jobs.size() == 2);
    world.scheduler.advance(std::chrono::minutes(1));
    world.maker.answer = MadeThumbnail{.content_type = "image/png", .bytes = "small"};
    CHECK(get(world, id) == Shown{"image/png", "small"});
  }
}

TEST_CASE("each reason for no thumbnail has its code") {
  const auto code = [](NoThumbnail why) {
    World world;
    world.maker.answer = why;
    const std::string id = upload_image(world);
    return refusal([&] { get(world, id); });
  };

  CHECK(code(NoThumbnail::not_an_image) == "400 M_UNKNOWN");
  CHECK(code(NoThumbnail::too_large) == "413 M_TOO_LARGE");
  CHECK(code(NoThumbnail::late) == "503 M_UNKNOWN");
  CHECK(code(NoThumbnail::not_now) == "503 M_UNKNOWN");
}

TEST_CASE("when there was too much to do, the image is tried again") {
  World world;
  const std::string id = upload_image(world);
  world.maker.answer = NoThumbnail::not_now;
  CHECK(refusal([&] { get(world, id); }) == "503 M_UNKNOWN");

  world.maker.answer = MadeThumbnail{.content_type = "image/png", .bytes = "small"};

  CHECK(get(world, id) == Shown{"image/png", "small"});
}

TEST_CASE("a worker that crashes, hangs, lies or is not there costs one thumbnail") {
  World world;
  const support::TemporaryFolder folder;
  const std::string sleeper = folder.file("sleeper");
  std::ofstream(sleeper) << "#!/bin/sh\nexec sleep 1000\n";
  std::filesystem::permissions(sleeper, std::filesystem::perms::owner_all);
  const auto programs = runtime::make_programs();
  const auto result_of = [&](const std::string& program) {
    ThumbnailWorkers workers(
        *programs,
        {.program = program, .processes = 0, .deadline = std::chrono::milliseconds(300)});
    return std::get<NoThumbnail>(world.run(workers.make(job("an image"))));
  };

  CHECK(result_of("/bin/false") == NoThumbnail::broke_maker);    // ends with 1
  CHECK(result_of("/bin/true") == NoThumbnail::broke_maker);     // ends well, replies nothing
  CHECK(result_of("/bin/cat") == NoThumbnail::broke_maker);      // replies with its job
  CHECK(result_of("/usr/bin/yes") == NoThumbnail::broke_maker);  // writes without end
  CHECK(result_of(sleeper) == NoThumbnail::late);
  CHECK(result_of("/nowhere/worker") == NoThumbnail::not_now);
}

// Reads wait for the bell.
struct SlowImages {
  runtime::Task<std::string> read() {
    ++reading;
    most = std::max(most, reading);
    const std::uint64_t ticket = bell.ticket();
    if (!may_go) co_await bell.wait(ticket);
    --reading;
    co_return "an image";
  }
  runtime::Bell bell;
  bool may_go = false;
  int reading = 0;
  int most = 0;
};

runtime::Task<> make_and_note(ThumbnailWorkers& workers, ThumbnailJob job,
                              std::vector<NoThumbnail>& results) {
  results.push_back(std::get<NoThumbnail>(co_await workers.make(std::move(job))));
}

TEST_CASE("an image is read when a worker is free for it, however many wait") {
  World world;
  const auto programs = runtime::make_programs();
  ThumbnailWorkers workers(*programs, {.program = "/bin/false", .processes = 2, .most_waiting = 9});
  SlowImages images;
  std::vector<NoThumbnail> results;
  runtime::TaskGroup group("thumbnails");
  for (int i = 0; i < 12; ++i) {
    ThumbnailJob wanted{.read = [&images] { return images.read(); }, .size = kAvatar};
    group.spawn_on(world.scheduler, make_and_note(workers, std::move(wanted), results));
  }
  world.scheduler.run_ready();

  CHECK(images.reading == 2);
  // Those above the bound are refused at once.
  CHECK(results == std::vector<NoThumbnail>(3, NoThumbnail::not_now));
  images.may_go = true;
  images.bell.ring();
  world.run(group.join());
  CHECK(images.most == 2);
  CHECK(results.size() == 12);
  CHECK(std::ranges::count(results, NoThumbnail::broke_maker) == 9);
}

TEST_CASE("an image that cannot be read leaves its place to the next") {
  World world;
  const auto programs = runtime::make_programs();
  ThumbnailWorkers workers(*programs, {.program = "/bin/false", .processes = 0});
  const auto fail = []() -> runtime::Task<std::string> {
    throw protocol::ApiError(protocol::ErrorCode::not_found, "It is gone");
  };

  CHECK(refusal([&] {
          static_cast<void>(world.run(workers.make({.read = fail, .size = kAvatar})));
        }).starts_with("404"));
  CHECK(std::get<NoThumbnail>(world.run(workers.make(job("an image")))) ==
        NoThumbnail::broke_maker);
}

TEST_CASE("after stop there are no thumbnails") {
  World world;
  const auto programs = runtime::make_programs();
  ThumbnailWorkers workers(*programs, {.program = "/bin/cat", .processes = 0});

  workers.stop();

  CHECK(std::get<NoThumbnail>(world.run(workers.make(job("")))) == NoThumbnail::not_now);
}

}  // namespace chancery::media
