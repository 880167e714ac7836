// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Invite permissions of people: whose invites each wants, from their account data.
//
// Read and parsed once and kept until its owner changes it.
//
// Concurrency: any thread.
// Failure:     StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "domain/accounts/account_data.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/invite_permission.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace chancery::accounts {

class InvitePermissions {
 public:
  static constexpr std::size_t kMostKept = 100'000;  // in memory

  // Adds a reader to the feed.
  InvitePermissions(AccountData& account_data, storage::CommittedChanges& feed);

  // What becomes of an invite by `inviter` to `invited`, who need not be ours.
  runtime::Task<protocol::InviteFate> decide(protocol::UserId invited, protocol::UserId inviter);

 private:
  using Permission = std::shared_ptr<const protocol::InvitePermission>;
  runtime::Task<Permission> load(protocol::UserId owner);
  runtime::Task<base::JsonObject> load_content(protocol::UserId owner, std::string_view type);
  void forget(const protocol::UserId& owner);

  AccountData& account_data_;
  const Permission everyone_ = std::make_shared<const protocol::InvitePermission>();
  std::mutex mutex_;
  std::unordered_map<protocol::UserId, Permission> kept_;
  std::uint64_t forgettings_ = 0;  // so that what was read before a change is not kept after it
};

}  // namespace chancery::accounts
