// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/new
// POST /_chancery/account/new
//
// Makes an account where the configuration lets people in, and signs the browser in.
#include "api/oauth/forms.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;

namespace {

constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/new"};
constexpr boundary::Spec kMakeSpec{"chancery", "v1", "POST /_chancery/account/new"};

struct Parts {
  accounts::Registration& registration;
  accounts::Sessions& sessions;
  Visitors visitors;
};

bool needs_token(const accounts::Registration& registration) {
  return entry_of(registration) == Entry::token;
}

void require_entry(const accounts::Registration& registration) {
  if (entry_of(registration) != Entry::closed) return;
  throw ApiError(protocol::ErrorCode::forbidden, "Nobody can make an account on this page");
}

http::Response show_form(const Parts& parts, const Visitor& visitor, const std::string& next,
                         std::string_view name, std::string_view fault) {
  const std::string least = std::to_string(parts.visitors.site().password_min_length);
  Html body = complaint(fault);
  body.append(Visitors::begin_form(visitor, kNewAccountPath));
  body.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  body.append(field("username", "Username", "text",
                    {{"autocomplete", "username"},
                     {"autocapitalize", "none"},
                     {"autocorrect", "off"},
                     {"spellcheck", "false"},
                     {"required", ""},
                     {"maxlength", "200"},
                     {"value", name},
                     {"aria-describedby", "name-hint"}}));
  body.element("p", {{"class", "hint"}, {"id", "name-hint"}},
               "Small letters, digits and . _ = - / + only; it cannot be changed later.");
  body.append(field("password", "Password", "password",
                    {{"autocomplete", "new-password"},
                     {"required", ""},
                     {"maxlength", "512"},
                     {"aria-describedby", "password-hint"}}));
  body.element("p", {{"class", "hint"}, {"id", "password-hint"}},
               "At least " + least +
                   " characters. A few words that you can remember are better "
                   "than one that you cannot.");
  body.append(field("again", "Repeat the password", "password",
                    {{"autocomplete", "new-password"}, {"required", ""}, {"maxlength", "512"}}));
  if (needs_token(parts.registration)) {
    body.append(field("registration_token", "Registration token", "text",
                      {{"autocomplete", "off"},
                       {"spellcheck", "false"},
                       {"required", ""},
                       {"maxlength", "64"},
                       {"aria-describedby", "token-hint"}}));
    body.element("p", {{"class", "hint"}, {"id", "token-hint"}},
                 "Whoever runs this server gives it out.");
  }
  body.element("button", {{"type", "submit"}}, "Make the account").close("form");
  const std::string address = std::string(kSignInPath) + "?next=" + oauth::encode_component(next);
  body.open("p").element("a", {{"href", address}}, "I have an account").close("p");
  return parts.visitors.show(
      visitor, {.status = fault.empty() ? 200U : 400U, .title = "Make an account", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  const Visitor visitor = co_await parts.visitors.look(call);
  co_return show_form(parts, visitor, own_path(read_query(call).get("next")), "", "");
}

// The new account's id. Throws ApiError.
runtime::Task<protocol::UserId> make(accounts::Registration& registration, oauth::Parameters form) {
  accounts::RegisterRequest request{.username = std::string(form.get("username")),
                                    .password = std::string(form.get("password")),
                                    .device = std::nullopt,
                                    .device_name = {},
                                    .sign_in = accounts::RegisterRequest::SignIn::no,
                                    .registration_token = {}};
  co_await registration.check(request.username, request.password);
  std::string token;
  if (needs_token(registration)) {
    token = form.get("registration_token");
    const bool is_reserved = co_await registration.tokens().reserve(token);
    if (!is_reserved) {
      throw ApiError(protocol::ErrorCode::forbidden, "No such registration token");
    }
    request.registration_token = token;
  }
  std::exception_ptr failure;
  std::optional<accounts::Registered> registered;
  try {
    registered = co_await registration.register_account(std::move(request));
  } catch (...) {  // the token is free again; the failure goes on
    failure = std::current_exception();
  }
  if (!token.empty()) registration.tokens().release(token);
  if (failure) std::rethrow_exception(failure);
  co_return std::move(registered->user);
}

runtime::Task<http::Response> handle(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  Visitors::Posted posted = co_await parts.visitors.read(call);
  const std::string next = own_path(posted.form.get("next"));
  const std::string name(posted.form.get("username"));
  if (posted.form.get("password") != posted.form.get("again")) {
    co_return show_form(parts, posted.visitor, next, name, "The two passwords are not the same.");
  }
  std::optional<protocol::UserId> user;
  std::string fault;
  try {
    user = co_await make(parts.registration, posted.form);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  if (!user) co_return show_form(parts, posted.visitor, next, name, fault);
  accounts::Proof proof = co_await parts.sessions.prove(*user);
  parts.visitors.sign_in(posted.visitor, *std::move(user), std::move(proof));
  co_return parts.visitors.redirect(posted.visitor, next);
}

}  // namespace

Routes new_account_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.registration = services.registration,
                                          .sessions = services.sessions,
                                          .visitors = Visitors(services.browsers, services.site)});
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = {std::string(kNewAccountPath)},
                    .guard = page_guard(boundary::LimitClass::read),
                    .spec = kShowSpec,
                    .endpoint = [parts](Call& call) { return show(*parts, call); },
                    .show_failure = page_failures(services.site)});
  routes.push_back({.method = http::Method::post,
                    .paths = {std::string(kNewAccountPath)},
                    .guard = page_guard(boundary::LimitClass::registration),
                    .spec = kMakeSpec,
                    .endpoint = [parts](Call& call) { return handle(*parts, call); },
                    .show_failure = page_failures(services.site)});
  return routes;
}

}  // namespace chancery::oauth_api
