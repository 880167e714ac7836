// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/oauth2/par
//
// Keeps a request for authorization, so that the browser carries no more than its name (RFC 9126).
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"rfc", "9126", "POST /_chancery/oauth2/par"};

runtime::Task<http::Response> handle(oauth::Authorizations& authorizations, Call& call) {
  auto name = co_await authorizations.push(co_await read_form(call));
  if (!name) co_return refuse(name.error());
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(oauth::Authorizations::kPushedLifetime);
  http::Response response = boundary::json_response(
      base::JsonObject{{"request_uri", *name}, {"expires_in", lifetime.count()}}, 201);
  add_no_store(response);
  co_return response;
}

}  // namespace

boundary::Route push_request(const Services& services) {
  return {.method = http::Method::post,
          .paths = {std::string(kPushPath)},
          .guard = form_guard(boundary::LimitClass::sign_in),
          .spec = kSpec,
          .endpoint = [&authorizations = services.authorizations](
                          Call& call) { return handle(authorizations, call); },
          .show_failure = show_failure};
}

}  // namespace chancery::oauth_api
