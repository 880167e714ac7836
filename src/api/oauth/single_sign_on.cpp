// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/login/sso/redirect
// GET  /_matrix/client/v3/login/sso/redirect/{idpId}
// GET  /_chancery/account/sso
// POST /_chancery/account/sso
//
// Signs in clients that know single sign-on and not OAuth: the browser comes here, somebody signs
// in on this server's page and agrees, and the client gets a login token.
#include "api/oauth/consent.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "domain/oauth/redirect_uri.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kRedirectSpec{"client-server", "v1.19", "GET /login/sso/redirect"};
constexpr boundary::Spec kProviderSpec{"client-server", "v1.19", "GET /login/sso/redirect/{idpId}"};
constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/sso"};
constexpr boundary::Spec kAnswerSpec{"chancery", "v1", "POST /_chancery/account/sso"};

struct Parts {
  accounts::LoginTokens& tokens;
  accounts::Registration& registration;
  Visitors visitors;
};

struct Target {
  std::string address;
  std::string origin;
};

// Where the token is to go. Throws ApiError when no token may go there.
Target read_target(std::string_view text) {
  const auto uri = oauth::parse_sign_on_target(text);
  if (!uri) {
    throw ApiError(text.empty() ? ErrorCode::missing_param : ErrorCode::invalid_param,
                   "The app that sent you here gave no usable address to come back to.")
        .because("'redirectUrl' is missing, or may get no token");
  }
  return {.address = std::string(text), .origin = oauth::origin_of(*uri)};
}

std::string page_address(const oauth::Parameters& query) {
  oauth::Parameters carried;
  carried.set("redirectUrl", query.get("redirectUrl"));
  if (query.has("action")) carried.set("action", query.get("action"));
  return std::string(kSignOnPath) + "?" + carried.text();
}

runtime::Task<http::Response> redirect(const Visitors& visitors, Call& call) {
  const auto provider = call.find_path("idpId");
  if (provider) throw ApiError(ErrorCode::not_found, "There is no such identity provider here");
  const oauth::Parameters query = read_query(call);
  static_cast<void>(read_target(query.get("redirectUrl")));
  const Visitor visitor = co_await visitors.look(call);
  http::Response response = visitors.redirect(visitor, page_address(query));
  response.status = 302;
  co_return response;
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const oauth::Parameters query = read_query(call);
  const Target target = read_target(query.get("redirectUrl"));
  const Visitor visitor = co_await parts.visitors.look(call);
  if (!visitor.user) {
    const bool is_new =
        query.get("action") == "register" && !entry_of(parts.registration).is_closed();
    co_return parts.visitors.detour(visitor, is_new ? kNewAccountPath : kSignInPath,
                                    page_address(query));
  }
  Html body;
  body.open("p").text("An app wants to use your account ");
  body.element("strong", visitor.user->text()).text(".").close("p");
  body.open("dl").element("dt", "It gets its answer at").element("dd", target.origin).close("dl");
  body.append(what_it_can());
  body.element("p", {{"class", "message bad"}},
               "Go on only if you came from there just now, and trust it with your messages.");
  body.append(Visitors::begin_form(visitor, kSignOnPath));
  body.empty("input", {{"type", "hidden"}, {"name", "redirectUrl"}, {"value", target.address}});
  body.append(answer_buttons()).close("form");
  body.append(use_another_account(visitor, page_address(query)));
  co_return parts.visitors.show(
      visitor, {.title = "Let this app in?", .body = body, .leads_to = target.origin});
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  const Visitors::Posted posted = co_await parts.visitors.read(call);
  const Target target = read_target(posted.form.get("redirectUrl"));
  if (!posted.visitor.user) {
    co_return parts.visitors.detour(posted.visitor, kSignInPath, page_address(posted.form));
  }
  // The app cannot be told: this way of signing in has no word for it.
  if (posted.form.get("answer") != "allow") {
    co_return parts.visitors.show(
        posted.visitor,
        {.title = "App turned away",
         .body = notice("Nothing of your account was given to it. You can close this page.")});
  }
  std::string token =
      co_await parts.tokens.issue({.user = *posted.visitor.user, .proof = posted.visitor.proof},
                                  {.device = {}, .origin = target.origin});
  oauth::Parameters added;
  added.set("loginToken", token);
  co_return parts.visitors.redirect(
      posted.visitor, oauth::with_parameters(oauth::without_parameter(target.address, "loginToken"),
                                             oauth::ResponseMode::query, added));
}

}  // namespace

Routes single_sign_on_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.tokens = services.login_tokens,
                                          .registration = services.registration,
                                          .visitors = Visitors(services.browsers, services.site)});
  const auto route = [&](http::Method method, std::vector<std::string> paths, boundary::Spec spec,
                         boundary::Endpoint endpoint) {
    return boundary::Route{
        .method = method,
        .paths = std::move(paths),
        .guard = page_guard(method == http::Method::get ? boundary::LimitClass::read
                                                        : boundary::LimitClass::write),
        .spec = spec,
        .endpoint = std::move(endpoint),
        .show_failure = page_failures(services.site)};
  };
  const auto redirecting = [parts](Call& call) { return redirect(parts->visitors, call); };
  Routes routes;
  routes.push_back(route(http::Method::get, boundary::v3_paths("/login/sso/redirect"),
                         kRedirectSpec, redirecting));
  routes.push_back(route(http::Method::get, boundary::v3_paths("/login/sso/redirect/{idpId}"),
                         kProviderSpec, redirecting));
  routes.push_back(route(http::Method::get, {std::string(kSignOnPath)}, kShowSpec,
                         [parts](Call& call) { return show(*parts, call); }));
  routes.push_back(route(http::Method::post, {std::string(kSignOnPath)}, kAnswerSpec,
                         [parts](Call& call) { return answer(*parts, call); }));
  return routes;
}

}  // namespace chancery::oauth_api
