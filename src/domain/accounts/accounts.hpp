// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts: who there is, what they are, and how their standing changes.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/joined_rooms.hpp"
#include "domain/accounts/passwords.hpp"
#include "domain/accounts/proofs.hpp"
#include "domain/accounts/session.hpp"
#include "storage/accounts.hpp"
#include "storage/sessions.hpp"

#include <optional>
#include <string>

namespace chancery::accounts {

[[nodiscard]] policy::Role to_role(storage::AccountRole role);
[[nodiscard]] storage::AccountRole to_stored(policy::Role role);
// Whoever has ended may do as little as whoever is locked.
[[nodiscard]] policy::Standing to_policy(const storage::AccountStanding& standing);
// The person of `account` with the role and standing that it has: at a browser, or when something
// is done in their name; on no device.
[[nodiscard]] Session session_of(const storage::StoredAccount& account,
                                 base::Timestamp authenticated_at = {});

class Accounts {
 public:
  struct Stores {
    storage::AccountStore& accounts;
    storage::SessionStore& sessions;
  };
  Accounts(Stores stores, AuditedCommits& commits, Passwords& passwords, const Proofs& proofs)
      : stores_(stores), commits_(commits), passwords_(passwords), proofs_(proofs) {}

  runtime::Task<std::optional<storage::StoredAccount>> find(protocol::UserId user);
  // Throws ApiError not_found.
  runtime::Task<storage::StoredAccount> get(protocol::UserId user);

  // Throws ApiError weak_password.
  void require_strong(std::string_view password) const { passwords_.require_strong(password); }
  enum class OtherDevices : std::uint8_t { keep, log_out };
  // By whoever showed that the account is theirs.
  struct PasswordChange {
    Session session;
    std::string password;
    OtherDevices others = OtherDevices::log_out;
    std::optional<Proof> proof = {};  // absent: a mail to an address of theirs was answered
  };
  // The proof by which they go on. Of two changes that were proven by the same password one is
  // made. Throws ApiError weak_password; forbidden when the proof was overtaken; user_locked,
  // user_deactivated however it was proven.
  runtime::Task<Proof> change_password(PasswordChange wanted);
  // By an operator (`who` "server" for the command line). Throws ApiError weak_password,
  // user_deactivated.
  runtime::Task<> reset_password(std::string who, protocol::UserId user, std::string password,
                                 OtherDevices devices = OtherDevices::log_out);
  runtime::Task<> set_role(std::string who, protocol::UserId user, policy::Role role);
  enum class Locked : std::uint8_t { no, yes };
  runtime::Task<> set_locked(std::string who, protocol::UserId user, Locked locked);
  enum class Suspended : std::uint8_t { no, yes };
  runtime::Task<> set_suspended(std::string who, protocol::UserId user, Suspended suspended);

 private:
  struct NewHash {
    storage::StoredAccount account;
    std::string hash;
    OtherDevices others = OtherDevices::log_out;
    std::optional<protocol::DeviceId> own = {};  // stays
  };
  runtime::Task<> put_hash(NewHash wanted, storage::Change change, audit::Act act);
  runtime::Task<> put_own_hash(NewHash wanted, audit::Act act);
  runtime::Task<> change_standing(std::string who, storage::StoredAccount account,
                                  storage::AccountStanding standing, std::string act);

  Stores stores_;
  AuditedCommits& commits_;
  Passwords& passwords_;
  const Proofs& proofs_;
};

// Deactivation: ends an account for good; its name is never given again.
class Deactivation {
 public:
  Deactivation(Accounts::Stores stores, AuditedCommits& commits, JoinedRooms& rooms)
      : stores_(stores), commits_(commits), rooms_(rooms) {}

  enum class Erase : std::uint8_t { no, yes };
  // `who` is a user id, or "server". Leaves all rooms after the account has ended.
  runtime::Task<> deactivate(std::string who, protocol::UserId user, Erase erase);
  // Goes on where a stop of the server or a full disk interrupted: whoever has ended leaves the
  // rooms that they are in all the same.
  runtime::Task<> resume();

 private:
  // False when the account changed meanwhile.
  runtime::Task<bool> try_end(std::string who, protocol::UserId user, Erase erase);

  Accounts::Stores stores_;
  AuditedCommits& commits_;
  JoinedRooms& rooms_;
};

}  // namespace chancery::accounts
