// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts as the owners of the server see them.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/administration.hpp"

#include <string>
#include <vector>

namespace chancery::admin {

class AccountList {
 public:
  struct Ports {
    storage::AdministrationStore& store;
    accounts::Moderation& moderation;
    accounts::Profiles& profiles;
    accounts::AccountData& account_data;
    accounts::AuditedCommits& commits;
    rooms::Rooms& rooms;
  };
  explicit AccountList(Ports ports) : ports_(ports) {}

  runtime::Task<storage::PageOf<storage::ListedAccount>> list(storage::AccountQuery query);
  // Those below throw as Moderation::look_at does.
  runtime::Task<storage::ListedAccount> get(accounts::Session by, protocol::UserId user);
  // The rooms of people of other servers are known as far as they are ours.
  runtime::Task<std::vector<rooms::UserRoom>> load_rooms(protocol::UserId user);
  // What people keep for themselves: that it was read is on record.
  runtime::Task<std::vector<accounts::AccountDataItem>> read_account_data(accounts::Session by,
                                                                          protocol::UserId user);

 private:
  Ports ports_;
};

}  // namespace chancery::admin
