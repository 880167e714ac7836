// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/sign_in
// POST /_chancery/account/sign_in
// GET  /_chancery/account/sign_out
// POST /_chancery/account/sign_out
//
// Signs a browser in to the pages of this server, and out.
#include "api/oauth/forms.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/stage_purpose.hpp"
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
constexpr boundary::Spec kShowSignOutSpec{"chancery", "v1", "GET /_chancery/account/sign_out"};
constexpr boundary::Spec kSignOutSpec{"chancery", "v1", "POST /_chancery/account/sign_out"};

struct Parts {
  accounts::SignIn& sign_in;
  accounts::Registration& registration;
  accounts::InteractiveSessions& interactive_sessions;
  oauth::Authorizations& authorizations;
  third_party_ids::ThirdPartyIds& addresses;
  third_party_ids::Validations& validations;
  Visitors visitors;
};

struct Draft {
  std::string next;
  std::string name;
};

// What a stage of interactive authentication is for that asks to sign in; absent when it is none.
std::optional<accounts::InteractiveOperation> find_stage(const Parts& parts,
                                                         const std::string& next) {
  const std::size_t mark = next.find('?');
  if (mark == std::string::npos || next.substr(0, mark) != kSignOnStagePath) return std::nullopt;
  const auto query = oauth::Parameters::parse(next.substr(mark + 1));
  if (!query) return std::nullopt;
  auto begun = parts.interactive_sessions.find_begun(std::string(query->get("session")));
  if (!begun) return std::nullopt;
  return std::move(begun->operation);
}

// Who signs in by which name: their own, or the owner of the address that was typed.
runtime::Task<std::string> name_of(const Parts& parts, std::string typed) {
  const bool is_address = !typed.starts_with('@') && mail::Address::parse(typed).has_value();
  if (is_address) co_return co_await parts.addresses.sign_in_name(std::move(typed));
  co_return typed;
}

// What else may be done by who has no password at hand, or no account.
Html other_ways(const Parts& parts, const std::string& next) {
  Html html;
  const std::string query = "?next=" + oauth::encode_component(next);
  if (parts.validations.is_offered()) {
    html.append(link(std::string(kForgottenPath) + query, "I have forgotten my password"));
  }
  if (!entry_of(parts.registration).is_closed()) {
    html.append(link(std::string(kNewAccountPath) + query, "Make an account"));
  }
  return html;
}

// Which app sends people here, by what it says of itself; nothing where none does.
runtime::Task<Html> describe_app(const Parts& parts, std::string next) {
  Html html;
  const std::size_t mark = next.find('?');
  if (mark == std::string::npos || next.substr(0, mark) != kAuthorizePath) co_return html;
  auto query = oauth::Parameters::parse(next.substr(mark + 1));
  if (!query) co_return html;
  const auto checked = co_await parts.authorizations.check(*std::move(query));
  const auto* request = std::get_if<oauth::AuthorizationRequest>(&checked);
  if (request == nullptr) co_return html;
  const oauth::ClientMetadata& metadata = request->client.metadata;
  html.open("p").open("strong").foreign(metadata.title()).close("strong").text(", from ");
  html.foreign(metadata.host());
  html.text(", asks you to sign in. Before it is let in, you are asked once more.").close("p");
  co_return html;
}

runtime::Task<http::Response> show_form(const Parts& parts, const Visitor& visitor, Draft draft,
                                        const Fault& fault) {
  Html body = complaint(fault.text);
  body.append(co_await describe_app(parts, draft.next));
  if (const auto stage = find_stage(parts, draft.next)) {
    body.element("p", purpose_of(*stage).text);
    body.open("p").text("To go on, sign in as ").element("strong", stage->who).text(".").close("p");
    if (draft.name.empty()) draft.name = stage->who;
  }
  body.append(Visitors::begin_form(visitor, kSignInPath));
  Fields fields(fault);
  fields.add_hidden("next", draft.next);
  const bool has_mail = parts.validations.is_offered();
  fields.add({.name = "username", .label = has_mail ? "Username or e-mail address" : "Username"},
             {{"autocomplete", "username"},
              {"autocapitalize", "none"},
              {"autocorrect", "off"},
              {"spellcheck", "false"},
              {"required", ""},
              {"maxlength", "255"},
              {"value", draft.name}});
  fields.add({.name = "password", .label = "Password", .type = "password"},
             {{"autocomplete", "current-password"}, {"required", ""}, {"maxlength", "512"}});
  body.append(fields.html()).append(button("Sign in")).close("form");
  body.append(other_ways(parts, draft.next));
  co_return parts.visitors.show(visitor,
                                {.status = fault.page_status(), .title = "Sign in", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Visitor visitor = co_await parts.visitors.look(call);
  const oauth::Parameters query = read_query(call);
  const std::string next = own_path(query.get("next"));
  // Some pages want to know it anew.
  const bool is_wanted_again = query.get("again") == "yes";
  if (visitor.user && !is_wanted_again) co_return parts.visitors.redirect(visitor, next);
  co_return co_await show_form(parts, visitor, {.next = next, .name = {}}, {});
}

runtime::Task<http::Response> sign_in(const Parts& parts, Call& call) {
  Visitors::Posted posted = co_await parts.visitors.read(call);
  const std::string next = own_path(posted.form.get("next"));
  std::string name(posted.form.get("username"));
  accounts::Credentials credentials{.user = co_await name_of(parts, name),
                                    .password = std::string(posted.form.get("password")),
                                    .address = call.request().peer.address,
                                    .request = call.request_id()};
  std::optional<accounts::SignIn::Proven> proven;
  Fault fault;
  try {
    proven = co_await parts.sign_in.prove(std::move(credentials));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    if (error.code() == ErrorCode::forbidden) {
      fault = {.status = 403, .text = "Wrong username or password.", .field = "password"};
    }
  }
  if (!proven) {
    co_return co_await show_form(parts, posted.visitor, {.next = next, .name = std::move(name)},
                                 fault);
  }
  const Visitor known = co_await parts.visitors.sign_in(std::move(posted.visitor),
                                                        {.user = std::move(proven->user),
                                                         .proof = std::move(proven->proof),
                                                         .address = call.request().peer.address});
  co_return parts.visitors.redirect(known, next);
}

runtime::Task<http::Response> lead_to_account(const Visitors& visitors, Call& call) {
  const Visitor visitor = co_await visitors.look(call);
  co_return visitors.redirect(visitor, std::string(kAccountPath));
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
                                          .interactive_sessions = services.interactive_sessions,
                                          .authorizations = services.authorizations,
                                          .addresses = services.addresses,
                                          .validations = services.validations,
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = {std::string(kSignInPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kSignInSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return sign_in(*parts, call); },
                                   .answer_limit = boundary::LimitClass::sign_in});
}

Routes sign_out_routes(const Services& services) {
  const auto visitors = std::make_shared<const Visitors>(services.browsers, services.site);
  // Nobody is signed out by a link.
  return form_page(services.site,
                   {.paths = {std::string(kSignOutPath)},
                    .show_spec = kShowSignOutSpec,
                    .answer_spec = kSignOutSpec,
                    .show = [visitors](Call& call) { return lead_to_account(*visitors, call); },
                    .answer = [visitors](Call& call) { return leave(*visitors, call); }});
}

}  // namespace chancery::oauth_api
