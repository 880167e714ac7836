// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/sendToDevice/{eventType}/{txnId}
//
// Sends messages to devices. Repeating a transaction id sends nothing.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "PUT /sendToDevice/{eventType}/{txnId}"};

void require_part(const Call& call) {
  const policy::Subject subject = call.session().subject();
  policy::require(policy::decide(subject, {.capability = policy::Capability::take_part}, "", {}),
                  subject);
}

runtime::Task<http::Response> handle(devices::ToDevice& to_device, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const base::JsonObject* messages = boundary::optional_object(body, "messages");
  if (messages == nullptr) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param, "'messages' is missing");
  }
  // One's own devices are verified like this, whatever the account's standing.
  for (const auto& [user, by_device] : *messages) {
    if (std::string_view(user) != call.session().user.text()) require_part(call);
  }
  co_await to_device.send({.from = {call.session().user, call.session().device},
                           .type = call.path("eventType"),
                           .transaction = call.transaction_id(),
                           .messages = *messages});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route send_to_device(devices::ToDevice& to_device) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/sendToDevice/{eventType}/{txnId}"),
          .guard = boundary::Guard{.needs = {.capability = policy::Capability::keep_own_device},
                                   .limit = boundary::LimitClass::message,
                                   .body_limit = 4 * 1024 * 1024},
          .spec = kSpec,
          .endpoint = [&to_device](Call& call) { return handle(to_device, call); }};
}

}  // namespace chancery::client
