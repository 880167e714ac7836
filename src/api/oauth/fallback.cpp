// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/auth/{authType}/fallback/web
// POST /_matrix/client/v3/auth/{authType}/fallback/web
//
// A stage of interactive authentication as a page, for clients that do not know the stage.
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"client-server", "v1.19", "GET /auth/{authType}/fallback/web"};
constexpr boundary::Spec kAnswerSpec{"client-server", "v1.19",
                                     "POST /auth/{authType}/fallback/web"};
constexpr std::string_view kDummy = "m.login.dummy";
constexpr std::string_view kToken = "m.login.registration_token";
constexpr std::string_view kPassword = "m.login.password";

struct Parts {
  accounts::InteractiveSessions& sessions;
  accounts::Registration& registration;
  accounts::SignIn& sign_in;
  Visitors visitors;
};

struct Stage {
  std::string type;
  std::string session;
  accounts::InteractiveOperation operation;
};

// Throws ApiError when there is no such session, or the stage is none of its operation's.
Stage find_stage(const Parts& parts, std::string type, std::string session) {
  auto begun = parts.sessions.find_begun(session);
  if (!begun) {
    throw ApiError(ErrorCode::not_found,
                   "This page is out of date. Go back to your app and try once more.");
  }
  bool is_offered = false;
  if (begun->operation.who.empty()) {
    is_offered = (type == kDummy || type == kToken) &&
                 std::ranges::any_of(parts.registration.flows(), [&](const auto& stages) {
                   return std::ranges::find(stages, type) != stages.end();
                 });
  } else {
    is_offered = type == kPassword;
  }
  if (!is_offered) throw ApiError(ErrorCode::not_found, "There is no such page here.");
  return {.type = std::move(type),
          .session = std::move(session),
          .operation = std::move(begun->operation)};
}

// What is going on, in words.
std::string purpose_of(const Stage& stage) {
  if (stage.operation.who.empty()) return "An app is making an account for you on this server.";
  const std::string_view request = stage.operation.request;
  const auto ends = [&](std::string_view end) { return request.ends_with(end); };
  std::string what = "change something that needs your word for it";
  if (request.find("/devices/") != std::string_view::npos || ends("/delete_devices")) {
    what = "sign sessions of yours out";
  } else if (ends("/account/deactivate")) {
    what = "end your account for good";
  } else if (ends("/account/password")) {
    what = "change your password";
  } else if (ends("/keys/device_signing/upload")) {
    what = "replace the keys by which others know you";
  } else if (ends("/login/get_token")) {
    what = "sign in another device";
  }
  return "An app of " + stage.operation.who + " wants to " + what +
         ". If you did not ask for that, close this page: somebody may have access to your "
         "account.";
}

http::Response show_stage(const Parts& parts, const Stage& stage, std::string_view fault) {
  Html body = complaint(fault);
  body.element("p", purpose_of(stage));
  body.open("form", {{"method", "post"}});
  body.empty("input", {{"type", "hidden"}, {"name", "session"}, {"value", stage.session}});
  if (stage.type == kToken) {
    body.append(field(
        "registration_token", "Registration token", "text",
        {{"autocomplete", "off"}, {"spellcheck", "false"}, {"required", ""}, {"maxlength", "64"}}));
  } else if (stage.type == kPassword) {
    body.append(password_field("Password of " + stage.operation.who));
  }
  body.element("button", {{"type", "submit"}}, "Go on").close("form");
  return pages::show_page(
      parts.visitors.site().server_name,
      {.status = fault.empty() ? 200U : 401U, .title = "Confirm that it is you", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Stage stage =
      find_stage(parts, call.path("authType"), std::string(read_query(call).get("session")));
  co_return show_stage(parts, stage, "");
}

// Throws ApiError when what was typed is not right.
runtime::Task<> pass(const Parts& parts, const Stage& stage, const oauth::Parameters& form,
                     std::string address) {
  // Sent once more by a browser: what was shown counts once.
  const auto begun = parts.sessions.find_begun(stage.session);
  if (begun && begun->progress.completed.contains(stage.type)) co_return;
  std::string token;
  if (stage.type == kPassword) {
    co_await parts.sign_in.check({.user = stage.operation.who,
                                  .password = std::string(form.get("password")),
                                  .address = std::move(address)});
  } else if (stage.type == kToken) {
    token = form.get("registration_token");
    const bool is_reserved = co_await parts.registration.tokens().reserve(token);
    if (!is_reserved) throw ApiError(ErrorCode::unauthorized, "No such registration token");
  }
  const bool is_kept = parts.sessions.complete(stage.session, stage.type, token);
  if (!token.empty() && !is_kept) parts.registration.tokens().release(token);
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  // No cookie is asked for: apps show the page in views that keep none, and the id of the session
  // is known to nobody else.
  const oauth::Parameters form = co_await read_form(call);
  const Stage stage = find_stage(parts, call.path("authType"), std::string(form.get("session")));
  std::string fault;
  try {
    co_await pass(parts, stage, form, call.request().peer.address);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  if (!fault.empty()) co_return show_stage(parts, stage, fault);
  co_return pages::show_page(
      parts.visitors.site().server_name,
      {.title = "Done", .body = notice("You can close this page."), .script = "auth_done.js"});
}

}  // namespace

Routes fallback_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.sessions = services.interactive_sessions,
                                          .registration = services.registration,
                                          .sign_in = services.sign_in,
                                          .visitors = Visitors(services.browsers, services.site)});
  const std::vector<std::string> paths = boundary::v3_paths("/auth/{authType}/fallback/web");
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = paths,
                    .guard = page_guard(boundary::LimitClass::read),
                    .spec = kShowSpec,
                    .endpoint = [parts](Call& call) { return show(*parts, call); },
                    .show_failure = page_failures(services.site)});
  routes.push_back({.method = http::Method::post,
                    .paths = paths,
                    .guard = page_guard(boundary::LimitClass::sign_in),
                    .spec = kAnswerSpec,
                    .endpoint = [parts](Call& call) { return answer(*parts, call); },
                    .show_failure = page_failures(services.site)});
  return routes;
}

}  // namespace chancery::oauth_api
