// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/invite_permissions.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <utility>

namespace chancery::accounts {

using protocol::kFineInvitePermissionType;
using protocol::kInvitePermissionType;

InvitePermissions::InvitePermissions(AccountData& account_data, storage::CommittedChanges& feed)
    : account_data_(account_data) {
  feed.add_reader(storage::hear(
      [this](const storage::PutAccountData& put) {
        const bool is_ours =
            put.type == kInvitePermissionType || put.type == kFineInvitePermissionType;
        if (put.room.empty() && is_ours) forget(put.user);
      },
      [this](const storage::DeleteAccountData& gone) { forget(gone.user); }));
}

void InvitePermissions::forget(const protocol::UserId& owner) {
  const std::lock_guard lock(mutex_);
  ++forgettings_;
  kept_.erase(owner);
}

runtime::Task<base::JsonObject> InvitePermissions::load_content(protocol::UserId owner,
                                                                std::string_view type) {
  const auto content = co_await account_data_.find(std::move(owner), "", std::string(type));
  if (!content) co_return base::JsonObject{};
  auto parsed = base::parse_json(*content);
  if (!parsed || !parsed->is_object()) co_return base::JsonObject{};
  co_return std::move(parsed->get_object());
}

runtime::Task<InvitePermissions::Permission> InvitePermissions::load(protocol::UserId owner) {
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(owner); found != kept_.end()) co_return found->second;
    before = forgettings_;
  }
  const base::JsonObject plain = co_await load_content(owner, kInvitePermissionType);
  const base::JsonObject fine = co_await load_content(owner, kFineInvitePermissionType);
  Permission permission = everyone_;
  if (!plain.empty() || !fine.empty()) {
    permission = std::make_shared<const protocol::InvitePermission>(plain, fine);
  }
  const std::lock_guard lock(mutex_);
  if (before == forgettings_) {
    if (kept_.size() >= kMostKept) kept_.clear();
    kept_.insert_or_assign(std::move(owner), permission);
  }
  co_return permission;
}

runtime::Task<protocol::InviteFate> InvitePermissions::decide(protocol::UserId invited,
                                                              protocol::UserId inviter) {
  const Permission permission = co_await load(std::move(invited));
  co_return permission->decide(inviter);
}

}  // namespace chancery::accounts
