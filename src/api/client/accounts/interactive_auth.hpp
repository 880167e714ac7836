// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Interactive authentication: what an operation asks for beyond the access token.
//
//   if (auto challenge = co_await services.interactive.ask_owner(call, body)) {
//     co_return *std::move(challenge);
//   }
//
// Spec: client-server, "User-Interactive Authentication API".

#include "api/boundary/call.hpp"
#include "base/json.hpp"
#include "domain/accounts/interactive_sessions.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/accounts/reset_permits.hpp"
#include "domain/accounts/sign_in.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "domain/third_party_ids/validations.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <variant>

namespace chancery::client {

class InteractiveAuth {
 public:
  // Where people say on a page of this server that their cross-signing keys may be replaced.
  struct ResetPage {
    accounts::ResetPermits& permits;
    std::string address;
  };
  struct Ports {
    accounts::InteractiveSessions& sessions;
    accounts::SignIn& sign_in;
    accounts::Registration& registration;
    third_party_ids::ThirdPartyIds& addresses;
    third_party_ids::Validations& validations;
  };
  // Whether apps may ask for passwords, or this server's pages alone.
  enum class Passwords : std::uint8_t { asked_by_apps, asked_on_pages };
  InteractiveAuth(Ports ports, ResetPage reset, Passwords passwords = Passwords::asked_by_apps)
      : sessions_(ports.sessions),
        sign_in_(ports.sign_in),
        registration_(ports.registration),
        addresses_(ports.addresses),
        validations_(ports.validations),
        reset_(std::move(reset)),
        passwords_(passwords) {}

  // Asks the signed-in user for their password, or to sign in on a page of this server. Absent:
  // they gave it, or are an application service, which shows its secret each time: go on. Else the
  // 401 to answer with. Throws ApiError forbidden where what they showed on a page was overtaken,
  // and to sessions of OAuth, whose apps never see a password. Requires: the route is for whoever
  // is signed in.
  runtime::Task<std::optional<http::Response>> ask_owner(boundary::Call& call,
                                                         const base::JsonObject& body);
  // The refusal, where it can be told before anything was done for nothing.
  static void refuse_apps_of_oauth(const accounts::Session& session);
  // The same as ask_owner, and how they showed it. Requires: it is no application service.
  runtime::Task<std::variant<accounts::Proof, http::Response>> ask_for_proof(
      boundary::Call& call, const base::JsonObject& body);
  // The same before cross-signing keys are replaced; sessions of OAuth are sent to a page.
  runtime::Task<std::optional<http::Response>> ask_for_reset(boundary::Call& call,
                                                             const base::JsonObject& body);

  // What someone who registers has gone through.
  struct Newcomer {
    std::string session;                                  // spend it when the account is made
    std::string registration_token;                       // "" when none was asked for
    std::optional<third_party_ids::Validated> validated;  // the address, if one was asked for
  };
  // Whether whoever registers goes on with a session that has begun.
  [[nodiscard]] bool is_underway(boundary::Call& call, const base::JsonObject& body);
  runtime::Task<std::variant<Newcomer, http::Response>> ask_newcomer(boundary::Call& call,
                                                                     const base::JsonObject& body);
  // Asks somebody who is not signed in to prove an address that an account has: whose it is, or the
  // 401 to answer with.
  runtime::Task<std::variant<protocol::UserId, http::Response>> ask_by_mail(
      boundary::Call& call, const base::JsonObject& body);
  void spend(const std::string& session) { sessions_.spend(session); }

 private:
  [[nodiscard]] base::JsonObject newcomer_params() const;
  // Absent when the password is wrong.
  runtime::Task<std::optional<accounts::Proof>> prove_by_password(const boundary::Call& call,
                                                                  const base::JsonObject& auth,
                                                                  std::string address);

  // The address that the mail stage of `auth` proves; absent when it does not.
  runtime::Task<std::optional<third_party_ids::Validated>> find_validated(
      base::JsonObject auth, third_party_ids::Purpose purpose);

  accounts::InteractiveSessions& sessions_;
  accounts::SignIn& sign_in_;
  accounts::Registration& registration_;
  third_party_ids::ThirdPartyIds& addresses_;
  third_party_ids::Validations& validations_;
  ResetPage reset_;
  Passwords passwords_;
};

}  // namespace chancery::client
