// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/sign_in
// POST /_chancery/account/sign_in
// POST /_chancery/account/sign_out
//
// Signs a browser in to the pages of this server, and out.
#include "api/oauth/forms.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/sign_in"};
constexpr boundary::Spec kSignInSpec{"chancery", "v1", "POST /_chancery/account/sign_in"};
constexpr boundary::Spec kSignOutSpec{"chancery", "v1", "POST /_chancery/account/sign_out"};

struct Parts {
  accounts::SignIn& sign_in;
  accounts::Registration& registration;
  Visitors visitors;
};

struct Fault {
  unsigned status = 200;
  std::string text;
};

Fault to_fault(const ApiError& error) {
  if (error.code() == ErrorCode::limit_exceeded) {
    const base::Json* wait = error.extra().if_contains("retry_after_ms");
    const std::int64_t milliseconds = wait != nullptr && wait->is_int64() ? wait->get_int64() : 0;
    return {429, fmt::format("Too many failed attempts. Try again in {} seconds.",
                             (milliseconds + 999) / 1000)};
  }
  return {error.status(), error.public_text() + "."};
}

http::Response show_form(const Parts& parts, const Visitor& visitor, const std::string& next,
                         std::string_view name, const Fault& fault) {
  Html body = complaint(fault.text);
  body.append(Visitors::begin_form(visitor, kSignInPath));
  body.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  body.append(field("username", "Username", "text",
                    {{"autocomplete", "username"},
                     {"autocapitalize", "none"},
                     {"autocorrect", "off"},
                     {"spellcheck", "false"},
                     {"required", ""},
                     {"maxlength", "255"},
                     {"value", name}}));
  body.append(password_field());
  body.element("button", {{"type", "submit"}}, "Sign in").close("form");
  if (!entry_of(parts.registration).is_closed()) {
    const std::string address =
        std::string(kNewAccountPath) + "?next=" + oauth::encode_component(next);
    body.open("p").element("a", {{"href", address}}, "Make a new account").close("p");
  }
  return parts.visitors.show(visitor, {.status = fault.status, .title = "Sign in", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Visitor visitor = co_await parts.visitors.look(call);
  const oauth::Parameters query = read_query(call);
  const std::string next = own_path(query.get("next"));
  // Some pages want to know it anew.
  const bool is_wanted_again = query.get("again") == "yes";
  if (visitor.user && !is_wanted_again) co_return parts.visitors.redirect(visitor, next);
  co_return show_form(parts, visitor, next, "", {});
}

runtime::Task<http::Response> sign_in(const Parts& parts, Call& call) {
  Visitors::Posted posted = co_await parts.visitors.read(call);
  const std::string next = own_path(posted.form.get("next"));
  const std::string name(posted.form.get("username"));
  accounts::Credentials credentials{.user = name,
                                    .password = std::string(posted.form.get("password")),
                                    .address = call.request().peer.address};
  std::optional<accounts::SignIn::Proven> proven;
  Fault fault;
  try {
    proven = co_await parts.sign_in.prove(std::move(credentials));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
  }
  if (!proven) co_return show_form(parts, posted.visitor, next, name, fault);
  const Visitor known = co_await parts.visitors.sign_in(std::move(posted.visitor),
                                                        {.user = std::move(proven->user),
                                                         .proof = std::move(proven->proof),
                                                         .address = call.request().peer.address});
  co_return parts.visitors.redirect(known, next);
}

runtime::Task<http::Response> leave(const Visitors& visitors, Call& call) {
  Visitors::Posted posted = co_await visitors.read(call);
  visitors.sign_out(posted.visitor);
  co_return visitors.detour(posted.visitor, kSignInPath, own_path(posted.form.get("next")));
}

}  // namespace

Routes sign_in_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.sign_in = services.sign_in,
                                          .registration = services.registration,
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = {std::string(kSignInPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kSignInSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return sign_in(*parts, call); },
                                   .answer_limit = boundary::LimitClass::sign_in});
}

boundary::Route sign_out(const Services& services) {
  return {
      .method = http::Method::post,
      .paths = {std::string(kSignOutPath)},
      .guard = page_guard(boundary::LimitClass::write),
      .spec = kSignOutSpec,
      .endpoint = [visitors = std::make_shared<const Visitors>(services.browsers, services.site)](
                      Call& call) { return leave(*visitors, call); },
      .show_failure = page_failures(services.site)};
}

}  // namespace chancery::oauth_api
