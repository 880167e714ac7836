// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/confirm_address
//
// What the button of the page behind a mail's link does: confirms that the address is one's own.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/confirm_address"};

runtime::Task<http::Response> handle(third_party_ids::Validations& validations, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto confirmed = co_await validations.confirm(boundary::get_string(body, "token"));
  base::JsonObject answer;
  if (confirmed.next_link) answer["next_link"] = *confirmed.next_link;
  co_return boundary::json_response(answer);
}

}  // namespace

boundary::Route confirm_address(third_party_ids::Validations& validations) {
  boundary::Guard guard = boundary::kOpen;
  guard.limit = boundary::LimitClass::sign_in;
  return {.method = http::Method::post,
          .paths = {"/_chancery/confirm_address"},
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&validations](Call& call) { return handle(validations, call); }};
}

}  // namespace chancery::client
