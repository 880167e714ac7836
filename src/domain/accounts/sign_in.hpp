// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sign-in: who says they are somebody, and is.
//
// Wrong passwords are recorded, and slow down: the account at the address that they come from, at
// once; the address, and the account wherever it was never seen, after many. Where one of its
// devices was last seen an account waits for what was mistaken there alone: strangers lock nobody
// out. A name that nobody has takes as long as one that somebody has.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden, limit_exceeded, user_locked; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/failed_attempts.hpp"
#include "domain/accounts/passwords.hpp"
#include "domain/accounts/sessions.hpp"
#include "storage/accounts.hpp"

#include <string>

namespace chancery::accounts {

struct Credentials {
  std::string user;  // a localpart, or a whole id
  std::string password;
  std::string address;       // where they come from
  std::string request = {};  // the id by which the log knows what they sent
};

class SignIn {
 public:
  SignIn(storage::AccountStore& store, AuditedCommits& commits, Passwords& passwords,
         Sessions& sessions, FailedAttempts& attempts, protocol::ServerName server)
      : store_(store),
        commits_(commits),
        passwords_(passwords),
        sessions_(sessions),
        attempts_(attempts),
        server_(std::move(server)) {}

  struct Proven {
    protocol::UserId user;
    Proof proof;
  };
  // Whose password it is, for what goes on by it.
  runtime::Task<Proven> prove(Credentials credentials);
  // Whether what was shown some time ago is good still: not after a change of the password, nor
  // when everything of the person was signed out, or the account locked, or ended.
  runtime::Task<bool> still_holds(Proven proven);

  struct Wanted {
    std::optional<protocol::DeviceId> device;
    std::string device_name;
    SessionRequest::Refresh refresh = SessionRequest::Refresh::no;
  };
  struct SignedIn {
    protocol::UserId user;
    NewSession session;
  };
  runtime::Task<SignedIn> sign_in(Credentials credentials, Wanted wanted);

 private:
  // What a wrong password for an account is counted by, beside the address.
  struct Counted {
    FailedAttempts::Attempt here;                      // the account from this address
    std::optional<FailedAttempts::Attempt> strangers;  // the account from where it is not known
  };
  runtime::Task<Counted> begin_attempt(std::string name, const storage::StoredAccount* account,
                                       std::string address);
  // Absent when `user` is no name of this server.
  [[nodiscard]] std::optional<protocol::UserId> parse_user(const std::string& user) const;

  // Makes a hash by today's rules of a password that was right; the account as it is then.
  runtime::Task<storage::StoredAccount> renew_hash(storage::StoredAccount account,
                                                   std::string password);

  storage::AccountStore& store_;
  AuditedCommits& commits_;
  Passwords& passwords_;
  Sessions& sessions_;
  FailedAttempts& attempts_;
  protocol::ServerName server_;
};

}  // namespace chancery::accounts
