// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A world for tests of media: a memory disk, an embedded database, true keys, a simulated clock.

#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/keys/stored_keys.hpp"
#include "domain/media/media.hpp"
#include "domain/media/thumbnails.hpp"
#include "domain/media/url_previews.hpp"
#include "protocol/api_error.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/sql/media_store.hpp"
#include "tests/support/memory_disk.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::media {

inline const auto kAlice =
    Actor{protocol::UserId::trusted("@alice:example.org"), protocol::DeviceId::trusted("PHONE")};
inline const auto kBob =
    Actor{protocol::UserId::trusted("@bob:example.org"), protocol::DeviceId::trusted("LAPTOP")};

// Text in pieces; throws after `breaks_after` of them.
struct GoneAway {};
class TextSource final : public ContentSource {
 public:
  explicit TextSource(std::string text, std::size_t piece = 10'000,
                      std::optional<std::size_t> breaks_after = {})
      : text_(std::move(text)), piece_(piece), breaks_after_(breaks_after) {}

  runtime::Task<std::string> next() override {
    if (breaks_after_ && pieces_ == *breaks_after_) throw GoneAway{};
    ++pieces_;
    std::string piece = text_.substr(0, piece_);
    text_.erase(0, piece.size());
    co_return piece;
  }
  [[nodiscard]] std::size_t pieces() const { return pieces_; }

 private:
  std::string text_;
  std::size_t piece_;
  std::optional<std::size_t> breaks_after_;
  std::size_t pieces_ = 0;
};

// A maker whose answers a test decides.
class ScriptedMaker final : public ThumbnailMaker {
 public:
  runtime::Task<ThumbnailResult> make(ThumbnailJob job) override {
    jobs.push_back({.image = co_await job.read(), .size = job.size});
    co_return answer;
  }
  runtime::Task<MeasureResult> measure(std::string image) override {
    measured.push_back(std::move(image));
    co_return shape;
  }
  ThumbnailResult answer = NoThumbnail::not_an_image;
  MeasureResult shape = ImageShape{.content_type = "image/png", .width = 30, .height = 20};
  std::vector<std::string> measured;
  struct Job {
    std::string image;
    ThumbnailSize size;
  };
  std::vector<Job> jobs;
};

struct World {
  explicit World(MediaSettings settings = {})
      : keys(root, {}, random),
        recorder(keys, random, scheduler.clock()),
        store(database.reader()),
        files({.disk = disk, .workers = workers, .random = random}),
        sealed({.store = store,
                .committer = database.committer(),
                .files = files,
                .keys = keys,
                .clock = scheduler.clock(),
                .random = random}),
        media({.store = store,
               .committer = database.committer(),
               .files = sealed,
               .recorder = recorder,
               .clock = scheduler.clock(),
               .random = random},
              files, with_server(std::move(settings))),
        thumbnails({.media = media,
                    .files = sealed,
                    .incoming = files,
                    .store = store,
                    .maker = maker,
                    .clock = scheduler.clock()}),
        preview_images(
            {.media = media, .store = store, .maker = maker, .clock = scheduler.clock()}),
        previews(
            {.outbound = outside,
             .images = preview_images,
             .workers = workers,
             .clock = scheduler.clock()},
            {.offered = UrlPreviews::Offered::yes,
             .denied =
                 http::DestinationList::parse(std::vector<std::string>{"*.denied.example"}).value(),
             .providers =
                 OembedProviders::parse(std::vector<std::string>{"*.listed.example "
                                                                 "https://listed.example/oembed"})
                     .value()}) {
    keys::follow_stored_keys(keys, database.committer());
  }

  ~World() { scheduler.run(previews.stop()); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  static MediaSettings with_server(MediaSettings settings) {
    settings.server = protocol::ServerName::trusted("example.org");
    return settings;
  }
  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler.run(std::move(task));
  }

  std::string upload(std::string content, Label label = {"text/plain", std::nullopt}) {
    TextSource source(std::move(content));
    return run(media.upload({.by = kAlice, .label = std::move(label), .length = {}}, source))
        .media_id;
  }
  runtime::Task<Content> fetch(std::string id) {
    FoundMedia found = co_await media.get({"example.org", std::move(id)}, {});
    co_return co_await media.open(std::move(found));
  }
  static runtime::Task<std::string> read_all(Content content) {
    std::string all;
    while (true) {
      const std::string piece = co_await content.reader->next();
      if (piece.empty()) co_return all;
      all += piece;
    }
  }
  std::string read(std::string id) { return run(read_all(run(fetch(std::move(id))))); }

  // Paths of all media files.
  std::vector<std::string> paths() {
    std::vector<std::string> found;
    const auto add = [&](const std::string& folder) {
      for (const std::string& name : disk.list(folder)) found.push_back(folder + "/" + name);
    };
    add("tmp");
    for (unsigned first = 0; first < 256; ++first) add(fmt::format("{:02x}", first));
    return found;
  }

  support::TemporaryStore database;
  support::SeededRandom random;
  runtime::SimulatedScheduler scheduler;
  support::MemoryDisk disk;
  runtime::WorkerPool workers{0};
  keys::RootKey root{std::string(32, 'r')};
  keys::EpochKeyRing keys;
  audit::SealedRecorder recorder;
  storage::sql::SqlMediaStore store;
  MediaFiles files;
  SealedFiles sealed;
  Media media;
  ScriptedMaker maker;
  Thumbnails thumbnails;
  support::ScriptedOutbound outside;
  PreviewImages preview_images;
  UrlPreviews previews;
};

// The error code with which `act` is refused; "" when it is not.
template <typename Act>
std::string refusal(Act act) {
  try {
    act();
    return "";
  } catch (const protocol::ApiError& error) {
    return fmt::format("{} {}", error.status(), protocol::error_code_name(error.code()));
  }
}

}  // namespace chancery::media
