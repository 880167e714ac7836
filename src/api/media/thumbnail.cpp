// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}
//
// Downloads a smaller version of an image.
#include "api/media/content_response.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}"};

runtime::Task<http::Response> handle(media::Thumbnails& thumbnails, Call& call) {
  media::Content content =
      co_await thumbnails.get(media_name(call), thumbnail_size(call), patience_of(call));
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route thumbnail(media::Thumbnails& thumbnails) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}"},
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::read},
          .spec = kSpec,
          .endpoint = [&thumbnails](Call& call) { return handle(thumbnails, call); }};
}

}  // namespace chancery::media_api
