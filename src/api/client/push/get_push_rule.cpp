// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}
//
// Returns one push rule.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /pushrules/global/{kind}/{ruleId}"};

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  const push::PushRules::Which which = push_rule_path(call);
  const protocol::PushRuleset ruleset = co_await rules.load(call.session().user);
  co_return boundary::json_response(
      protocol::push_rule_json(which.kind, get_push_rule_of(ruleset, which)));
}

}  // namespace

boundary::Route get_push_rule(push::PushRules& rules) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/pushrules/global/{kind}/{ruleId}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
