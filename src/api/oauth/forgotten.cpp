// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/forgotten
// POST /_chancery/account/forgotten
//
// Gives an account a new password by an e-mail address that it has: a mail is sent, its link is
// opened, the password is set. Of an address that nobody has the page says the same.
#include "api/oauth/detour_form.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/mail_proof.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/forgotten"};
constexpr boundary::Spec kAnswerSpec{"chancery", "v1", "POST /_chancery/account/forgotten"};
constexpr auto kPurpose = third_party_ids::Purpose::password;

constexpr DetourForm kForm{
    .path = kForgottenPath, .title = "Set a new password", .back = "Back to signing in"};

struct Parts {
  accounts::Accounts& accounts;
  third_party_ids::ThirdPartyIds& addresses;
  third_party_ids::Validations& validations;
  MailProof mail;
  Visitors visitors;
};

// What was typed, to be shown again; but no password.
struct Draft {
  std::string next;
  std::string email = {};
  std::string proof = {};
  // The others, which whoever knows the forgotten one may have signed in.
  accounts::Accounts::OtherDevices sessions = accounts::Accounts::OtherDevices::log_out;
};

http::Response show_mail_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                              const Fault& fault) {
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  Fields fields(fault);
  add_mail_field(fields, draft.email,
                 "One that your account has. A mail is sent there, to see that it is yours.");
  body.append(fields.html()).append(button("Send the mail"));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

http::Response show_waiting(const Parts& parts, const Visitor& visitor, const Draft& draft,
                            const Fault& fault) {
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  body.append(waiting_for_mail({.address = draft.email, .proof = draft.proof}, Known::perhaps));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

http::Response show_password_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                                  const Fault& fault) {
  const bool are_ended = draft.sessions == accounts::Accounts::OtherDevices::log_out;
  Html body = begin_detour(kForm, visitor, draft.next, fault);
  Fields fields(fault);
  fields.add_hidden("proof", draft.proof).add_hidden("email", draft.email);
  fields.add_new_password({.name = "new_password",
                           .label = "New password",
                           .again = "Repeat the new password",
                           .least = parts.visitors.site().password_min_length});
  fields.add_check("sign_out", "Sign out all my sessions", {{are_ended ? "checked" : "", ""}});
  body.append(fields.html()).append(button("Set the password"));
  return end_detour(kForm, parts.visitors, visitor, draft.next, fault, std::move(body));
}

http::Response show_done(const Parts& parts, const Visitor& visitor, const Draft& draft) {
  Html body = notice("Your password is changed. Sign in with the new one.");
  body.append(
      link(std::string(kSignInPath) + "?next=" + oauth::encode_component(draft.next), "Sign in"));
  return parts.visitors.show(visitor, {.title = "Your password is changed", .body = body});
}

void require_mail(const Parts& parts) {
  if (parts.validations.is_offered()) return;
  throw ApiError(ErrorCode::not_found,
                 "This server sends no mail. Ask whoever runs it for a new password.");
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  require_mail(parts);
  const Visitor visitor = co_await parts.visitors.look(call);
  co_return show_mail_form(parts, visitor, {.next = own_path(read_query(call).get("next"))}, {});
}

runtime::Task<http::Response> send(const Parts& parts, const Visitor& visitor, Draft draft,
                                   std::string from) {
  Fault fault;
  try {
    draft.proof =
        co_await parts.mail.send(draft.email, visitor.form_token, kPurpose, std::move(from));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    fault.field = "email";
  }
  if (draft.proof.empty()) co_return show_mail_form(parts, visitor, draft, fault);
  co_return show_waiting(parts, visitor, draft, fault);
}

// Throws ApiError; as long as the password is too weak the proof is not used up.
runtime::Task<> set_password(const Parts& parts, third_party_ids::Validated proven,
                             std::string password, accounts::Accounts::OtherDevices sessions) {
  parts.accounts.require_strong(password);
  auto owner = co_await parts.addresses.find_owner(proven.address);
  if (!owner) {
    throw ApiError(ErrorCode::unauthorized, "No account has this address any more");
  }
  co_await parts.validations.spend(std::move(proven.validation));
  accounts::Session session;
  session.user = *std::move(owner);
  // The mail was the proof; whoever goes on signs in with the new password.
  static_cast<void>(co_await parts.accounts.change_password({.session = std::move(session),
                                                             .password = std::move(password),
                                                             .others = sessions,
                                                             .proof = std::nullopt}));
}

runtime::Task<http::Response> go_on(const Parts& parts, Visitors::Posted posted, Draft draft) {
  const Visitor& visitor = posted.visitor;
  std::optional<third_party_ids::Validated> proven;
  Fault fault;
  try {
    proven = co_await parts.mail.get(draft.proof, visitor.form_token, kPurpose);
    const bool is_typed = posted.form.has("new_password");
    const bool is_same = posted.form.get("new_password") == posted.form.get("again");
    if (is_typed && is_same) {
      co_await set_password(parts, *proven, std::string(posted.form.get("new_password")),
                            draft.sessions);
      co_return show_done(parts, visitor, draft);
    }
    if (is_typed) fault = {.text = "The two passwords are not the same.", .field = "again"};
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    if (error.code() == ErrorCode::weak_password) fault.field = "new_password";
  }
  co_return proven ? show_password_form(parts, visitor, draft, fault)
                   : show_waiting(parts, visitor, draft, fault);
}

runtime::Task<http::Response> handle(const Parts& parts, Call& call) {
  using Others = accounts::Accounts::OtherDevices;
  require_mail(parts);
  Visitors::Posted posted = co_await parts.visitors.read(call);
  const oauth::Parameters& form = posted.form;
  const bool are_kept = form.has("new_password") && !form.has("sign_out");
  Draft draft{.next = own_path(form.get("next")),
              .email = std::string(form.get("email")),
              .proof = std::string(form.get("proof")),
              .sessions = are_kept ? Others::keep : Others::log_out};
  switch (read_mail_answer(form)) {
    case MailAnswer::send:
      co_return co_await send(parts, posted.visitor, std::move(draft), call.request().peer.address);
    case MailAnswer::other_address:
      co_return show_mail_form(parts, posted.visitor, draft, {});
    case MailAnswer::go_on:
      break;
  }
  co_return co_await go_on(parts, std::move(posted), std::move(draft));
}

}  // namespace

Routes forgotten_password_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.accounts = services.accounts,
                                          .addresses = services.addresses,
                                          .validations = services.validations,
                                          .mail = MailProof(services.validations, services.clock),
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = {std::string(kForgottenPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kAnswerSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return handle(*parts, call); },
                                   .answer_limit = boundary::LimitClass::sign_in});
}

}  // namespace chancery::oauth_api
