// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled
//
// Switches a push rule on or off.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /pushrules/global/{kind}/{ruleId}/enabled"};

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  push::PushRules::Which which = push_rule_path(call);
  const base::JsonObject body = co_await call.json_body();
  const std::optional<bool> enabled = boundary::optional_bool(body, "enabled");
  if (!enabled) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param, "'enabled' is missing");
  }
  co_await rules.set_state(
      call.session(), std::move(which),
      *enabled ? protocol::PushRuleState::enabled : protocol::PushRuleState::disabled);
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route set_push_rule_enabled(push::PushRules& rules) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/pushrules/global/{kind}/{ruleId}/enabled"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
