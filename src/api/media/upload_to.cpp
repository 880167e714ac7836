// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/media/v3/upload/{serverName}/{mediaId}
//
// Uploads content to a media id that was given out before.
#include "api/media/content_response.hpp"
#include "api/media/incoming_content.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /_matrix/media/v3/upload/{serverName}/{mediaId}"};

runtime::Task<http::Response> handle(media::Media& media, Call& call) {
  IncomingContent content(*call.request().body);
  co_await media.upload_to(media_name(call), upload_of(call), content);
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route upload_to(media::Media& media) {
  return {.method = http::Method::put,
          .paths = {"/_matrix/media/v3/upload/{serverName}/{mediaId}",
                    "/_matrix/media/r0/upload/{serverName}/{mediaId}"},
          .guard = {.needs = {.capability = policy::Capability::act_as_member},
                    .limit = boundary::LimitClass::media},
          .spec = kSpec,
          .endpoint = [&media](Call& call) { return handle(media, call); }};
}

}  // namespace chancery::media_api
