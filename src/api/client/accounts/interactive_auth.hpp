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
#include "domain/accounts/sign_in.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <variant>

namespace chancery::client {

class InteractiveAuth {
 public:
  InteractiveAuth(accounts::InteractiveSessions& sessions, accounts::SignIn& sign_in,
                  accounts::Registration& registration)
      : sessions_(sessions), sign_in_(sign_in), registration_(registration) {}

  // Asks the signed-in user for their password. Absent: they gave it, or are an application
  // service, which shows its secret each time: go on. Else the 401 to answer with. Requires: the
  // route is for whoever is signed in.
  runtime::Task<std::optional<http::Response>> ask_owner(boundary::Call& call,
                                                         const base::JsonObject& body);

  // What someone who registers has gone through.
  struct Newcomer {
    std::string session;             // spend it when the account is made
    std::string registration_token;  // "" when none was asked for
  };
  runtime::Task<std::variant<Newcomer, http::Response>> ask_newcomer(boundary::Call& call,
                                                                     const base::JsonObject& body);
  void spend(const std::string& session) { sessions_.spend(session); }

 private:
  runtime::Task<bool> is_password_right(const boundary::Call& call, const base::JsonObject& auth,
                                        std::string address);

  accounts::InteractiveSessions& sessions_;
  accounts::SignIn& sign_in_;
  accounts::Registration& registration_;
};

}  // namespace chancery::client
