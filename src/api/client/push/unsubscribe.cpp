// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/unsubscribe
//
// What the button of the page behind a digest's link does: ends those mails. Mail programs do it by
// themselves, with the token in the query (RFC 8058). Nobody signs in for it: the link vouches for
// itself.
#include "api/boundary/call.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/unsubscribe"};

runtime::Task<http::Response> handle(push::MailDigests& digests, Call& call) {
  if (const auto token = call.query("token")) {
    co_await digests.unsubscribe(std::string(*token));
  } else {
    const base::JsonObject body = co_await call.json_body();
    co_await digests.unsubscribe(boundary::get_string(body, "token"));
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route unsubscribe(push::MailDigests& digests) {
  // Nothing is to be guessed, and a provider of mail sends what many of its people press.
  return {.method = http::Method::post,
          .paths = {"/_chancery/unsubscribe"},
          .guard = boundary::open_guard(boundary::LimitClass::write),
          .spec = kSpec,
          .endpoint = [&digests](Call& call) { return handle(digests, call); }};
}

}  // namespace chancery::client
