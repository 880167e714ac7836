// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}
//
// Makes or changes a push rule, and places it before or after another.
#include "api/boundary/call.hpp"
#include "api/client/push/push_rule_path.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "PUT /pushrules/global/{kind}/{ruleId}"};

std::optional<std::string> neighbour(const Call& call, std::string_view name) {
  const auto id = call.query(name);
  if (!id) return std::nullopt;
  return std::string(*id);
}

runtime::Task<http::Response> handle(push::PushRules& rules, Call& call) {
  const protocol::PushRuleKind kind = push_rule_kind(call);
  base::JsonObject body = co_await call.json_body();
  co_await rules.put(call.session(), {.kind = kind,
                                      .id = call.path("ruleId"),
                                      .body = std::move(body),
                                      .before = neighbour(call, "before"),
                                      .after = neighbour(call, "after")});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route put_push_rule(push::PushRules& rules) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/pushrules/global/{kind}/{ruleId}"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&rules](Call& call) { return handle(rules, call); }};
}

}  // namespace chancery::client
