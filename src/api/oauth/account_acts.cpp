// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/account/profile
// POST /_chancery/account/password
// POST /_chancery/account/end_session
// POST /_chancery/account/deactivate
// POST /_chancery/account/reset
// POST /_chancery/account/remove_address
// GET  each of them
//
// Does what somebody asked for on the pages of their account. What cannot be taken back asks for
// the password each time.
#include "api/oauth/account_pages.hpp"
#include "api/oauth/forms.hpp"
#include "api/oauth/own_password.hpp"
#include "domain/policy/refusal.hpp"
#include "domain/third_party_ids/unbinding.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

struct Asked {
  const AccountPages& account;
  accounts::Session session;  // on no device
  const oauth::Parameters& form;
  runtime::CancelToken gone;
  accounts::Proof proof = {};  // where the password was asked for

  [[nodiscard]] const protocol::UserId& user() const { return session.user; }
};

// Where to go on, and what is told there.
struct Outcome {
  std::string next = {};
  std::string_view news = {};
  // By which the browser stays signed in, where what it showed before has ended with the rest.
  std::optional<accounts::Proof> proof = {};
  Fault fault = {};  // or why it was not done
};
// Throws ApiError when it cannot be done.
using Act = runtime::Task<Outcome> (*)(Asked asked);

runtime::Task<Outcome> save_profile(Asked asked) {
  const std::string name(asked.form.get("displayname"));
  accounts::ProfileEditor& editor = asked.account.services().profile_editor;
  if (name.empty()) {
    co_await editor.remove(asked.session, "displayname");
  } else {
    co_await editor.set(asked.session, "displayname", base::Json(name));
  }
  co_return Outcome{.next = address_of(AccountAction::profile), .news = "Your name is saved."};
}

runtime::Task<Outcome> change_password(Asked asked) {
  using Others = accounts::Accounts::OtherDevices;
  if (asked.form.get("new_password") != asked.form.get("again")) {
    co_return Outcome{.fault = {.text = "The two passwords are not the same.", .field = "again"}};
  }
  accounts::Proof proof = co_await asked.account.services().accounts.change_password(
      {.session = asked.session,
       .password = std::string(asked.form.get("new_password")),
       .others = asked.form.has("sign_out") ? Others::log_out : Others::keep,
       .proof = asked.proof});
  co_return Outcome{.next = std::string(kAccountPath),
                    .news = "Your password is changed.",
                    .proof = std::move(proof)};
}

runtime::Task<Outcome> end_session(Asked asked) {
  const std::string id(asked.form.get("device_id"));
  auto device = protocol::DeviceId::parse(id);
  if (!device) throw ApiError(ErrorCode::invalid_param, "Not a valid session");
  co_await asked.account.services().devices.remove(asked.session, {*std::move(device)});
  Outcome outcome{.next = address_of(AccountAction::devices), .news = "The session is signed out."};
  // With the last one all browsers are signed out, but for this one.
  const accounts::Proofs& proofs = asked.account.services().sessions.proofs();
  const auto account = co_await asked.account.services().accounts.get(asked.user());
  if (!proofs.holds(asked.proof, account)) outcome.proof = proofs.renewed(asked.proof);
  co_return outcome;
}

runtime::Task<Outcome> deactivate(Asked asked) {
  using Erase = accounts::Deactivation::Erase;
  if (!asked.form.has("sure")) {
    co_return Outcome{.fault = {.text = "Tick 'I want my account to end' first.", .field = "sure"}};
  }
  co_await asked.account.services().deactivation.deactivate(
      asked.user().text(), asked.user(), asked.form.has("erase") ? Erase::yes : Erase::no);
  co_return Outcome{};
}

runtime::Task<Outcome> allow_reset(Asked asked) {
  co_await asked.account.services().reset_permits.give(asked.user(), asked.proof);
  co_return Outcome{
      .next = std::string(kAccountPath),
      .news = "An app of yours may replace the keys within ten minutes. Go back to it."};
}

runtime::Task<Outcome> remove_address(Asked asked) {
  auto address = mail::Address::parse(asked.form.get("email"));
  if (!address) throw ApiError(ErrorCode::threepid_not_found, "This address is not one of yours");
  const Services& services = asked.account.services();
  co_await services.addresses.remove(asked.session, *address);
  // It is gone here, whatever becomes of the rest.
  third_party_ids::Unbinding unbinding(services.addresses, services.identity);
  static_cast<void>(co_await unbinding.unbind(asked.session, *std::move(address), std::nullopt,
                                              std::move(asked.gone)));
  co_return Outcome{.next = address_of(AccountAction::addresses),
                    .news = "The address is removed."};
}

enum class Proof : std::uint8_t { none, password };

struct Way {
  std::string_view path;
  boundary::Spec spec;
  boundary::Spec shown_spec;  // of GET
  AccountAction shown;        // where the form stands
  policy::Capability needs;
  Proof proof;
  Act act;
};

runtime::Task<Outcome> prove_and_act(const Way& way, Asked asked, Call& call) {
  const policy::Subject subject = asked.session.subject();
  policy::require(policy::decide(subject, {.capability = way.needs}, asked.user().text(),
                                 asked.account.services().clock.now()),
                  subject);
  if (way.proof == Proof::password) {
    auto proof = co_await prove_password(asked.account.services().sign_in,
                                         {.user = asked.user().text(),
                                          .password = std::string(asked.form.get("password")),
                                          .address = call.request().peer.address,
                                          .request = call.request_id()});
    if (!proof) co_return Outcome{.fault = wrong_password()};
    asked.proof = *std::move(proof);
  }
  co_return co_await way.act(asked);
}

