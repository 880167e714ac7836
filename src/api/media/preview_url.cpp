// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/media/preview_url
//
// Tells what the page behind a link says of itself.
#include "api/boundary/call.hpp"
#include "api/media/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/client/v1/media/preview_url"};

runtime::Task<http::Response> handle(media::UrlPreviews& previews, Call& call) {
  const auto url = call.query("url");
  if (!url) throw protocol::ApiError(protocol::ErrorCode::missing_param, "'url' is missing");
  // Which version is preferred: there is the newest one alone, but it must make sense.
  static_cast<void>(call.query_integer("ts"));
  co_return boundary::json_text_response(
      co_await previews.get(call.session().user, std::string(*url), call.gone()));
}

}  // namespace

boundary::Route preview_url(media::UrlPreviews& previews) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v1/media/preview_url", "/_matrix/media/v3/preview_url",
                    "/_matrix/media/r0/preview_url", "/_matrix/media/v1/preview_url"},
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::media},
          .spec = kSpec,
          .endpoint = [&previews](Call& call) { return handle(previews, call); }};
}

}  // namespace chancery::media_api
