// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The token cache: what access tokens were last found to be, by their hash.
//
// Concurrency: any thread; a question takes well under a microsecond. A full cache starts again
// empty.

#include "base/time.hpp"
#include "domain/accounts/access_token.hpp"
#include "domain/accounts/session.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace chancery::accounts {

struct CachedToken {
  Session session;
  base::Timestamp expires_at;  // 0: never
};
using CachedTokenPtr = std::shared_ptr<const CachedToken>;

class TokenCache {
 public:
  explicit TokenCache(std::size_t most) : most_(most) {}

  // Null when unknown.
  [[nodiscard]] CachedTokenPtr find(const TokenHash& hash) const;

  // What was loaded while something was forgotten may be out of date, and is not put in.
  [[nodiscard]] std::uint64_t ticket() const { return forgotten_.load(); }
  void put(const TokenHash& hash, CachedTokenPtr token, std::uint64_t ticket);

  void forget(const protocol::UserId& user, const protocol::DeviceId& device);
  void forget(const protocol::UserId& user);

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<TokenHash, CachedTokenPtr> tokens;
  };
  // By another byte than those that a shard's table goes by.
  [[nodiscard]] static std::size_t shard_number(const TokenHash& hash) {
    return static_cast<unsigned char>(hash.bytes().back()) % kShards;
  }
  [[nodiscard]] Shard& shard_of(const TokenHash& hash) { return shards_[shard_number(hash)]; }
  [[nodiscard]] const Shard& shard_of(const TokenHash& hash) const {
    return shards_[shard_number(hash)];
  }

  const std::size_t most_;
  std::mutex index_mutex_;  // taken before a shard's
  std::unordered_map<protocol::UserId, std::vector<TokenHash>> by_user_;
  std::size_t count_ = 0;
  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> forgotten_ = 0;
};

}  // namespace chancery::accounts
