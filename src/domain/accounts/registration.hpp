// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Registration: how people come to an account of their own.
//
// Closed by default. With mode token, a registration token is asked for; with mode open, nothing
// but the dummy stage (where that is allowed; a token else). Where there are terms, whoever
// registers has to agree to them as well.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden, user_in_use, invalid_username, weak_password, …; StorageError.

#include "domain/accounts/account_creation.hpp"
#include "domain/accounts/registration_tokens.hpp"
#include "domain/accounts/terms.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

enum class RegistrationMode : std::uint8_t { closed, token, open };
// Absent when `text` is none of "closed", "token", "open".
[[nodiscard]] std::optional<RegistrationMode> parse_registration_mode(std::string_view text);

struct RegistrationRules {
  enum class Allowed : std::uint8_t { no, yes };
  RegistrationMode mode = RegistrationMode::closed;
  Allowed dummy = Allowed::yes;  // in mode open alone
  Allowed guests = Allowed::no;
  // Whether an address has to be proven as well. In mode open that is enough.
  enum class Mail : std::uint8_t { not_asked, asked } mail = Mail::not_asked;
};

struct RegisterRequest {
  std::optional<std::string> username;  // absent: a generated one
  std::string password;
  std::optional<std::string> device;
  std::string device_name;
  SessionRequest::Refresh refresh = SessionRequest::Refresh::no;
  enum class SignIn : std::uint8_t { no, yes } sign_in = SignIn::yes;
  std::optional<protocol::UserId> guest = std::nullopt;  // who is to become a person
  std::string registration_token;  // the one shown in the token stage; "" when it was not
  // Adds what is stored with the account, or not at all, now that its id is known: an address that
  // was proven. May be empty.
  std::function<void(storage::Change&, const protocol::UserId&)> also = {};
};

struct Registered {
  protocol::UserId user;
  std::optional<NewSession> session;
};

class Registration {
 public:
  Registration(AccountCreation& creation, RegistrationTokens& tokens, Passwords& passwords,
               runtime::Clock& clock, RegistrationRules rules, const Terms& terms)
      : creation_(creation),
        tokens_(tokens),
        passwords_(passwords),
        clock_(clock),
        rules_(rules),
        terms_(terms) {}

  // Lists of stages of which one must be gone through; none: closed.
  [[nodiscard]] std::vector<std::vector<std::string>> flows() const;
  // Throws ApiError forbidden when registration is closed.
  void require_open() const;
  // What can be refused before anyone proves anything: name, password.
  runtime::Task<> check(std::optional<std::string> username, std::optional<std::string> password);

  // Throws ApiError threepid_in_use, threepid_auth_failed when what was to be stored with it is
  // another's by now, or not proven any more.
  runtime::Task<Registered> register_account(RegisterRequest request);
  // Throws ApiError guest_access_forbidden unless guests are allowed.
  runtime::Task<Registered> register_guest(std::string device_name);

  [[nodiscard]] RegistrationTokens& tokens() { return tokens_; }
  // To be agreed to by whoever registers.
  [[nodiscard]] const Terms& terms() const { return terms_; }

 private:
  AccountCreation& creation_;
  RegistrationTokens& tokens_;
  Passwords& passwords_;
  runtime::Clock& clock_;
  RegistrationRules rules_;
  const Terms& terms_;
};

}  // namespace chancery::accounts
