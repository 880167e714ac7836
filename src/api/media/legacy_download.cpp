// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/media/v3/download/{serverName}/{mediaId}
//
// Downloads content without a token, where the operator allows that.
#include "api/media/content_response.hpp"
#include "api/media/legacy_route.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/media/v3/download/{serverName}/{mediaId}"};

runtime::Task<http::Response> handle(media::Media& media, Call& call) {
  media::FoundMedia found = co_await media.get(media_name(call), patience_of(call));
  media::Content content = co_await media.open(std::move(found));
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route legacy_download(media::Media& media, LegacyPaths legacy) {
  return legacy_route(kSpec, "download/{serverName}/{mediaId}", legacy,
                      [&media](Call& call) { return handle(media, call); });
}

}  // namespace chancery::media_api
