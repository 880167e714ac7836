// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}
//
// Downloads content under a name that the client gives.
#include "api/media/content_response.hpp"
#include "api/media/routes.hpp"

namespace chancery::media_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{
    "client-server", "v1.19",
    "GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}"};

runtime::Task<http::Response> handle(media::Media& media, Call& call) {
  media::FoundMedia found = co_await media.get(media_name(call), patience_of(call));
  media::Content content = co_await media.open(std::move(found));
  content.label.file_name = call.path("fileName");
  co_return content_response(call, std::move(content));
}

}  // namespace

boundary::Route download_named(media::Media& media) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v1/media/download/{serverName}/{mediaId}/"
                    "{fileName}"},
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::read},
          .spec = kSpec,
          .endpoint = [&media](Call& call) { return handle(media, call); }};
}

}  // namespace chancery::media_api
