// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/oauth2/authorize
// POST /_chancery/oauth2/authorize
//
// Where a client sends the browser: asks whoever is signed in whether the client may use their
// account, and sends the answer back.
#include "api/oauth/consent.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using oauth::AuthorizationRequest;
using oauth::Authorizations;
using pages::Html;

namespace {

constexpr boundary::Spec kShowSpec{"rfc", "6749", "GET /_chancery/oauth2/authorize"};
constexpr boundary::Spec kAnswerSpec{"rfc", "6749", "POST /_chancery/oauth2/authorize"};

struct Parts {
  Authorizations& authorizations;
  accounts::Devices& devices;
  accounts::Registration& registration;
  Visitors visitors;
};

std::string origin(const std::string& redirect_uri) {
  const auto uri = oauth::parse_uri(redirect_uri);
  return uri ? oauth::origin_of(*uri) : std::string();
}

std::string address_of(const oauth::Parameters& query) {
  return std::string(kAuthorizePath) + "?" + query.text();
}

// An error that no client hears of: nobody knows that the address it names is the client's.
http::Response show_refusal(const Visitors& visitors, const Visitor& visitor,
                            const oauth::Refusal& refusal) {
  Html body = complaint("The app that sent you here made a mistake, and cannot be let in.");
  body.element("p", {{"class", "hint"}},
               fmt::format("For its makers: {}, {}.", error_name(refusal.error), refusal.text));
  body.append(link(kAccountPath, "Your account"));
  return visitors.show(visitor,
                       {.status = 400, .title = "This app cannot sign you in", .body = body});
}

// An error that the client hears of, by a link that its person follows. Anybody may have registered
// the client: who was sent here by a stranger's link is not sent on to that stranger's page unasked
// (RFC 9700 4.11.2).
http::Response show_way_back(const Parts& parts, const Visitor& visitor,
                             const oauth::ErrorAnswer& error) {
  const std::string target = origin(error.redirect_uri);
  Html body = complaint("The app that sent you here made a mistake, and cannot be let in.");
  body.element(
      "p", {{"class", "hint"}},
      fmt::format("For its makers: {}, {}.", error_name(error.refusal.error), error.refusal.text));
  body.open("dl").element("dt", "It is told so at").element("dd", target).close("dl");
  body.open("p");
  body.element("a", {{"href", parts.authorizations.answer(error)}, {"rel", "noreferrer"}},
               "Go back to the app");
  body.close("p");
  return parts.visitors.show(visitor,
                             {.status = 400, .title = "This app cannot sign you in", .body = body});
}

// Whether the browser goes straight on with an error: who is signed in came to let an app in.
// Whoever is not is sent nowhere unasked, by `prompt=none` neither: anybody may register a client,
// and a link to this server would lead wherever they like (RFC 9700 4.11.2).
bool goes_straight(const Visitor& visitor) { return visitor.user.has_value(); }

runtime::Task<http::Response> ask(const Parts& parts, const Visitor& visitor,
                                  AuthorizationRequest request, oauth::Parameters query) {
  Html body = co_await describe_request(request.client, request.scope, *visitor.user,
                                        origin(request.redirect_uri), parts.devices);
  body.append(Visitors::begin_form(visitor, kAuthorizePath));
  body.empty("input", {{"type", "hidden"}, {"name", "request"}, {"value", query.text()}});
  body.append(answer_buttons()).close("form");
  body.append(use_another_account(visitor, address_of(query)));
  co_return parts.visitors.show(
      visitor,
      {.title = "Let this app in?", .body = body, .leads_to = origin(request.redirect_uri)});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Visitor visitor = co_await parts.visitors.look(call);
  oauth::Parameters query = read_query(call);
  Authorizations::Checked checked = co_await parts.authorizations.check(query);
  if (const auto* refusal = std::get_if<oauth::Refusal>(&checked)) {
    co_return show_refusal(parts.visitors, visitor, *refusal);
  }
  if (const auto* error = std::get_if<oauth::ErrorAnswer>(&checked)) {
    if (!goes_straight(visitor)) co_return show_way_back(parts, visitor, *error);
    co_return parts.visitors.redirect(visitor, parts.authorizations.answer(*error));
  }
  auto& request = std::get<AuthorizationRequest>(checked);
  if (!visitor.user) {
    const bool is_new = request.prompt == AuthorizationRequest::Prompt::create &&
                        !entry_of(parts.registration).is_closed();
    co_return parts.visitors.detour(visitor, is_new ? kNewAccountPath : kSignInPath,
                                    address_of(query));
  }
  co_return co_await ask(parts, visitor, std::move(request), std::move(query));
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  const Visitors::Posted posted = co_await parts.visitors.read(call);
  auto query = oauth::Parameters::parse(posted.form.get("request"));
  if (!query) query.emplace();
  Authorizations::Checked checked = co_await parts.authorizations.check(*query);
  if (const auto* refusal = std::get_if<oauth::Refusal>(&checked)) {
    co_return show_refusal(parts.visitors, posted.visitor, *refusal);
  }
  if (const auto* error = std::get_if<oauth::ErrorAnswer>(&checked)) {
    if (!goes_straight(posted.visitor)) {
      co_return show_way_back(parts, posted.visitor, *error);
    }
    co_return parts.visitors.redirect(posted.visitor, parts.authorizations.answer(*error));
  }
  auto& request = std::get<AuthorizationRequest>(checked);
  // Signed out in between: once more from the beginning.
  if (!posted.visitor.user) {
    co_return parts.visitors.detour(posted.visitor, kSignInPath, address_of(*query));
  }
  if (posted.form.get("answer") != "allow") {
    const std::string back =
        co_await parts.authorizations.refuse(std::move(request), *posted.visitor.user);
    co_return parts.visitors.redirect(posted.visitor, back);
  }
  const auto granted = co_await parts.authorizations.grant(std::move(request), *posted.visitor.user,
                                                           posted.visitor.proof);
  if (!granted) co_return show_refusal(parts.visitors, posted.visitor, granted.error());
  co_return parts.visitors.redirect(posted.visitor, *granted);
}

}  // namespace

Routes authorize_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.authorizations = services.authorizations,
                                          .devices = services.devices,
                                          .registration = services.registration,
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = {std::string(kAuthorizePath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kAnswerSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return answer(*parts, call); }});
}

}  // namespace chancery::oauth_api
