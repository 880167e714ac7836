// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/new
// POST /_chancery/account/new
//
// Makes an account where the configuration lets people in, and signs the browser in.
#include "api/oauth/detour_form.hpp"
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
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/new"};
constexpr boundary::Spec kMakeSpec{"chancery", "v1", "POST /_chancery/account/new"};

constexpr DetourForm kForm{
    .path = kNewAccountPath, .title = "Make an account", .back = "I have an account"};

struct Parts {
  accounts::Registration& registration;
  accounts::Sessions& sessions;
  third_party_ids::ThirdPartyIds& addresses;
  MailProof mail;
  Visitors visitors;
};

// What was typed, to be shown again; but no password.
struct Draft {
  std::string next;
  std::string name = {};
  std::string email = {};
  std::string proof = {};  // the session that proves the address; "" before one was asked for
  std::string registration_token = {};
  enum class Agreed : std::uint8_t { no, yes } agreed = Agreed::no;
};

Draft read_draft(const oauth::Parameters& form) {
  return {.next = own_path(form.get("next")),
          .name = std::string(form.get("username")),
          .email = std::string(form.get("email")),
          .proof = std::string(form.get("proof")),
          .registration_token = std::string(form.get("registration_token")),
          .agreed = form.get("accepted") == "yes" ? Draft::Agreed::yes : Draft::Agreed::no};
}

void require_entry(const accounts::Registration& registration) {
  if (!entry_of(registration).is_closed()) return;
  throw ApiError(ErrorCode::forbidden,
                 "New accounts are made by whoever runs this server. Ask them.");
}

// Before the account itself: where the mail shall go that proves the address.
http::Response show_mail_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                              const Fault& fault) {
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  Fields fields(fault);
  add_mail_field(fields, draft.email);
  body.append(fields.html()).append(button("Send the mail"));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

// Then, until its link was opened.
http::Response show_waiting(const Parts& parts, const Visitor& visitor, const Draft& draft,
                            const Fault& fault) {
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  body.append(waiting_for_mail({.address = draft.email, .proof = draft.proof}, Known::yes));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

void add_account_fields(Fields& fields, const Draft& draft, std::size_t least_password) {
  fields.add({.name = "username",
              .label = "Username",
              .hint = "Letters, digits and . _ = - / + only; capital letters become small ones. "
                      "It cannot be changed later."},
             {{"autocomplete", "username"},
              {"autocapitalize", "none"},
              {"autocorrect", "off"},
              {"spellcheck", "false"},
              {"required", ""},
              {"maxlength", "200"},
              {"value", draft.name}});
  fields.add_new_password({.name = "password",
                           .label = "Password",
                           .again = "Repeat the password",
                           .least = least_password});
}

http::Response show_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                         const Fault& fault) {
  const Entry entry = entry_of(parts.registration);
  if (entry.asks_mail() && draft.proof.empty()) {
    return show_mail_form(parts, visitor, draft, fault);
  }
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  Fields fields(fault);
  if (entry.asks_mail()) {
    fields.add_hidden("proof", draft.proof).add_hidden("email", draft.email);
    body.open("p").text("Your address ").element("strong", draft.email);
    body.text(" is confirmed.").close("p");
  }
  add_account_fields(fields, draft, parts.visitors.site().password_min_length);
  if (entry.asks_token()) add_token_field(fields, draft.registration_token);
  add_terms_field(fields, parts.registration.terms(),
                  draft.agreed == Draft::Agreed::yes ? Accepted::yes : Accepted::no);
  body.append(fields.html()).append(button("Make the account"));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  const Visitor visitor = co_await parts.visitors.look(call);
  co_return show_form(parts, visitor, {.next = own_path(read_query(call).get("next"))}, {});
}

// Reserved while the account is made, where one is asked for.
runtime::Task<std::string> reserve_token(accounts::Registration& registration,
                                         oauth::Parameters form) {
  if (!entry_of(registration).asks_token()) co_return "";
  std::string token(form.get("registration_token"));
  const bool is_reserved = co_await registration.tokens().reserve(token);
  if (!is_reserved) throw ApiError(ErrorCode::unauthorized, kNoSuchToken);
  co_return token;
}

// The new account's id. Throws ApiError.
runtime::Task<protocol::UserId> make(const Parts& parts, Call& call, oauth::Parameters form,
                                     std::string secret) {
  accounts::Registration& registration = parts.registration;
  accounts::RegisterRequest request{.username = std::string(form.get("username")),
                                    .password = std::string(form.get("password")),
                                    .device = std::nullopt,
                                    .device_name = {},
                                    .sign_in = accounts::RegisterRequest::SignIn::no,
                                    .registration_token = {}};
  // What is wrong with the form alone costs nothing; names and tokens are not to be tried one after
  // the other.
  co_await registration.check(std::nullopt, request.password);
  require_accepted(registration.terms(), form);
  call.charge(boundary::LimitClass::registration);
  co_await registration.check(request.username, std::nullopt);
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

// Sends the mail that proves the address, and waits for its link to be opened.
runtime::Task<http::Response> prove_address(const Parts& parts, const Visitor& visitor, Draft draft,
                                            std::string from) {
  Fault fault;
  try {
    draft.proof = co_await parts.mail.send(draft.email, visitor.form_token,
                                           third_party_ids::Purpose::registration, std::move(from));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    fault.field = "email";
  }
  if (draft.proof.empty()) co_return show_mail_form(parts, visitor, draft, fault);
  co_return show_waiting(parts, visitor, draft, fault);
}

// Which field an error is about that the making of an account met.
std::string_view field_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::weak_password:
      return "password";
    case ErrorCode::user_in_use:
    case ErrorCode::invalid_username:
    case ErrorCode::exclusive:
      return "username";
    case ErrorCode::unauthorized:
      return "registration_token";
    case ErrorCode::forbidden:
      return "accepted";
    default:
      return "";
  }
}

