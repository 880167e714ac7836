// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/media/v3/upload
//
// Uploads content; it is encrypted as it comes in.
#include "api/media/incoming_content.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /_matrix/media/v3/upload"};

runtime::Task<http::Response> handle(media::Media& media, Call& call) {
  IncomingContent content(*call.request().body);
  const protocol::MediaUri uri = co_await media.upload(upload_of(call), content);
  co_return boundary::json_response(base::JsonObject{{"content_uri", uri.text()}});
}

}  // namespace

boundary::Route upload(media::Media& media) {
  return {
      .method = http::Method::post,
      .paths = {"/_matrix/media/v3/upload", "/_matrix/media/r0/upload", "/_matrix/media/v1/upload"},
      .guard = {.needs = {.capability = policy::Capability::act_as_member},
                .limit = boundary::LimitClass::media},
      .spec = kSpec,
      .endpoint = [&media](Call& call) { return handle(media, call); }};
}

}  // namespace chancery::media_api
