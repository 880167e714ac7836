// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thumbnail workers: the thumbnail maker that gives each image to a fresh process.
//
// The process is chancery-media-worker, which closes its own sandbox before it reads. A new one for
// each image costs some milliseconds and means that no image can learn of another.
//
// Concurrency: any scheduler; at most `processes` run at a time, and no more images than that are
//              in memory for thumbnails.
// Lifetime:    call `stop` before it dies, when schedulers still run.

#include "domain/media/thumbnail_maker.hpp"
#include "media_worker/wire/messages.hpp"
#include "runtime/programs.hpp"
#include "runtime/wait.hpp"
#include "runtime/worker_pool.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <variant>

namespace chancery::media {

class ThumbnailWorkers final : public ThumbnailMaker {
 public:
  struct Settings {
    std::string program;        // path of chancery-media-worker
    std::size_t processes = 2;  // 0: on the calling thread, for tests
    std::size_t most_waiting = 64;
    std::size_t most_output = 16 * 1024 * 1024;
    std::chrono::milliseconds deadline{10'000};
  };
  ThumbnailWorkers(runtime::Programs& programs, Settings settings);

  runtime::Task<ThumbnailResult> make(ThumbnailJob job) override;
  runtime::Task<MeasureResult> measure(std::string image) override;
  // Ends what runs; jobs from now on are `not_now`.
  void stop() { programs_.stop(); }

 private:
  using Reply = std::variant<media_wire::Reply, NoThumbnail>;
  // One of those that may hold an image.
  class Place;
  runtime::Task<Place> take_place();
  bool try_to_take();
  void give_back();
  runtime::Task<Reply> run_on_pool(media_wire::JobHead head, std::string image);
  Reply run(const media_wire::JobHead& head, std::string image);

  runtime::Programs& programs_;
  Settings settings_;
  std::atomic<std::size_t> waiting_ = 0;
  runtime::Turnstile gate_;  // who is inside waits for a place, before the others
  runtime::Bell freed_;
  std::mutex mutex_;
  std::size_t taken_ = 0;  // places
  runtime::WorkerPool pool_;
};

}  // namespace chancery::media
