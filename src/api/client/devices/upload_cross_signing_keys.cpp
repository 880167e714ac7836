// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/keys/device_signing/upload
//
// Publishes cross-signing keys. The first time a session is enough; a change needs the password, or
// the word of who it is on the account page.
#include "api/boundary/call.hpp"
#include "api/client/accounts/interactive_auth.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;
using devices::CrossSigning;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /keys/device_signing/upload"};

runtime::Task<http::Response> handle(CrossSigning& cross_signing, InteractiveAuth& interactive,
                                     Call& call) {
  base::JsonObject body = co_await call.json_body();
  const protocol::UserId& user = call.session().user;
  const auto first = co_await cross_signing.upload(user, body, CrossSigning::Proof::none);
  if (first == CrossSigning::Upload::needs_authentication) {
    if (auto challenge = co_await interactive.ask_for_reset(call, body)) {
      co_return *std::move(challenge);
    }
    co_await cross_signing.upload(user, std::move(body), CrossSigning::Proof::authenticated);
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route upload_cross_signing_keys(CrossSigning& cross_signing,
                                          InteractiveAuth& interactive) {
  return {.method = http::Method::post,
          .paths = {"/_matrix/client/v3/keys/device_signing/upload",
                    "/_matrix/client/r0/keys/device_signing/upload",
                    "/_matrix/client/unstable/keys/device_signing/upload"},
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [&cross_signing, &interactive](Call& call) {
            return handle(cross_signing, interactive, call);
          }};
}

}  // namespace chancery::client
