// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v1/appservice/{appserviceId}/ping
//
// Asks this server to reach the application service that asks, and says how long that took.
#include "api/boundary/call.hpp"
#include "api/client/application_services/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /appservice/{appserviceId}/ping"};

runtime::Task<http::Response> handle(appservices::Pings& pings, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const auto took =
      co_await pings.ping(call.session(), call.path("appserviceId"),
                          boundary::optional_string(body, "transaction_id"), call.gone());
  co_return boundary::json_response(base::JsonObject{{"duration_ms", took.count()}});
}

}  // namespace

boundary::Route ping_application_service(appservices::Pings& pings) {
  std::vector<std::string> paths = boundary::v1_paths("/appservice/{appserviceId}/ping");
  // COMPAT: bridges that ask before they have looked at /versions; may go when they do not.
  paths.emplace_back("/_matrix/client/unstable/fi.mau.msc2659/appservice/{appserviceId}/ping");
  return {.method = http::Method::post,
          .paths = std::move(paths),
          .guard = boundary::Guard{.needs = {.capability = policy::Capability::use_client},
                                   .limit = boundary::LimitClass::write},
          .spec = kSpec,
          .endpoint = [&pings](Call& call) { return handle(pings, call); }};
}

}  // namespace chancery::client
