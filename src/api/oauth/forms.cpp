// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/forms.hpp"

#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using oauth::OauthError;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

// "application/x-www-form-urlencoded", whatever parameters it has.
bool is_form(std::string_view content_type) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  if (content_type.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = content_type[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != kForm[i]) return false;
  }
  const std::string_view rest = content_type.substr(kForm.size());
  return rest.empty() || rest.front() == ';' || rest.front() == ' ';
}

unsigned status_of(OauthError error) {
  // RFC 6749 5.2; the rest is 400.
  if (error == OauthError::invalid_client) return 401;
  if (error == OauthError::temporarily_unavailable) return 503;
  return 400;
}

http::Response error_response(unsigned status, std::string_view error, std::string_view text) {
  http::Response response = boundary::json_response(
      base::JsonObject{{"error", error}, {"error_description", text}}, status);
  add_no_store(response);
  return response;
}

oauth::Parameters must_parse(std::string_view text, std::string_view what) {
  auto parameters = oauth::Parameters::parse(text);
  if (!parameters) {
    throw ApiError(ErrorCode::bad_json,
                   fmt::format("The {} is malformed or names one thing twice", what));
  }
  return *std::move(parameters);
}

}  // namespace

boundary::Guard form_guard(boundary::LimitClass limit) {
  boundary::Guard guard = boundary::open_guard(limit);
  guard.body_limit = kMostFormBytes;
  return guard;
}

runtime::Task<oauth::Parameters> read_form(boundary::Call& call) {
  if (!is_form(call.request().headers.find("Content-Type").value_or(""))) {
    throw ApiError(ErrorCode::bad_json, "The body must be application/x-www-form-urlencoded");
  }
  const std::string body = co_await http::read_body(call.request(), kMostFormBytes);
  co_return must_parse(body, "form");
}

std::string raw_query(boundary::Call& call) {
  const std::string& target = call.request().target;
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string() : target.substr(mark + 1);
}

oauth::Parameters read_query(boundary::Call& call) { return must_parse(raw_query(call), "query"); }

http::Response refuse(const oauth::Refusal& refusal) {
  return error_response(status_of(refusal.error), error_name(refusal.error), refusal.text);
}

http::Response show_tokens(const oauth::Granted& granted) {
  base::JsonObject body{{"access_token", granted.tokens.access_token}, {"token_type", "Bearer"}};
  if (granted.tokens.expires_in) {
    body["expires_in"] =
        std::chrono::duration_cast<std::chrono::seconds>(*granted.tokens.expires_in).count();
  }
  if (granted.tokens.refresh_token) body["refresh_token"] = *granted.tokens.refresh_token;
  // RFC 6749 5.1: left out where it is what was asked for.
  if (!granted.scope.empty()) body["scope"] = granted.scope;
  http::Response response = boundary::json_response(body);
  add_no_store(response);
  return response;
}

http::Response show_failure(const boundary::Failure& failure) {
  if (failure.status >= 500) return error_response(failure.status, "server_error", failure.text);
  if (failure.status == 429) {
    return error_response(failure.status, "temporarily_unavailable", failure.text);
  }
  if (failure.code == "M_FORBIDDEN" || failure.code == "M_USER_LOCKED" ||
      failure.code == "M_USER_DEACTIVATED") {
    return error_response(400, "invalid_grant", failure.text);
  }
  return error_response(failure.status == 413 ? 413 : 400, "invalid_request", failure.text);
}

void add_no_store(http::Response& response) {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Pragma", "no-cache");
}

}  // namespace chancery::oauth_api
