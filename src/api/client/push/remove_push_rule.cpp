// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// DELETE /_matrix/client/v3/pushrules/global/{kind}/{ruleId}
//
// Removes a push rule of the user.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "DELETE /pushrules/global/{kind}/{ruleId}"};

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  co_await rules.remove(call.session(), push_rule_path(call));
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route remove_push_rule(push::PushRules& rules) {
  return {.method = http::Method::del,
          .paths = boundary::v3_paths("/pushrules/global/{kind}/{ruleId}"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
