// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The media modules, put together: files, their records, thumbnails by another program.

#include "api/media/routes.hpp"
#include "domain/media/media.hpp"
#include "domain/media/media_files.hpp"
#include "domain/media/sealed_files.hpp"
#include "domain/media/thumbnail_workers.hpp"
#include "domain/media/thumbnails.hpp"
#include "domain/media/url_previews.hpp"
#include "runtime/disk.hpp"
#include "runtime/programs.hpp"
#include "runtime/worker_pool.hpp"
#include "server/stores.hpp"

#include <memory>

namespace chancery::server {

struct MediaModules {
  struct Ports {
    runtime::Clock& clock;
    runtime::Random& random;
    runtime::WorkerPool& workers;
    protocol::ServerName server;
    http::Outbound& outbound;
  };
  MediaModules(Stores& stores, const Config& config, const Ports& ports);

  [[nodiscard]] std::vector<boundary::Route> routes(const Config& config);

  // What nobody asked for has to be removed now and then.
  runtime::Task<> keep_house();
  // Nobody waits for an upload or a page any more.
  void end_waiting();
  // After the last request.
  runtime::Task<> stop();

  std::unique_ptr<runtime::Disk> disk;
  std::unique_ptr<runtime::Programs> programs;
  media::MediaFiles files;
  media::SealedFiles sealed;
  media::Media media;
  media::ThumbnailWorkers workers;
  media::Thumbnails thumbnails;
  media::PreviewImages preview_images;
  media::UrlPreviews previews;
};

}  // namespace chancery::server
