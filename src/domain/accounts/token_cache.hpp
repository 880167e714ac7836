// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The token cache: what access tokens were last found to be, by their hash.
//
// Concurrency: any thread; a question takes well under a microsecond. A shard that is full starts
// again empty.

#include "base/time.hpp"
#include "domain/accounts/session.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::accounts {

struct CachedToken {
  Session session;
  base::Timestamp expires_at;  // 0: never
  enum class Standing : std::uint8_t { good, locked } standing = Standing::good;
};

class TokenCache {
 public:
  explicit TokenCache(std::size_t most) : most_a_shard_(most / kShards + 1) {}

  // Null when unknown.
  [[nodiscard]] std::shared_ptr<const CachedToken> find(const std::string& hash) const;

  // What was loaded while something was forgotten may be out of date, and is not put in.
  [[nodiscard]] std::uint64_t ticket() const { return forgotten_.load(); }
  void put(const std::string& hash, std::shared_ptr<const CachedToken> token, std::uint64_t ticket);

  void forget(const protocol::UserId& user, const protocol::DeviceId& device);
  void forget(const protocol::UserId& user);

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const CachedToken>> tokens;
  };
  template <typename Matches>
  void forget_if(Matches matches);
  [[nodiscard]] static std::size_t shard_of(const std::string& hash) {
    return hash.empty() ? 0 : static_cast<unsigned char>(hash.front()) % kShards;
  }

  std::size_t most_a_shard_;
  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> forgotten_ = 0;
};

}  // namespace chancery::accounts
