// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Authorizations: from a client's request in a browser to a code, and from the code to a session.
//
// What a request says is checked before anything is shown. Only where client and redirect URI are
// right is an error sent to the redirect URI; else it is shown here. A code serves once, within a
// minute, for who made the request (PKCE); when it comes back, what it opened ends. What a person
// says, yes or no, is on record before it counts.
//
// Concurrency: any scheduler. Codes and pushed requests are in memory; bounded, the oldest go.
// Failure:     ApiError forbidden; StorageError.
// Spec:        RFC 6749 4.1, RFC 7636, RFC 9126, RFC 9207, RFC 9700.

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/expiring.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/oauth/clients.hpp"
#include "domain/oauth/scope.hpp"

#include <optional>
#include <string>
#include <variant>

namespace chancery::oauth {

// A request that may be shown to a person.
struct AuthorizationRequest {
  Client client;
  std::string redirect_uri;
  ResponseMode mode = ResponseMode::query;
  std::string state;
  Scope scope;
  std::string challenge;
  enum class Prompt : std::uint8_t { usual, create } prompt = Prompt::usual;
  std::string pushed;  // the request_uri that it came by; "" for none
};

// What is told to the client through the browser.
struct ErrorAnswer {
  std::string redirect_uri;
  ResponseMode mode = ResponseMode::query;
  std::string state;
  Refusal refusal;
};

struct Granted {
  accounts::IssuedTokens tokens;
  std::string scope;
};

class Authorizations {
 public:
  static constexpr base::Milliseconds kCodeLifetime = std::chrono::minutes(1);
  // For so long a code is known after its minute, to notice that it comes back.
  static constexpr base::Milliseconds kCodeRemembered = std::chrono::minutes(10);
  static constexpr base::Milliseconds kPushedLifetime = std::chrono::minutes(10);
  static constexpr std::size_t kMost = 16'384;

  struct Ports {
    Clients& clients;
    accounts::Sessions& sessions;
    accounts::Accounts& accounts;
    accounts::AuditedCommits& commits;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  // `issuer` is what answers name.
  Authorizations(Ports ports, std::string issuer);

  // The first alternative may be shown; the second is sent back; the third is shown here alone.
  using Checked = std::variant<AuthorizationRequest, ErrorAnswer, Refusal>;
  runtime::Task<Checked> check(Parameters parameters);
  // RFC 9126: keeps the request; its request_uri.
  runtime::Task<std::expected<std::string, Refusal>> push(Parameters parameters);

  // `user`, who showed it by `proof`, agrees: the address to go on to, with a code. Refused when a
  // pushed request has been answered meanwhile.
  runtime::Task<std::expected<std::string, Refusal>> grant(AuthorizationRequest request,
                                                           protocol::UserId user,
                                                           accounts::Proof proof);
  // `user` says no: the address to go on to.
  runtime::Task<std::string> refuse(AuthorizationRequest request, protocol::UserId user);
  [[nodiscard]] std::string answer(const ErrorAnswer& error) const;

  struct Redemption {
    std::string code;
    std::string client;
    std::string redirect_uri;
    std::string verifier;
    std::string request = {};  // the id by which the log knows what was sent
  };
  runtime::Task<std::expected<Granted, Refusal>> redeem(Redemption redemption);

  [[nodiscard]] const std::string& issuer() const { return issuer_; }

 private:
  struct Code {
    protocol::UserId user;
    accounts::Proof proof;
    std::string client;
    std::string client_title;
    std::string redirect_uri;
    std::string challenge;
    Scope scope;
    runtime::SteadyTime expires_at;
    bool is_spent = false;
    bool is_opened = false;    // a session was opened by it
    bool is_replayed = false;  // it came back while the session was being opened
  };
  enum class Use : std::uint8_t { unknown, refused, replayed, first };
  [[nodiscard]] Use spend(const Redemption& redemption, std::optional<Code>& code);
  runtime::Task<std::expected<Granted, Refusal>> open(Redemption redemption, Code code);

  Ports ports_;
  std::string issuer_;
  accounts::Expiring<Code> codes_;
  accounts::Expiring<Parameters> pushed_;
};

}  // namespace chancery::oauth
