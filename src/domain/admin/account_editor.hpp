// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The account editor: makes accounts for others, and changes what an owner may change of them.
//
// What is asked for and already so is no act. An account that has ended stays so, and owners do not
// act against each other (accounts::Moderation).
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError. A change of several things stops at the first refused.

#include "domain/accounts/account_creation.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::admin {

// Absent: as it is.
struct AccountWish {
  std::optional<std::string> password;
  accounts::Accounts::OtherDevices devices = accounts::Accounts::OtherDevices::log_out;
  std::optional<std::string> displayname;  // "": none
  std::optional<std::string> avatar_url;   // likewise
  std::optional<bool> is_owner;
  std::optional<bool> is_deactivated;
  std::optional<bool> is_locked;
  std::optional<std::string> user_type;                      // "bot", "support", or "" for a person
  std::optional<std::vector<mail::Address>> addresses = {};  // all that are to be theirs
};

class AccountEditor {
 public:
  struct Ports {
    accounts::Accounts& accounts;
    accounts::AccountCreation& creation;
    accounts::Moderation& moderation;
    accounts::Deactivation& deactivation;
    accounts::ProfileEditor& profiles;
    third_party_ids::ThirdPartyIds& addresses;
    accounts::AuditedCommits& commits;
  };
  explicit AccountEditor(Ports ports) : ports_(ports) {}

  enum class Outcome : std::uint8_t { made, changed };
  runtime::Task<Outcome> put(accounts::Session by, protocol::UserId user, AccountWish wish);

  // Mail addresses of the account, for owners; and whose one is, absent when it is nobody's.
  runtime::Task<std::vector<third_party_ids::ThirdPartyId>> load_addresses(protocol::UserId user);
  runtime::Task<std::optional<protocol::UserId>> find_owner_of(mail::Address address);

  runtime::Task<> set_owner(accounts::Session by, protocol::UserId user, bool is_owner);
  runtime::Task<> deactivate(accounts::Session by, protocol::UserId user,
                             accounts::Deactivation::Erase erase);
  runtime::Task<> reset_password(accounts::Session by, protocol::UserId user, std::string password,
                                 accounts::Accounts::OtherDevices devices);

 private:
  runtime::Task<> make(accounts::Session by, protocol::UserId user, AccountWish wish);
  runtime::Task<> change(accounts::Session by, storage::StoredAccount account, AccountWish wish);
  runtime::Task<> change_profile(accounts::Session by, protocol::UserId user,
                                 const AccountWish& wish);
  // Before anything is changed: threepid_in_use when one belongs to somebody else.
  runtime::Task<> require_free(protocol::UserId user, std::vector<mail::Address> addresses);
  runtime::Task<> change_addresses(accounts::Session by, protocol::UserId user,
                                   std::vector<mail::Address> wanted);
  runtime::Task<> set_user_type(accounts::Session by, protocol::UserId user, std::string user_type);

  Ports ports_;
};

}  // namespace chancery::admin