runtime::Task<http::Response> make_or_show_again(const Parts& parts, Call& call,
                                                 Visitors::Posted posted, Draft draft) {
  if (posted.form.get("password") != posted.form.get("again")) {
    co_return show_form(parts, posted.visitor, draft,
                        {.text = "The two passwords are not the same.", .field = "again"});
  }
  std::optional<protocol::UserId> user;
  Fault fault;
  try {
    user = co_await make(parts, call, posted.form, posted.visitor.form_token);
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    fault.status = fault.status == 429 ? 429 : 400;
    fault.field = field_of(error.code());
  }
  if (!user) co_return show_form(parts, posted.visitor, draft, fault);
  accounts::Proof proof = co_await parts.sessions.prove(*user);
  const Visitor known = co_await parts.visitors.sign_in(std::move(posted.visitor),
                                                        {.user = *std::move(user),
                                                         .proof = std::move(proof),
                                                         .address = call.request().peer.address});
  co_return parts.visitors.redirect(known, draft.next);
}

// Why the address of `draft` is not proven; nothing when it is.
runtime::Task<Fault> look_for_proof(const Parts& parts, std::string proof, std::string secret) {
  Fault fault;
  try {
    static_cast<void>(co_await parts.mail.get(std::move(proof), std::move(secret),
                                              third_party_ids::Purpose::registration));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    fault.status = 400;
  }
  co_return fault;
}

runtime::Task<http::Response> handle(const Parts& parts, Call& call) {
  require_entry(parts.registration);
  Visitors::Posted posted = co_await parts.visitors.read(call);
  Draft draft = read_draft(posted.form);
  if (entry_of(parts.registration).asks_mail()) {
    const MailAnswer answer = read_mail_answer(posted.form);
    if (answer == MailAnswer::other_address) {
      co_return show_mail_form(parts, posted.visitor, draft, {});
    }
    if (answer == MailAnswer::send) {
      co_return co_await prove_address(parts, posted.visitor, std::move(draft),
                                       call.request().peer.address);
    }
    // Nobody thinks up a password for an address that turns out not to be theirs.
    const Fault fault = co_await look_for_proof(parts, draft.proof, posted.visitor.form_token);
    if (fault.is_there()) co_return show_waiting(parts, posted.visitor, draft, fault);
    if (!posted.form.has("password")) co_return show_form(parts, posted.visitor, draft, {});
  }
  co_return co_await make_or_show_again(parts, call, std::move(posted), std::move(draft));
}

}  // namespace

Routes new_account_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.registration = services.registration,
                                          .sessions = services.sessions,
                                          .addresses = services.addresses,
                                          .mail = MailProof(services.validations, services.clock),
                                          .visitors = Visitors(services.browsers, services.site)});
  // An account costs more, when it is made; mails have a limit of their own.
  return form_page(services.site, {.paths = {std::string(kNewAccountPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kMakeSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return handle(*parts, call); }});
}

}  // namespace chancery::oauth_api
