// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/oauth2/revoke
//
// Ends the session that a token is of (RFC 7009), whoever shows it: whoever finds a token that
// leaked shall be able to make it worthless.
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"rfc", "7009", "POST /_chancery/oauth2/revoke"};

runtime::Task<http::Response> handle(accounts::Sessions& sessions, Call& call) {
  const oauth::Parameters form = co_await read_form(call);
  if (!form.has("token")) {
    co_return refuse({oauth::OauthError::invalid_request, "token is missing"});
  }
  co_await sessions.revoke(std::string(form.get("token")));
  http::Response response = boundary::empty_response();
  add_no_store(response);
  co_return response;
}

}  // namespace

boundary::Route revoke_token(const Services& services) {
  return {
      .method = http::Method::post,
      .paths = {std::string(kRevokePath)},
      .guard = form_guard(boundary::LimitClass::write),
      .spec = kSpec,
      .endpoint = [&sessions = services.sessions](Call& call) { return handle(sessions, call); },
      .show_failure = show_failure};
}

}  // namespace chancery::oauth_api
