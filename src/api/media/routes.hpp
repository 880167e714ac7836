// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of media: upload, download, thumbnails, limits.

#include "api/boundary/route.hpp"
#include "domain/media/media.hpp"
#include "domain/media/thumbnails.hpp"
#include "domain/media/url_previews.hpp"

#include <cstdint>
#include <vector>

namespace chancery::media_api {

// Whether the paths from before authenticated media answer:
// `media.legacy_unauthenticated`.
enum class LegacyPaths : std::uint8_t { closed, open };

struct MediaServices {
  media::Media& media;
  media::Thumbnails& thumbnails;
  media::UrlPreviews& previews;
  LegacyPaths legacy = LegacyPaths::closed;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> media_routes(const MediaServices& services);

// One a file; those that are two differ in the file name at the end of the
// path.
[[nodiscard]] boundary::Route upload(media::Media& media);
[[nodiscard]] boundary::Route create_media(media::Media& media);
[[nodiscard]] boundary::Route upload_to(media::Media& media);
[[nodiscard]] boundary::Route media_config(media::Media& media);
[[nodiscard]] boundary::Route download(media::Media& media);
[[nodiscard]] boundary::Route download_named(media::Media& media);
[[nodiscard]] boundary::Route thumbnail(media::Thumbnails& thumbnails);
[[nodiscard]] boundary::Route preview_url(media::UrlPreviews& previews);
[[nodiscard]] boundary::Route legacy_download(media::Media& media, LegacyPaths legacy);
[[nodiscard]] boundary::Route legacy_download_named(media::Media& media, LegacyPaths legacy);
[[nodiscard]] boundary::Route legacy_thumbnail(media::Thumbnails& thumbnails, LegacyPaths legacy);

}  // namespace chancery::media_api
