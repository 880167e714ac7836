// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ignored users: whom each person does not want to hear of, their account data
// `m.ignored_user_list`.
//
// A list is read and parsed once and kept until its owner changes it.
//
// Concurrency: any thread.
// Failure:     StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.
// Spec:        client-server, "Ignoring Users".

#include "domain/accounts/account_data.hpp"
#include "protocol/event.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace chancery::accounts {

// The users in the content of that account data, but `owner`. What is malformed ignores nobody.
[[nodiscard]] std::unordered_set<protocol::UserId> parse_ignored_users(
    std::string_view content, const protocol::UserId& owner);
inline constexpr std::string_view kIgnoredUsersType = "m.ignored_user_list";

class IgnoredUsers {
 public:
  static constexpr std::size_t kMostKept = 100'000;  // lists in memory

  // Adds a reader to the feed.
  IgnoredUsers(AccountData& account_data, storage::CommittedChanges& feed);

  using Users = std::unordered_set<protocol::UserId>;
  // Never null; one's own name is never in it.
  runtime::Task<std::shared_ptr<const Users>> load(protocol::UserId owner);
  // The same where it is in memory; else null.
  [[nodiscard]] std::shared_ptr<const Users> find_kept(const protocol::UserId& owner) const;

  // Whether who ignores `ignored` is not shown the event: what they said, not state that they set.
  [[nodiscard]] static bool hides(const Users& ignored, const protocol::VerifiedEvent& event);

 private:
  void forget(const protocol::UserId& owner);

  AccountData& account_data_;
  const std::shared_ptr<const Users> nobody_ = std::make_shared<const Users>();
  mutable std::mutex mutex_;
  std::unordered_map<protocol::UserId, std::shared_ptr<const Users>> kept_;
  std::uint64_t forgettings_ = 0;  // so that a list read before a change is not kept after it
};

}  // namespace chancery::accounts
