// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// /_matrix/client/v3/thirdparty/…
//
// No bridges are known to this server: no network, no place on it, nobody there.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

#include <array>
#include <string_view>

namespace chancery::client {

using boundary::Call;

namespace {

runtime::Task<http::Response> show_no_networks() { co_return boundary::empty_response(); }

runtime::Task<http::Response> show_nothing() {
  co_return boundary::json_response(base::JsonArray{});
}

runtime::Task<http::Response> refuse_network() {
  throw protocol::ApiError(protocol::ErrorCode::not_found, "No such network");
}

boundary::Route make_route(std::string_view operation, boundary::Endpoint endpoint) {
  constexpr std::string_view kMethod = "GET ";
  return {.method = http::Method::get,
          .paths = boundary::v3_paths(operation.substr(kMethod.size())),
          .guard = boundary::kReader,
          .spec = {"client-server", "v1.19", operation},
          .endpoint = std::move(endpoint)};
}

}  // namespace

Routes third_party_network_routes() {
  constexpr std::array<std::string_view, 3> kOfOneNetwork{"GET /thirdparty/protocol/{protocol}",
                                                          "GET /thirdparty/location/{protocol}",
                                                          "GET /thirdparty/user/{protocol}"};
  constexpr std::array<std::string_view, 2> kOfAll{"GET /thirdparty/location",
                                                   "GET /thirdparty/user"};
  Routes routes;
  routes.push_back(
      make_route("GET /thirdparty/protocols", [](Call&) { return show_no_networks(); }));
  for (const std::string_view operation : kOfAll) {
    routes.push_back(make_route(operation, [](Call&) { return show_nothing(); }));
  }
  for (const std::string_view operation : kOfOneNetwork) {
    routes.push_back(make_route(operation, [](Call&) { return refuse_network(); }));
  }
  return routes;
}

}  // namespace chancery::client
