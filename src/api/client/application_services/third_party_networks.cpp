// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/thirdparty/protocols
// GET /_matrix/client/v3/thirdparty/protocol/{protocol}
// GET /_matrix/client/v3/thirdparty/location/{protocol}
// GET /_matrix/client/v3/thirdparty/user/{protocol}
// GET /_matrix/client/v3/thirdparty/location
// GET /_matrix/client/v3/thirdparty/user
//
// What application services tell of the networks that they bridge to.
#include "api/boundary/call.hpp"
#include "api/client/application_services/routes.hpp"
#include "protocol/api_error.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace chancery::client {

using appservices::Networks;
using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> show_all(Networks& networks, Call& call) {
  co_return boundary::json_response(co_await networks.describe_all(call.gone()));
}

runtime::Task<http::Response> show_one(Networks& networks, Call& call) {
  co_return boundary::json_response(co_await networks.describe(call.path("protocol"), call.gone()));
}

// What the client asks for, but for how it is asked.
Networks::Fields read_fields(const Call& call) {
  Networks::Fields fields;
  for (const auto& [name, value] : call.query_parameters()) {
    if (name != "access_token" && name != "user_id") fields.emplace_back(name, value);
  }
  return fields;
}

runtime::Task<http::Response> find(Networks& networks, Networks::Sought sought, Call& call) {
  co_return boundary::json_response(
      co_await networks.find(sought, call.path("protocol"), read_fields(call), call.gone()));
}

std::string get_query(const Call& call, std::string_view name) {
  const auto value = call.query(name);
  if (!value) throw ApiError(ErrorCode::missing_param, "'" + std::string(name) + "' is missing");
  return std::string(*value);
}

runtime::Task<http::Response> find_behind_alias(Networks& networks, Call& call) {
  auto alias = protocol::RoomAlias::parse(get_query(call, "alias"));
  if (!alias) throw ApiError(ErrorCode::invalid_param, "'alias' is no alias");
  co_return boundary::json_response(co_await networks.find_behind(*std::move(alias), call.gone()));
}

runtime::Task<http::Response> find_behind_user(Networks& networks, Call& call) {
  auto user = protocol::UserId::parse(get_query(call, "userid"));
  if (!user) throw ApiError(ErrorCode::invalid_param, "'userid' is no user id");
  co_return boundary::json_response(co_await networks.find_behind(*std::move(user), call.gone()));
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

std::vector<boundary::Route> third_party_network_routes(Networks& networks) {
  using Sought = Networks::Sought;
  std::vector<boundary::Route> routes;
  routes.push_back(make_route("GET /thirdparty/protocols",
                              [&networks](Call& call) { return show_all(networks, call); }));
  routes.push_back(make_route("GET /thirdparty/protocol/{protocol}",
                              [&networks](Call& call) { return show_one(networks, call); }));
  routes.push_back(make_route("GET /thirdparty/location/{protocol}", [&networks](Call& call) {
    return find(networks, Sought::locations, call);
  }));
  routes.push_back(make_route("GET /thirdparty/user/{protocol}", [&networks](Call& call) {
    return find(networks, Sought::users, call);
  }));
  routes.push_back(make_route("GET /thirdparty/location", [&networks](Call& call) {
    return find_behind_alias(networks, call);
  }));
  routes.push_back(make_route("GET /thirdparty/user", [&networks](Call& call) {
    return find_behind_user(networks, call);
  }));
  return routes;
}

}  // namespace chancery::client
