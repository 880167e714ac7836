// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}
//
// Downloads a smaller version of an image without a token.
#include "api/media/content_response.hpp"
#include "api/media/legacy_route.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}"};

runtime::Task<http::Response> handle(media::Thumbnails& thumbnails, Call& call) {
  media::Content content =
      co_await thumbnails.get(media_name(call), thumbnail_size(call), patience_of(call));
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route legacy_thumbnail(media::Thumbnails& thumbnails, LegacyPaths legacy) {
  return legacy_route(kSpec, "thumbnail/{serverName}/{mediaId}", legacy,
                      [&thumbnails](Call& call) { return handle(thumbnails, call); });
}

}  // namespace chancery::media_api
