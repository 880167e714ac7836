// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v1/server_version
// GET /_synapse/admin/v1/federation/destinations
//
// What tools ask of the server itself.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> show_version(const AdminServices& services) {
  co_return boundary::json_response(
      base::JsonObject{{"server_version", fmt::format("Chancery {}", services.version)}});
}

// There are none before this server speaks to others.
runtime::Task<http::Response> show_destinations(Call& call) {
  static_cast<void>(read_page(call));
  co_return boundary::json_response(
      base::JsonObject{{"destinations", base::JsonArray{}}, {"total", 0}});
}

}  // namespace

Routes server_fact_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /server_version"},
                               [services](Call&) { return show_version(services); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /federation/destinations"},
                               [](Call& call) { return show_destinations(call); }));
  return routes;
}

}  // namespace chancery::admin_api
