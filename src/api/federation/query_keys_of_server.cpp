// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/key/v2/query/{serverName}
//
// The keys of one server; none but its own are known here (query_keys.cpp).
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"

namespace chancery::federation_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19", "GET /_matrix/key/v2/query/{serverName}"};

runtime::Task<http::Response> handle(keys::PublishedKeys& keys, Call& call) {
  base::JsonArray known;
  if (call.path("serverName") == keys.server().text()) known.emplace_back(keys.load());
  co_return boundary::json_response(base::JsonObject{{"server_keys", std::move(known)}});
}

}  // namespace

boundary::Route query_keys_of_server(keys::PublishedKeys& keys) {
  // COMPAT: servers from before v1.6 name a key behind the server.
  return {
      .method = http::Method::get,
      .paths = {"/_matrix/key/v2/query/{serverName}", "/_matrix/key/v2/query/{serverName}/{keyId}"},
      .guard = boundary::kOpen,
      .spec = kSpec,
      .endpoint = [&keys](Call& call) { return handle(keys, call); }};
}

}  // namespace chancery::federation_api
