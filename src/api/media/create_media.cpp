// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/media/v1/create
//
// Gives out a media id to upload to later.
#include "api/boundary/call.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /_matrix/media/v1/create"};

runtime::Task<http::Response> handle(media::Media& media, Call& call) {
  const accounts::Session& session = call.session();
  const media::Media::Promise promise =
      co_await media.promise(media::Actor{.user = session.user, .device = session.device});
  co_return boundary::json_response(base::JsonObject{
      {"content_uri", promise.uri.text()}, {"unused_expires_at", promise.expires_at.milliseconds}});
}

}  // namespace

boundary::Route create_media(media::Media& media) {
  return {.method = http::Method::post,
          .paths = {"/_matrix/media/v1/create"},
          .guard = {.needs = {.capability = policy::Capability::act_as_member},
                    .limit = boundary::LimitClass::media},
          .spec = kSpec,
          .endpoint = [&media](Call& call) { return handle(media, call); }};
}

}  // namespace chancery::media_api
