// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/account/profile
// POST /_chancery/account/password
// POST /_chancery/account/end_session
// POST /_chancery/account/deactivate
// POST /_chancery/account/reset
//
// Does what somebody asked for on the pages of their account. What cannot be taken back asks for
// the password each time.
#include "api/oauth/account_pages.hpp"
#include "api/oauth/forms.hpp"
#include "domain/policy/refusal.hpp"
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

  [[nodiscard]] const protocol::UserId& user() const { return session.user; }
};

// Where to go on, and what is told there.
struct Outcome {
  std::string next;
  std::string_view news;
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
  co_return Outcome{address_of(AccountAction::profile), "Your name is saved."};
}

runtime::Task<Outcome> change_password(Asked asked) {
  using Others = accounts::Accounts::OtherDevices;
  if (asked.form.get("new_password") != asked.form.get("again")) {
    throw ApiError(ErrorCode::invalid_param, "The two passwords are not the same");
  }
  co_await asked.account.services().accounts.change_password(
      asked.session, std::string(asked.form.get("new_password")),
      asked.form.has("sign_out") ? Others::log_out : Others::keep);
  co_return Outcome{std::string(kAccountPath), "Your password is changed."};
}

runtime::Task<Outcome> end_session(Asked asked) {
  const std::string id(asked.form.get("device_id"));
  auto device = protocol::DeviceId::parse(id);
  if (!device) throw ApiError(ErrorCode::invalid_param, "Not a valid session");
  co_await asked.account.services().devices.remove(asked.session, {*std::move(device)});
  co_return Outcome{address_of(AccountAction::devices), "The session is signed out."};
}

runtime::Task<Outcome> deactivate(Asked asked) {
  using Erase = accounts::Deactivation::Erase;
  if (!asked.form.has("sure")) {
    throw ApiError(ErrorCode::invalid_param, "Say that you want your account to end");
  }
  co_await asked.account.services().deactivation.deactivate(
      asked.user().text(), asked.user(), asked.form.has("erase") ? Erase::yes : Erase::no);
  co_return Outcome{std::string(kSignInPath), ""};
}

runtime::Task<Outcome> allow_reset(Asked asked) {
  co_await asked.account.services().reset_permits.give(asked.user());
  co_return Outcome{std::string(kAccountPath),
                    "An app of yours may replace the keys within ten minutes. Go back to it."};
}

enum class Proof : std::uint8_t { none, password };

struct Way {
  std::string_view path;
  boundary::Spec spec;
  AccountAction shown;  // where the form stands
  policy::Capability needs;
  Proof proof;
  Act act;
};

runtime::Task<Outcome> prove_and_act(const Way& way, Asked asked, std::string address) {
  const policy::Subject subject = asked.session.subject();
  policy::require(policy::decide(subject, {.capability = way.needs}, asked.user().text(),
                                 asked.account.services().clock.now()),
                  subject);
  if (way.proof == Proof::password) {
    co_await asked.account.services().sign_in.check(
        {.user = asked.user().text(),
         .password = std::string(asked.form.get("password")),
         .address = std::move(address)});
  }
  co_return co_await way.act(asked);
}

runtime::Task<http::Response> handle(const AccountPages& account, const Way& way, Call& call) {
  Visitors::Posted posted = co_await account.visitors().read(call);
  const std::string device(posted.form.get("device_id"));
  if (!posted.visitor.user) {
    co_return account.visitors().detour(posted.visitor, kSignInPath, address_of(way.shown, device));
  }
  Outcome outcome;
  std::string fault;
  try {
    outcome = co_await prove_and_act(
        way, {.account = account, .session = posted.visitor.session, .form = posted.form},
        call.request().peer.address);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  if (outcome.next.empty()) {
    co_return co_await account.show(
        posted.visitor, {.action = way.shown, .device = device, .fault = std::move(fault)});
  }
  // The old password's sessions have ended, this one too: it goes on under the new one.
  if (way.shown == AccountAction::password) {
    accounts::Proof proof = co_await account.services().sessions.prove(*posted.visitor.user);
    protocol::UserId user = *posted.visitor.user;
    posted.visitor = co_await account.visitors().sign_in(std::move(posted.visitor),
                                                         {.user = std::move(user),
                                                          .proof = std::move(proof),
                                                          .address = call.request().peer.address});
  }
  account.visitors().tell(posted.visitor, std::string(outcome.news));
  co_return account.visitors().redirect(posted.visitor, outcome.next);
}

}  // namespace

Routes account_act_routes(const Services& services) {
  const auto pages = std::make_shared<const AccountPages>(services);
  Routes routes;
  const auto add = [&](Way way) {
    const bool is_proven = way.proof == Proof::password;
    routes.push_back({.method = http::Method::post,
                      .paths = {std::string(way.path)},
                      .guard = page_guard(is_proven ? boundary::LimitClass::sign_in
                                                    : boundary::LimitClass::write),
                      .spec = way.spec,
                      .endpoint = [pages, kept = std::make_shared<const Way>(way)](
                                      Call& call) { return handle(*pages, *kept, call); },
                      .show_failure = page_failures(services.site)});
  };
  add({.path = "/_chancery/account/profile",
       .spec = {"chancery", "v1", "POST /_chancery/account/profile"},
       .shown = AccountAction::profile,
       .needs = policy::Capability::act_as_member,
       .proof = Proof::none,
       .act = save_profile});
  add({.path = "/_chancery/account/password",
       .spec = {"chancery", "v1", "POST /_chancery/account/password"},
       .shown = AccountAction::password,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = change_password});
  add({.path = "/_chancery/account/end_session",
       .spec = {"chancery", "v1", "POST /_chancery/account/end_session"},
       .shown = AccountAction::end_device,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = end_session});
  add({.path = "/_chancery/account/deactivate",
       .spec = {"chancery", "v1", "POST /_chancery/account/deactivate"},
       .shown = AccountAction::deactivate,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = deactivate});
  add({.path = "/_chancery/account/reset",
       .spec = {"chancery", "v1", "POST /_chancery/account/reset"},
       .shown = AccountAction::reset,
       .needs = policy::Capability::manage_account,
       .proof = Proof::password,
       .act = allow_reset});
  return routes;
}

}  // namespace chancery::oauth_api
