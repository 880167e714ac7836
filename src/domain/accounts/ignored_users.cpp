// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/ignored_users.hpp"

#include "base/json.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <utility>

namespace chancery::accounts {

std::unordered_set<protocol::UserId> parse_ignored_users(std::string_view content,
                                                         const protocol::UserId& owner) {
  std::unordered_set<protocol::UserId> users;
  const auto json = base::parse_json(content);
  if (!json || !json->is_object()) return users;
  const base::JsonObject* listed = base::find_object(json->get_object(), "ignored_users");
  if (listed == nullptr) return users;
  for (const auto& member : *listed) {
    auto user = protocol::UserId::parse(member.key());
    if (user && *user != owner) users.insert(*std::move(user));
  }
  return users;
}

IgnoredUsers::IgnoredUsers(AccountData& account_data, storage::CommittedChanges& feed)
    : account_data_(account_data) {
  feed.add_reader(storage::hear(
      [this](const storage::PutAccountData& put) {
        if (put.room.empty() && put.type == kIgnoredUsersType) forget(put.user);
      },
      [this](const storage::DeleteAccountData& gone) { forget(gone.user); }));
}

bool IgnoredUsers::hides(const Users& ignored, const protocol::VerifiedEvent& event) {
  return !ignored.empty() && !event.is_state() && ignored.contains(event.sender());
}

void IgnoredUsers::forget(const protocol::UserId& owner) {
  const std::lock_guard lock(mutex_);
  ++forgettings_;
  kept_.erase(owner);
}

std::shared_ptr<const IgnoredUsers::Users> IgnoredUsers::find_kept(
    const protocol::UserId& owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(owner);
  return found == kept_.end() ? nullptr : found->second;
}

runtime::Task<std::shared_ptr<const IgnoredUsers::Users>> IgnoredUsers::load(
    protocol::UserId owner) {
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(owner); found != kept_.end()) co_return found->second;
    before = forgettings_;
  }
  std::shared_ptr<const Users> users = nobody_;
  const auto content = co_await account_data_.find(owner, "", std::string(kIgnoredUsersType));
  if (content) {
    Users parsed = parse_ignored_users(*content, owner);
    if (!parsed.empty()) users = std::make_shared<const Users>(std::move(parsed));
  }
  const std::lock_guard lock(mutex_);
  if (before == forgettings_) {
    if (kept_.size() >= kMostKept) kept_.clear();
    kept_.insert_or_assign(std::move(owner), users);
  }
  co_return users;
}

}  // namespace chancery::accounts
