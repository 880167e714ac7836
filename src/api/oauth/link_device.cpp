// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/oauth2/link
// POST /_chancery/oauth2/link
//
// Where the owner of a device types the code that it shows, and lets its app in.
#include "api/oauth/consent.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;

namespace {

constexpr boundary::Spec kShowSpec{"rfc", "8628", "GET /_chancery/oauth2/link"};
constexpr boundary::Spec kAnswerSpec{"rfc", "8628", "POST /_chancery/oauth2/link"};

struct Parts {
  oauth::DeviceGrants& grants;
  accounts::FailedAttempts& attempts;
  accounts::Devices& devices;
  Visitors visitors;
};

// Codes that are not waited for are counted by account: whoever hits upon a stranger's and says yes
// signs that stranger's device in to their own account, and reads what is then written there
// (RFC 8628 5.1, 5.4). Throws ApiError while there were too many.
accounts::FailedAttempts::Attempt begin_attempt(const Parts& parts, const protocol::UserId& user) {
  return parts.attempts.begin("device code by " + user.text());
}

http::Response ask_for_code(const Parts& parts, const Visitor& visitor, std::string_view typed,
                            const Fault& fault) {
  Html body = complaint(fault.text);
  body.element("p", "Type the code that the other device shows.");
  body.open("form", {{"method", "get"}, {"action", kLinkPath}});
  Fields fields(fault);
  fields.add({.name = "user_code", .label = "Code"}, {{"autocomplete", "one-time-code"},
                                                      {"autocapitalize", "characters"},
                                                      {"spellcheck", "false"},
                                                      {"required", ""},
                                                      {"maxlength", "16"},
                                                      {"class", "code"},
                                                      {"value", typed.substr(0, 16)}});
  body.append(fields.html()).append(button("Go on")).close("form");
  return parts.visitors.show(
      visitor, {.status = fault.page_status(), .title = "Sign in another device", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Visitor visitor = co_await parts.visitors.look(call);
  const std::string code(read_query(call).get("user_code"));
  if (!visitor.user) {
    oauth::Parameters query;
    if (!code.empty()) query.set("user_code", code);
    co_return parts.visitors.detour(visitor, kSignInPath,
                                    std::string(kLinkPath) + "?" + query.text());
  }
  if (code.empty()) co_return ask_for_code(parts, visitor, "", {});
  accounts::FailedAttempts::Attempt attempt = begin_attempt(parts, *visitor.user);
  auto waiting = parts.grants.find(code);
  if (!waiting) {
    attempt.failed();
    co_return ask_for_code(
        parts, visitor, code,
        {.status = 404,
         .text = "No device waits under this code. It may be mistyped or too old.",
         .field = "user_code"});
  }
  Html body =
      co_await describe_request(waiting->client, waiting->scope, *visitor.user, "", parts.devices);
  body.element("p", {{"class", "message bad"}},
               "Go on only if the device that shows this code is before you. Whoever sent you a "
               "link or a code could read your messages.");
  body.append(Visitors::begin_form(visitor, kLinkPath));
  body.empty("input", {{"type", "hidden"}, {"name", "user_code"}, {"value", code}});
  body.append(answer_buttons()).close("form");
  oauth::Parameters again;
  again.set("user_code", code);
  body.append(use_another_account(visitor, std::string(kLinkPath) + "?" + again.text()));
  co_return parts.visitors.show(visitor, {.title = "Let this device in?", .body = body});
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  const Visitors::Posted posted = co_await parts.visitors.read(call);
  const Visitor& visitor = posted.visitor;
  const std::string code(posted.form.get("user_code"));
  if (!visitor.user) {
    oauth::Parameters query;
    query.set("user_code", code);
    co_return parts.visitors.detour(visitor, kSignInPath,
                                    std::string(kLinkPath) + "?" + query.text());
  }
  accounts::FailedAttempts::Attempt attempt = begin_attempt(parts, *visitor.user);
  const bool is_allowed = posted.form.get("answer") == "allow";
  const bool is_settled = is_allowed
                              ? co_await parts.grants.approve(code, *visitor.user, visitor.proof)
                              : co_await parts.grants.deny(code, *visitor.user);
  if (!is_settled) {
    attempt.failed();
    co_return ask_for_code(
        parts, visitor, code,
        {.status = 404, .text = "No device waits under this code any more.", .field = "user_code"});
  }
  const std::string_view text =
      is_allowed ? "The device is being signed in. You can close this page."
                 : "Nothing of your account was given to it. You can close this page.";
  co_return parts.visitors.show(
      visitor, {.title = is_allowed ? "Done" : "Device turned away", .body = notice(text)});
}

}  // namespace

Routes link_device_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.grants = services.device_grants,
                                          .attempts = services.attempts,
                                          .devices = services.devices,
                                          .visitors = Visitors(services.browsers, services.site)});
  // Codes are short: whoever is signed in may mistype some.
  return form_page(services.site, {.paths = {std::string(kLinkPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kAnswerSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return answer(*parts, call); },
                                   .show_limit = boundary::LimitClass::write,
                                   .answer_limit = boundary::LimitClass::sign_in});
}

}  // namespace chancery::oauth_api
