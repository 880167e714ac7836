// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/legacy_route.hpp"

#include "protocol/api_error.hpp"

#include <fmt/core.h>

#include <utility>

namespace chancery::media_api {
namespace {

runtime::Task<http::Response> refuse() {
  throw protocol::ApiError(protocol::ErrorCode::not_found,
                           "Media are to be had by the authenticated paths alone");
  co_return http::Response();
}

}  // namespace

boundary::Route legacy_route(boundary::Spec spec, std::string_view below, LegacyPaths legacy,
                             boundary::Endpoint endpoint) {
  boundary::Route route{.method = http::Method::get,
                        .paths = {},
                        .guard = {.needs = {.capability = policy::Capability::open},
                                  .authentication = boundary::Authentication::none,
                                  .limit = boundary::LimitClass::media},
                        .spec = spec,
                        .endpoint = std::move(endpoint)};
  for (const std::string_view version : {"v3", "r0", "v1"}) {
    route.paths.push_back(fmt::format("/_matrix/media/{}/{}", version, below));
  }
  if (legacy == LegacyPaths::closed) {
    route.endpoint = [](boundary::Call&) { return refuse(); };
  }
  return route;
}

}  // namespace chancery::media_api
