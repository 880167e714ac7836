// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/new
// POST /_chancery/account/new
//
// Makes an account where the configuration lets people in, and signs the browser in.
#include "api/oauth/forms.hpp"
#include "api/oauth/mail_proof.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/terms.hpp"
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
  third_party_ids::ThirdPartyIds& addresses;
  MailProof mail;
  Visitors visitors;
};

// What was typed, to be shown again.
struct Draft {
  std::string next;
  std::string name;
  std::string proof;  // the session that proves the address; "" before one was asked for
};

void require_entry(const accounts::Registration& registration) {
  if (!entry_of(registration).is_closed()) return;
  throw ApiError(protocol::ErrorCode::forbidden, "Nobody can make an account on this page");
}

// Before the account itself: where the mail shall go that proves the address.
http::Response show_mail_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                              std::string_view fault) {
  Html body = complaint(fault);
  body.append(Visitors::begin_form(visitor, kNewAccountPath));
  body.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", draft.next}});
  body.append(mail_field());
  body.element("button", {{"type", "submit"}}, "Send the mail").close("form");
  return parts.visitors.show(
      visitor, {.status = fault.empty() ? 200U : 400U, .title = "Make an account", .body = body});
}

// Name and password.
Html account_fields(std::string_view name, std::size_t least_password) {
  Html body;
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
               "At least " + std::to_string(least_password) +
                   " characters. A few words that you can remember are better "
                   "than one that you cannot.");
  body.append(field("again", "Repeat the password", "password",
                    {{"autocomplete", "new-password"}, {"required", ""}, {"maxlength", "512"}}));
  return body;
}

http::Response show_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                         std::string_view fault) {
  const Entry entry = entry_of(parts.registration);
  if (entry.asks_mail() && draft.proof.empty()) {
    return show_mail_form(parts, visitor, draft, fault);
  }
  Html body = complaint(fault);
  if (fault.empty() && entry.asks_mail()) body.append(mail_was_sent());
  body.append(Visitors::begin_form(visitor, kNewAccountPath));
  body.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", draft.next}});
  if (entry.asks_mail()) {
    body.empty("input", {{"type", "hidden"}, {"name", "proof"}, {"value", draft.proof}});
  }
  body.append(account_fields(draft.name, parts.visitors.site().password_min_length));
  if (entry.asks_token()) {
    body.append(field("registration_token", "Registration token", "text",
                      {{"autocomplete", "off"},
                       {"spellcheck", "false"},
                       {"required", ""},
                       {"maxlength", "64"},
                       {"aria-describedby", "token-hint"}}));
    body.element("p", {{"class", "hint"}, {"id", "token-hint"}},
                 "Whoever runs this server gives it out.");
  }
  body.append(terms_field(parts.registration.terms()));
  body.element("button", {{"type", "submit"}}, "Make the account").close("form");
  const std::string address =
      std::string(kSignInPath) + "?next=" + oauth::encode_component(draft.next);
  body.open("p").element("a", {{"href", address}}, "I have an account").close("p");
  return parts.visitors.show(
      visitor, {.status = fault.empty() ? 200U : 400U, .title = "Make an account", .body = body});
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  const Visitor visitor = co_await parts.visitors.look(call);
  co_return show_form(parts, visitor,
                      {.next = own_path(read_query(call).get("next")), .name = {}, .proof = {}},
                      "");
}

// Reserved while the account is made, where one is asked for.
runtime::Task<std::string> reserve_token(accounts::Registration& registration,
                                         oauth::Parameters form) {
  if (!entry_of(registration).asks_token()) co_return "";
  std::string token(form.get("registration_token"));
  const bool is_reserved = co_await registration.tokens().reserve(token);
  if (!is_reserved) throw ApiError(protocol::ErrorCode::forbidden, "No such registration token");
  co_return token;
}

// The new account's id. Throws ApiError.
runtime::Task<protocol::UserId> make(const Parts& parts, oauth::Parameters form,
                                     std::string secret) {
  accounts::Registration& registration = parts.registration;
  accounts::RegisterRequest request{.username = std::string(form.get("username")),
                                    .password = std::string(form.get("password")),
                                    .device = std::nullopt,
                                    .device_name = {},
                                    .sign_in = accounts::RegisterRequest::SignIn::no,
                                    .registration_token = {}};
  co_await registration.check(request.username, request.password);
  require_accepted(registration.terms(), form);
  std::optional<third_party_ids::Validated> validated;
  if (entry_of(registration).asks_mail()) {
    validated = co_await parts.mail.get(std::string(form.get("proof")), std::move(secret),
                                        third_party_ids::Purpose::registration);
    request.also = [&](auto& change, const protocol::UserId& user) {
      parts.addresses.add_to(change, user, *validated);
    };
  }
  const std::string token = co_await reserve_token(registration, form);
  request.registration_token = token;
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

// Sends the mail that proves the address, and asks for the rest.
runtime::Task<http::Response> prove_address(const Parts& parts, Visitors::Posted posted,
                                            Draft draft) {
  std::string fault;
  try {
    draft.proof =
        co_await parts.mail.send(std::string(posted.form.get("email")), posted.visitor.form_token,
                                 third_party_ids::Purpose::registration);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  co_return show_form(parts, posted.visitor, draft, fault);
}

runtime::Task<http::Response> handle(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  Visitors::Posted posted = co_await parts.visitors.read(call);
  const Draft draft{.next = own_path(posted.form.get("next")),
                    .name = std::string(posted.form.get("username")),
                    .proof = std::string(posted.form.get("proof"))};
  if (entry_of(parts.registration).asks_mail() && draft.proof.empty()) {
    co_return co_await prove_address(parts, std::move(posted), draft);
  }
  if (posted.form.get("password") != posted.form.get("again")) {
    co_return show_form(parts, posted.visitor, draft, "The two passwords are not the same.");
  }
  std::optional<protocol::UserId> user;
  std::string fault;
  try {
    user = co_await make(parts, posted.form, posted.visitor.form_token);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  if (!user) co_return show_form(parts, posted.visitor, draft, fault);
  accounts::Proof proof = co_await parts.sessions.prove(*user);
  const Visitor known = co_await parts.visitors.sign_in(std::move(posted.visitor),
                                                        {.user = *std::move(user),
                                                         .proof = std::move(proof),
                                                         .address = call.request().peer.address});
  co_return parts.visitors.redirect(known, draft.next);
}

}  // namespace

Routes new_account_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.registration = services.registration,
                                          .sessions = services.sessions,
                                          .addresses = services.addresses,
                                          .mail = MailProof(services.validations, services.clock),
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = {std::string(kNewAccountPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kMakeSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return handle(*parts, call); },
                                   .answer_limit = boundary::LimitClass::registration});
}

}  // namespace chancery::oauth_api
