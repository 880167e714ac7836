// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/pushrules/global/
//
// Returns the push rules of the scope "global", which are all that there are.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /pushrules/global/"};

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  const protocol::PushRuleset ruleset = co_await rules.load(call.session().user);
  const base::JsonObject all = ruleset.to_json();
  co_return boundary::json_response(all.at("global"));
}

}  // namespace

boundary::Route get_global_push_rules(push::PushRules& rules) {
  return {.method = http::Method::get,
          .paths = with_and_without_slash("/pushrules/global"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
