// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}
//
// Downloads a smaller version of an image without a token.
#include "api/media/content_response.hpp"
#include "api/media/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}"};

runtime::Task<http::Response> handle(media::Thumbnails& thumbnails, LegacyPaths legacy,
                                     Call& call) {
  if (legacy == LegacyPaths::closed) {
    throw protocol::ApiError(protocol::ErrorCode::not_found,
                             "Media are to be had by the authenticated paths alone");
  }
  media::Content content =
      co_await thumbnails.get(media_name(call), thumbnail_size(call), patience_of(call));
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route legacy_thumbnail(media::Thumbnails& thumbnails, LegacyPaths legacy) {
  return {
      .method = http::Method::get,
      .paths = {"/_matrix/media/v3/thumbnail/{serverName}/{mediaId}",
                "/_matrix/media/r0/thumbnail/{serverName}/{mediaId}",
                "/_matrix/media/v1/thumbnail/{serverName}/{mediaId}"},
      .guard = {.needs = {.capability = policy::Capability::open},
                .authentication = boundary::Authentication::none,
                .limit = boundary::LimitClass::media},
      .spec = kSpec,
      .endpoint = [&thumbnails, legacy](Call& call) { return handle(thumbnails, legacy, call); }};
}

}  // namespace chancery::media_api
