// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/token_cache.hpp"

namespace chancery::accounts {

CachedTokenPtr TokenCache::find(const TokenHash& hash) const {
  const Shard& shard = shard_of(hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.tokens.find(hash);
  return found == shard.tokens.end() ? nullptr : found->second;
}

void TokenCache::put(const TokenHash& hash, CachedTokenPtr token, std::uint64_t ticket) {
  const std::lock_guard index_lock(index_mutex_);
  // Under the lock that whoever forgets takes too.
  if (forgotten_.load() != ticket) return;
  if (count_ >= most_) {
    for (Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      shard.tokens.clear();
    }
    by_user_.clear();
    count_ = 0;
  }
  const protocol::UserId user = token->session.user;
  Shard& shard = shard_of(hash);
  const std::lock_guard lock(shard.mutex);
  if (!shard.tokens.insert_or_assign(hash, std::move(token)).second) return;
  by_user_[user].push_back(hash);
  ++count_;
}

void TokenCache::forget(const protocol::UserId& user, const protocol::DeviceId& device) {
  const std::lock_guard index_lock(index_mutex_);
  ++forgotten_;
  const auto of_user = by_user_.find(user);
  if (of_user == by_user_.end()) return;
  count_ -= std::erase_if(of_user->second, [&](const TokenHash& hash) {
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.tokens.find(hash);
    if (found == shard.tokens.end()) return true;
    if (found->second->session.device != device) return false;
    shard.tokens.erase(found);
    return true;
  });
  if (of_user->second.empty()) by_user_.erase(of_user);
}

void TokenCache::forget(const protocol::UserId& user) {
  const std::lock_guard index_lock(index_mutex_);
  ++forgotten_;
  const auto of_user = by_user_.find(user);
  if (of_user == by_user_.end()) return;
  for (const TokenHash& hash : of_user->second) {
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    shard.tokens.erase(hash);
  }
  count_ -= of_user->second.size();
  by_user_.erase(of_user);
}

}  // namespace chancery::accounts
