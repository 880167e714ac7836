// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/keys/signatures/upload
//
// Publishes signatures on keys of one's own or of others.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /keys/signatures/upload"};

runtime::Task<http::Response> handle(devices::CrossSigning& cross_signing, Call& call) {
  base::JsonObject body = co_await call.json_body();
  base::JsonObject failures =
      co_await cross_signing.add_signatures(call.session().user, std::move(body));
  co_return boundary::json_response(base::JsonObject{{"failures", std::move(failures)}});
}

}  // namespace

boundary::Route upload_signatures(devices::CrossSigning& cross_signing) {
  return {.method = http::Method::post,
          .paths = {"/_matrix/client/v3/keys/signatures/upload",
                    "/_matrix/client/r0/keys/signatures/upload",
                    "/_matrix/client/unstable/keys/signatures/upload"},
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&cross_signing](Call& call) { return handle(cross_signing, call); }};
}

}  // namespace chancery::client
