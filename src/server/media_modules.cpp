// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/media_modules.hpp"

#include "server/named_files.hpp"

namespace chancery::server {
namespace {

media::UrlPreviews::Settings preview_settings(const Config::Media& config) {
  using Offered = media::UrlPreviews::Offered;
  return {.offered = config.url_previews ? Offered::yes : Offered::no,
          .denied = http::DestinationList::parse(config.url_preview_deny).value(),
          .providers = media::OembedProviders::parse(config.url_preview_oembed).value()};
}

}  // namespace

MediaModules::MediaModules(Stores& stores, const Config& config, const Ports& ports)
    : disk(runtime::open_disk(stores.folder.media_path())),
      programs(runtime::make_programs()),
      files({.disk = *disk, .workers = ports.workers, .random = ports.random}),
      sealed({.store = stores.media,
              .committer = stores.committer,
              .files = files,
              .keys = stores.key_ring,
              .clock = ports.clock,
              .random = ports.random}),
      media({.store = stores.media,
             .committer = stores.committer,
             .files = sealed,
             .recorder = stores.recorder,
             .clock = ports.clock,
             .random = ports.random},
            files,
            {.server = ports.server,
             .max_upload_bytes = static_cast<std::uint64_t>(config.media.max_upload_bytes),
             .quota_bytes_per_user = static_cast<std::uint64_t>(config.media.quota_bytes_per_user),
             .quota_info_url = config.media.quota_info_url}),
      workers(*programs, {.program = worker_path(config)}),
      thumbnails({.media = media,
                  .files = sealed,
                  .incoming = files,
                  .store = stores.media,
                  .maker = workers,
                  .clock = ports.clock}),
      preview_images(
          {.media = media, .store = stores.media, .maker = workers, .clock = ports.clock}),
      previews({.outbound = ports.outbound,
                .images = preview_images,
                .workers = ports.workers,
                .clock = ports.clock},
               preview_settings(config.media)) {}

runtime::Task<> MediaModules::keep_house() {
  co_await sealed.remove_orphans();
  co_await preview_images.remove_old();
}

void MediaModules::end_waiting() {
  media.end_waiting();
  previews.end_waiting();
}

runtime::Task<> MediaModules::stop() {
  workers.stop();
  co_await previews.stop();
}

std::vector<boundary::Route> MediaModules::routes(const Config& config) {
  return media_api::media_routes({.media = media,
                                  .thumbnails = thumbnails,
                                  .previews = previews,
                                  .legacy = config.media.legacy_unauthenticated
                                                ? media_api::LegacyPaths::open
                                                : media_api::LegacyPaths::closed});
}

}  // namespace chancery::server
