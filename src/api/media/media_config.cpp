// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/media/config
//
// Says how large an upload may be.
#include "api/boundary/call.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /_matrix/client/v1/media/config"};

runtime::Task<http::Response> handle(media::Media& media, Call&) {
  co_return boundary::json_response(
      base::JsonObject{{"m.upload.size", media.settings().max_upload_bytes}});
}

}  // namespace

boundary::Route media_config(media::Media& media) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v1/media/config", "/_matrix/media/v3/config",
                    "/_matrix/media/r0/config", "/_matrix/media/v1/config"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&media](Call& call) { return handle(media, call); }};
}

}  // namespace chancery::media_api
