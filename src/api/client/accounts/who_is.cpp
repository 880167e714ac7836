// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/admin/whois/{userId}
//
// Says from where a user is signed in: to themself, and to the owner of the server.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/api_error.hpp"

#include <variant>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /admin/whois/{userId}"};

runtime::Task<http::Response> handle(accounts::Accounts& accounts, accounts::Devices& devices,
                                     runtime::Clock& clock, Call& call) {
  const protocol::UserId user = call.user_id();
  if (user != call.session().user) {
    const policy::Verdict verdict =
        policy::decide(call.session().subject(), {.capability = policy::Capability::administer},
                       user.text(), clock.now());
    if (const auto* refused = std::get_if<policy::Refused>(&verdict)) {
      throw ApiError(ErrorCode::forbidden, "This is for administrators")
          .because(std::string(refused->rule));
    }
  }
  co_await accounts.get(user);
  base::JsonObject by_device;
  for (const storage::StoredDevice& device : co_await devices.load(user)) {
    base::JsonArray connections;
    if (device.last_seen_at.milliseconds != 0) {
      connections.push_back(base::JsonObject{{"ip", device.last_seen_address},
                                             {"last_seen", device.last_seen_at.milliseconds},
                                             {"user_agent", device.last_seen_agent}});
    }
    base::JsonArray sessions{base::JsonObject{{"connections", std::move(connections)}}};
    by_device[device.device.text()] = base::JsonObject{{"sessions", std::move(sessions)}};
  }
  co_return boundary::json_response(
      base::JsonObject{{"user_id", user.text()}, {"devices", std::move(by_device)}});
}

}  // namespace

boundary::Route who_is(const AccountServices& services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/admin/whois/{userId}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&accounts = services.accounts, &devices = services.devices,
                       &clock = services.clock](Call& call) {
            return handle(accounts, devices, clock, call);
          }};
}

}  // namespace chancery::client
