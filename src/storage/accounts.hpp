// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts as stored: who there is, how they prove it, and their standing.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

// The numbers are stored.
enum class AccountRole : std::uint8_t { guest = 0, user = 1, owner = 2 };

// What the server's operators or the person have made of an account.
struct AccountStanding {
  bool deactivated = false;  // for good: no one signs in, the name is never given again
  bool locked = false;       // for now: tokens are refused but not forgotten
  bool erased = false;       // deactivated, and what can be forgotten is
  bool suspended = false;    // for now: may look, and take back what is theirs
  friend bool operator==(const AccountStanding&, const AccountStanding&) = default;
};

struct StoredAccount {
  protocol::UserId user;
  std::string password_hash;  // Argon2id's own text; "": no password signs in
  AccountRole role = AccountRole::user;
  AccountStanding standing;
  base::Timestamp created_at;
  std::string user_type = {};  // "bot", "support", or "" for a person
};

// --- mutations -------------------------------------------------------------------------------

struct CreateAccount {
  StoredAccount account;
};
struct SetPasswordHash {
  protocol::UserId user;
  std::string password_hash;
};
struct SetAccountRole {
  protocol::UserId user;
  AccountRole role = AccountRole::user;
};
struct SetAccountStanding {
  protocol::UserId user;
  AccountStanding standing;
};

struct SetUserType {
  protocol::UserId user;
  std::string user_type;
};

// --- preconditions ---------------------------------------------------------------------------

// Nobody has or had this user id.
struct RequireUserAbsent {
  static constexpr std::string_view kName = "user_absent";
  protocol::UserId user;
};
// There is such an account, and it is not deactivated.
struct RequireAccountActive {
  static constexpr std::string_view kName = "account_active";
  protocol::UserId user;
};

// The account's standing is still this one.
struct RequireAccountStanding {
  static constexpr std::string_view kName = "account_standing";
  protocol::UserId user;
  AccountStanding standing;
};

// The password is still the one with this hash.
struct RequirePasswordHash {
  static constexpr std::string_view kName = "password_hash";
  protocol::UserId user;
  std::string password_hash;
};

// --- what is read ----------------------------------------------------------------------------

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  virtual runtime::Task<std::optional<StoredAccount>> find_account(protocol::UserId user) = 0;
  // In the order of user ids, those after `after`.
  virtual runtime::Task<std::vector<StoredAccount>> load_accounts(protocol::UserId after,
                                                                  std::size_t limit) = 0;
  virtual runtime::Task<std::uint64_t> count_accounts() = 0;
  // Those that are deactivated and in rooms, invited or knocking all the same, in the order of user
  // ids, after `after`.
  virtual runtime::Task<std::vector<protocol::UserId>> load_ended_members(protocol::UserId after,
                                                                          std::size_t limit) = 0;
  // Guests who are joined to rooms, in the order of user ids, after `after`.
  virtual runtime::Task<std::vector<protocol::UserId>> load_joined_guests(protocol::UserId after,
                                                                          std::size_t limit) = 0;
  // Those who are joined to that room.
  virtual runtime::Task<std::vector<protocol::UserId>> load_guests_in(RoomNumber room) = 0;
  // Whoever was erased, in the order of user ids.
  virtual runtime::Task<std::vector<protocol::UserId>> load_erased() = 0;
};

}  // namespace chancery::storage
