// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/pushers/set
//
// Makes, changes or removes a pusher.
#include "api/boundary/call.hpp"
#include "api/client/push/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /pushers/set"};

push::Pusher read_pusher(const base::JsonObject& body) {
  push::Pusher pusher{.app_id = boundary::get_string(body, "app_id"),
                      .pushkey = boundary::get_string(body, "pushkey"),
                      .kind = boundary::get_string(body, "kind"),
                      .app_display_name = boundary::get_string(body, "app_display_name"),
                      .device_display_name = boundary::get_string(body, "device_display_name"),
                      .profile_tag = boundary::optional_string(body, "profile_tag").value_or(""),
                      .lang = boundary::get_string(body, "lang"),
                      .data = {}};
  const base::JsonObject* found = boundary::optional_object(body, "data");
  if (found == nullptr) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param, "'data' is missing");
  }
  pusher.data = *found;
  const bool is_enabled = boundary::optional_bool(body, "org.matrix.msc3881.enabled")
                              .value_or(boundary::optional_bool(body, "enabled").value_or(true));
  pusher.enabled = is_enabled ? push::Pusher::Enabled::yes : push::Pusher::Enabled::no;
  return pusher;
}

runtime::Task<http::Response> handle(push::Pushers& pushers, Call& call) {
  using Others = push::Pushers::Others;
  const base::JsonObject body = co_await call.json_body();
  const base::Json* kind = body.if_contains("kind");
  if (kind != nullptr && kind->is_null()) {
    co_await pushers.remove(call.session(), boundary::get_string(body, "app_id"),
                            boundary::get_string(body, "pushkey"));
  } else {
    const bool append = boundary::optional_bool(body, "append").value_or(false);
    co_await pushers.put(call.session(), read_pusher(body),
                         append ? Others::kept : Others::removed);
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route set_pusher(push::Pushers& pushers) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/pushers/set"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&pushers](Call& call) { return handle(pushers, call); }};
}

}  // namespace chancery::client
