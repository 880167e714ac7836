// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/key/v2/server
//
// The keys by which this server's signatures are verified. COMPAT: servers from before v1.6 name a
// key in the path; all keys are the answer, as the specification has it. The text is canonical
// JSON: who takes the signatures out of it has what was signed.
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"
#include "protocol/canonical_json.hpp"

namespace chancery::federation_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19", "GET /_matrix/key/v2/server"};

runtime::Task<http::Response> handle(keys::PublishedKeys& keys) {
  co_return boundary::json_text_response(protocol::canonical_json(keys.load()));
}

}  // namespace

boundary::Route server_keys(keys::PublishedKeys& keys) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/key/v2/server", "/_matrix/key/v2/server/{keyId}"},
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [&keys](Call&) { return handle(keys); }};
}

}  // namespace chancery::federation_api
