// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}
//
// Downloads content without a token under a name that the client gives.
#include "api/media/content_response.hpp"
#include "api/media/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}"};

runtime::Task<http::Response> handle(media::Media& media, LegacyPaths legacy, Call& call) {
  if (legacy == LegacyPaths::closed) {
    throw protocol::ApiError(protocol::ErrorCode::not_found,
                             "Media are to be had by the authenticated paths alone");
  }
  media::FoundMedia found = co_await media.get(media_name(call), patience_of(call));
  media::Content content = co_await media.open(std::move(found));
  content.label.file_name = call.path("fileName");
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route legacy_download_named(media::Media& media, LegacyPaths legacy) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}",
                    "/_matrix/media/r0/download/{serverName}/{mediaId}/{fileName}",
                    "/_matrix/media/v1/download/{serverName}/{mediaId}/{fileName}"},
          .guard = {.needs = {.capability = policy::Capability::open},
                    .authentication = boundary::Authentication::none,
                    .limit = boundary::LimitClass::media},
          .spec = kSpec,
          .endpoint = [&media, legacy](Call& call) { return handle(media, legacy, call); }};
}

}  // namespace chancery::media_api
