// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// /_matrix/client/v3/account/3pid and the requestToken endpoints
//
// Mail addresses and telephone numbers are not kept by this server: nobody has one, and none can
// be added.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

runtime::Task<http::Response> show_none() {
  co_return boundary::json_response(base::JsonObject{{"threepids", base::JsonArray{}}});
}

runtime::Task<http::Response> nothing_to_unbind() {
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", "no-support"}});
}

runtime::Task<http::Response> deny() {
  throw protocol::ApiError(protocol::ErrorCode::threepid_denied,
                           "This server keeps no mail addresses and telephone numbers");
}

constexpr boundary::Guard kStranger{.needs = {.capability = policy::Capability::open},
                                    .authentication = boundary::Authentication::none,
                                    .limit = boundary::LimitClass::sign_in};

// A path under v3; its operation is named like it.
struct Row {
  std::string_view operation;  // "POST " and the path
  boundary::Guard guard;
};
constexpr std::array kDenied{
    Row{"POST /account/3pid", boundary::kAccountHolder},
    Row{"POST /account/3pid/add", boundary::kAccountHolder},
    Row{"POST /account/3pid/bind", boundary::kAccountHolder},
    Row{"POST /register/email/requestToken", kStranger},
    Row{"POST /register/msisdn/requestToken", kStranger},
    Row{"POST /account/password/email/requestToken", kStranger},
    Row{"POST /account/password/msisdn/requestToken", kStranger},
    Row{"POST /account/3pid/email/requestToken", kStranger},
    Row{"POST /account/3pid/msisdn/requestToken", kStranger},
};
constexpr std::array kNothingToUnbind{
    // Whoever is suspended may add an address by which they are reached, but take none away.
    Row{"POST /account/3pid/delete", boundary::kMember},
    Row{"POST /account/3pid/unbind", boundary::kMember},
};

boundary::Route make_route(const Row& row, boundary::Endpoint endpoint) {
  constexpr std::string_view kMethod = "POST ";
  return {.method = http::Method::post,
          .paths = boundary::v3_paths(row.operation.substr(kMethod.size())),
          .guard = row.guard,
          .spec = {"client-server", "v1.19", row.operation},
          .endpoint = std::move(endpoint)};
}

}  // namespace

Routes third_party_id_routes() {
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/account/3pid"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /account/3pid"},
                    .endpoint = [](Call&) { return show_none(); }});
  for (const Row& row : kDenied) {
    routes.push_back(make_route(row, [](Call&) { return deny(); }));
  }
  for (const Row& row : kNothingToUnbind) {
    routes.push_back(make_route(row, [](Call&) { return nothing_to_unbind(); }));
  }
  return routes;
}

}  // namespace chancery::client
