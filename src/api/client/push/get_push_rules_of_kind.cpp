// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/pushrules/global/{kind}/
//
// Returns the push rules of one kind. COMPAT: sytest and older clients; in no specification since
// r0.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /pushrules/global/{kind}/"};

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  const protocol::PushRuleKind kind = push_rule_kind(call);
  const protocol::PushRuleset ruleset = co_await rules.load(call.session().user);
  base::JsonArray list;
  for (const protocol::PushRule& rule : ruleset.rules(kind)) {
    list.emplace_back(protocol::push_rule_json(kind, rule));
  }
  co_return boundary::json_response(list);
}

}  // namespace

boundary::Route get_push_rules_of_kind(push::PushRules& rules) {
  return {.method = http::Method::get,
          .paths = with_and_without_slash("/pushrules/global/{kind}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