// The last page of somebody whose name is no account any more; no address leads to it.
http::Response show_ended(const AccountPages& account, Visitor visitor) {
  pages::Html body;
  body.open("p", {{"class", "message good"}, {"role", "status"}});
  body.element("strong", visitor.user->text());
  body.text(" is no account any more. Its sessions are signed out, and it leaves its rooms.");
  body.close("p").element("p", "You can close this page.");
  account.visitors().sign_out(visitor);
  return account.visitors().show(visitor, {.title = "Your account has ended", .body = body});
}

runtime::Task<http::Response> handle(const AccountPages& account, const Way& way, Call& call) {
  Visitors::Posted posted = co_await account.visitors().read(call);
  const std::string device(posted.form.get("device_id"));
  if (!posted.visitor.user) {
    co_return account.visitors().detour(posted.visitor, kSignInPath, address_of(way.shown, device));
  }
  // The list of addresses leads to its form by a form, so that no address is in a link.
  if (way.shown == AccountAction::remove_address && !posted.form.has("password")) {
    co_return co_await account.show(posted.visitor,
                                    {.action = way.shown, .typed = std::move(posted.form)});
  }
  Outcome outcome;
  try {
    outcome = co_await prove_and_act(way,
                                     {.account = account,
                                      .session = posted.visitor.session,
                                      .form = posted.form,
                                      .gone = call.gone()},
                                     call);
  } catch (const ApiError& error) {  // shown above the form
    outcome.fault = to_fault(error);
    if (error.code() == ErrorCode::weak_password) outcome.fault.field = "new_password";
  }
  if (outcome.fault.is_there()) {
    if (outcome.fault.status != 429) outcome.fault.status = 403;
    co_return co_await account.show(posted.visitor, {.action = way.shown,
                                                     .device = device,
                                                     .fault = std::move(outcome.fault),
                                                     .typed = std::move(posted.form)});
  }
  if (way.shown == AccountAction::deactivate) co_return show_ended(account, posted.visitor);
  if (outcome.proof) {
    protocol::UserId user = *posted.visitor.user;
    posted.visitor = co_await account.visitors().sign_in(std::move(posted.visitor),
                                                         {.user = std::move(user),
                                                          .proof = *std::move(outcome.proof),
                                                          .address = call.request().peer.address});
  }
  account.visitors().tell(posted.visitor, std::string(outcome.news));
  co_return account.visitors().redirect(posted.visitor, outcome.next);
}

runtime::Task<http::Response> lead_to_page(const Visitors& visitors, AccountAction shown,
                                           Call& call) {
  const Visitor visitor = co_await visitors.look(call);
  // Which session it was about is in the form alone.
  co_return visitors.redirect(
      visitor, address_of(shown == AccountAction::end_device ? AccountAction::devices : shown));
}

// Where an act is asked for as a page, by a reload or a bookmark: the page that its form is on.
boundary::Route to_page(const Services& services, const Way& way) {
  const auto visitors = std::make_shared<const Visitors>(services.browsers, services.site);
  return {.method = http::Method::get,
          .paths = {std::string(way.path)},
          .guard = page_guard(boundary::LimitClass::read),
          .spec = way.shown_spec,
          .endpoint = [visitors, shown = way.shown](
                          Call& call) { return lead_to_page(*visitors, shown, call); },
          .show_failure = page_failures(services.site)};
}

}  // namespace

Routes account_act_routes(const Services& services) {
  const auto pages = std::make_shared<const AccountPages>(services);
  Routes routes;
  const auto add = [&](Way way) {
    routes.push_back(to_page(services, way));
    routes.push_back({.method = http::Method::post,
                      .paths = {std::string(way.path)},
                      // Wrong passwords are counted by account; right ones cost nobody else.
                      .guard = page_guard(boundary::LimitClass::write),
                      .spec = way.spec,
                      .endpoint = [pages, kept = std::make_shared<const Way>(way)](
                                      Call& call) { return handle(*pages, *kept, call); },
                      .show_failure = page_failures(services.site)});
  };
  add({.path = "/_chancery/account/profile",
       .spec = {"chancery", "v1", "POST /_chancery/account/profile"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/profile"},
       .shown = AccountAction::profile,
       .needs = policy::Capability::act_as_member,
       .proof = Proof::none,
       .act = save_profile});
  add({.path = "/_chancery/account/password",
       .spec = {"chancery", "v1", "POST /_chancery/account/password"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/password"},
       .shown = AccountAction::password,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = change_password});
  add({.path = "/_chancery/account/end_session",
       .spec = {"chancery", "v1", "POST /_chancery/account/end_session"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/end_session"},
       .shown = AccountAction::end_device,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = end_session});
  add({.path = "/_chancery/account/deactivate",
       .spec = {"chancery", "v1", "POST /_chancery/account/deactivate"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/deactivate"},
       .shown = AccountAction::deactivate,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = deactivate});
  add({.path = "/_chancery/account/reset",
       .spec = {"chancery", "v1", "POST /_chancery/account/reset"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/reset"},
       .shown = AccountAction::reset,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = allow_reset});
  add({.path = "/_chancery/account/remove_address",
       .spec = {"chancery", "v1", "POST /_chancery/account/remove_address"},
       .shown_spec = {"chancery", "v1", "GET /_chancery/account/remove_address"},
       .shown = AccountAction::remove_address,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = remove_address});
  return routes;
}

}  // namespace chancery::oauth_api
