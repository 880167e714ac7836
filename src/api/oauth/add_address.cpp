// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_chancery/account/add_address
// POST /_chancery/account/add_address
//
// Adds a mail address to somebody's own account: a mail is sent there, its link is opened, and the
// password is typed, for an address opens an account as well as a password does.
#include "api/oauth/account_pages.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/mail_proof.hpp"
#include "api/oauth/own_password.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"chancery", "v1", "GET /_chancery/account/add_address"};
constexpr boundary::Spec kAddSpec{"chancery", "v1", "POST /_chancery/account/add_address"};
constexpr auto kPurpose = third_party_ids::Purpose::adding;

struct Parts {
  third_party_ids::ThirdPartyIds& addresses;
  third_party_ids::Validations& validations;
  accounts::SignIn& sign_in;
  runtime::Clock& clock;
  MailProof mail;
  Visitors visitors;
};

// What was typed, to be shown again; but no password.
struct Draft {
  std::string email = {};
  std::string proof = {};
};

void require_mail(const Parts& parts) {
  if (parts.validations.is_offered()) return;
  throw ApiError(ErrorCode::not_found,
                 "This server sends no mail. Ask whoever runs it to add an address.");
}

// Asked before a mail is written.
void require_allowed(const Parts& parts, const Visitor& visitor) {
  const policy::Subject subject = visitor.session.subject();
  policy::require(policy::decide(subject, {.capability = policy::Capability::manage_account},
                                 visitor.user->text(), parts.clock.now()),
                  subject);
}

// The page around what the form holds.
http::Response show_form(const Parts& parts, const Visitor& visitor, const Fault& fault,
                         const Html& content) {
  Html body = complaint(fault.text);
  body.append(Visitors::begin_form(visitor, kAddAddressPath)).append(content).close("form");
  body.append(link(address_of(AccountAction::addresses), "Back to your addresses"));
  return parts.visitors.show(
      visitor, {.status = fault.page_status(), .title = "Add an address", .body = body});
}

http::Response show_mail_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                              const Fault& fault) {
  Fields fields(fault);
  add_mail_field(fields, draft.email);
  fields.add(button("Send the mail"));
  return show_form(parts, visitor, fault, fields.html());
}

http::Response show_waiting(const Parts& parts, const Visitor& visitor, const Draft& draft,
                            const Fault& fault) {
  return show_form(parts, visitor, fault,
                   waiting_for_mail({.address = draft.email, .proof = draft.proof}, Known::yes));
}

http::Response show_password_form(const Parts& parts, const Visitor& visitor, const Draft& draft,
                                  const Fault& fault) {
  Fields fields(fault);
  fields.add_hidden("proof", draft.proof).add_hidden("email", draft.email);
  Html content;
  content.open("p").text("The address ").element("strong", draft.email);
  content.text(" is confirmed. Your password shows that it is you who adds it.").close("p");
  fields.add_password(visitor.user->text());
  content.append(fields.html()).append(button("Add the address"));
  return show_form(parts, visitor, fault, content);
}

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  require_mail(parts);
  const Visitor visitor = co_await parts.visitors.look(call);
  if (!visitor.user) {
    co_return parts.visitors.detour(visitor, kSignInPath, std::string(kAddAddressPath));
  }
  co_return show_mail_form(parts, visitor, {}, {});
}

runtime::Task<http::Response> send(const Parts& parts, const Visitor& visitor, Draft draft,
                                   std::string from) {
  Fault fault;
  try {
    require_allowed(parts, visitor);
    draft.proof =
        co_await parts.mail.send(draft.email, visitor.form_token, kPurpose, std::move(from));
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    fault.field = "email";
  }
  if (draft.proof.empty()) co_return show_mail_form(parts, visitor, draft, fault);
  co_return show_waiting(parts, visitor, draft, fault);
}

// What is wrong with the password; nothing when the address is added. Throws ApiError.
runtime::Task<Fault> add(const Parts& parts, const Visitor& visitor,
                         third_party_ids::Validated proven, accounts::Credentials credentials) {
  require_allowed(parts, visitor);
  const auto proof = co_await prove_password(parts.sign_in, std::move(credentials));
  if (!proof) co_return wrong_password();
  co_await parts.addresses.add(*visitor.user, std::move(proven));
  co_return Fault{};
}

runtime::Task<http::Response> go_on(const Parts& parts, Call& call, Visitors::Posted posted,
                                    Draft draft) {
  const Visitor& visitor = posted.visitor;
  const bool is_typed = posted.form.has("password");
  std::optional<third_party_ids::Validated> proven;
  Fault fault;
  try {
    proven = co_await parts.mail.get(draft.proof, visitor.form_token, kPurpose);
    if (is_typed) {
      fault = co_await add(parts, visitor, *proven,
                           {.user = visitor.user->text(),
                            .password = std::string(posted.form.get("password")),
                            .address = call.request().peer.address,
                            .request = call.request_id()});
    }
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
  }
  if (!proven) co_return show_waiting(parts, visitor, draft, fault);
  if (!is_typed || fault.is_there()) co_return show_password_form(parts, visitor, draft, fault);
  parts.visitors.tell(visitor, "The address is added.");
  co_return parts.visitors.redirect(visitor, address_of(AccountAction::addresses));
}

runtime::Task<http::Response> handle(const Parts& parts, Call& call) {
  require_mail(parts);
  Visitors::Posted posted = co_await parts.visitors.read(call);
  if (!posted.visitor.user) {
    co_return parts.visitors.detour(posted.visitor, kSignInPath, std::string(kAddAddressPath));
  }
  const Draft draft{.email = std::string(posted.form.get("email")),
                    .proof = std::string(posted.form.get("proof"))};
  switch (read_mail_answer(posted.form)) {
    case MailAnswer::send:
      co_return co_await send(parts, posted.visitor, draft, call.request().peer.address);
    case MailAnswer::other_address:
      co_return show_mail_form(parts, posted.visitor, draft, {});
    case MailAnswer::go_on:
      break;
  }
  co_return co_await go_on(parts, call, std::move(posted), draft);
}

}  // namespace

Routes add_address_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.addresses = services.addresses,
                                          .validations = services.validations,
                                          .sign_in = services.sign_in,
                                          .clock = services.clock,
                                          .mail = MailProof(services.validations, services.clock),
                                          .visitors = Visitors(services.browsers, services.site)});
  // How many mails are written has limits of its own, as wrong passwords have.
  return form_page(services.site, {.paths = {std::string(kAddAddressPath)},
                                   .show_spec = kShowSpec,
                                   .answer_spec = kAddSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return handle(*parts, call); }});
}

}  // namespace chancery::oauth_api
