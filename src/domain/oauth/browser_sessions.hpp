// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Browser sessions: who is signed in to the pages of this server, by a cookie.
//
// They say who agrees to something; no token of the API comes of them. One ends after an hour, by
// signing out here or everywhere, and when the password is changed or the account locked or ended.
// Each stands on record before it begins.
//
// Concurrency: any scheduler. In memory; bounded, the oldest go first.
// Failure:     StorageError.

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/expiring.hpp"
#include "domain/accounts/sessions.hpp"
#include "runtime/random.hpp"

#include <optional>
#include <string>

namespace chancery::oauth {

class BrowserSessions {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::hours(1);
  static constexpr std::size_t kMost = 65'536;

  struct Ports {
    accounts::Accounts& accounts;
    accounts::Sessions& sessions;
    accounts::AuditedCommits& commits;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit BrowserSessions(Ports ports);

  // Who is signed in, as the rest of the server knows people, and how they showed it.
  struct Person {
    accounts::Session session;
    accounts::Proof proof;
  };

  // A cookie's value that says nothing yet of who it is.
  [[nodiscard]] std::string make_cookie();
  [[nodiscard]] static bool is_cookie(std::string_view text);
  // Signs somebody in from `address`; a new cookie, so that one planted by somebody else is of no
  // use.
  runtime::Task<std::string> begin(protocol::UserId user, accounts::Proof proof,
                                   std::string address);
  // Absent when nobody is signed in (any more).
  runtime::Task<std::optional<Person>> find(std::string cookie);
  void end(const std::string& cookie);

  // What the next page is to tell: kept with the session, not in an address that others could make.
  void tell(const std::string& cookie, std::string news);
  // "" when there is nothing; once.
  [[nodiscard]] std::string take_news(const std::string& cookie);

  // What a form must carry, so that no page of another origin can send it: it goes with the cookie.
  [[nodiscard]] std::string form_token(std::string_view cookie) const;
  [[nodiscard]] bool is_form_token(std::string_view cookie, std::string_view token) const;

 private:
  struct Session {
    protocol::UserId user;
    accounts::Proof proof;
    base::Timestamp begun_at;
    std::string news;
  };
  Ports ports_;
  std::string key_;  // of form tokens; another one after each start
  accounts::Expiring<Session> sessions_;
};

}  // namespace chancery::oauth
