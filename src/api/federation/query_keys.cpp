// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/key/v2/query
//
// The keys of several servers. This server vouches for no other: of those asked for, its own keys
// are the answer, and others are left out, as the specification has it for what is not known.
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::federation_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19", "POST /_matrix/key/v2/query"};

runtime::Task<http::Response> handle(keys::PublishedKeys& keys, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const base::JsonObject* asked = boundary::optional_object(body, "server_keys");
  if (asked == nullptr) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param, "'server_keys' is missing");
  }
  base::JsonArray known;
  if (asked->contains(keys.server().text())) known.emplace_back(keys.load());
  co_return boundary::json_response(base::JsonObject{{"server_keys", std::move(known)}});
}

}  // namespace

boundary::Route query_keys(keys::PublishedKeys& keys) {
  return {.method = http::Method::post,
          .paths = {"/_matrix/key/v2/query"},
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [&keys](Call& call) { return handle(keys, call); }};
}

}  // namespace chancery::federation_api
