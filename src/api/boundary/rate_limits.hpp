// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rate limits: token buckets per account, or per network of an address where nobody is signed in.
//
// Concurrency: any thread. Memory is bounded: where it ends full buckets are forgotten, of which a
//              new one says the same, and if there is none the fullest of those looked at. Whoever
//              has used theirs up does not get rid of that by a flood of other names.

#include "api/boundary/route.hpp"
#include "runtime/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chancery::boundary {

struct Rate {
  double per_second = 0;
  double burst = 0;
};

struct RateTable {
  Rate read{50, 200};
  Rate write{10, 60};
  Rate message{5, 50};
  Rate sign_in{0.2, 5};
  Rate registration{0.1, 5};
  Rate media{5, 30};
};

// Accounts that have a rate of their own for what they write and send.
class PersonalRates {
 public:
  virtual ~PersonalRates() = default;
  // Absent: as everyone. A rate of 0 is none: no limit.
  [[nodiscard]] virtual std::optional<Rate> find_rate(const std::string& who) const = 0;
};

enum class LimitsEnabled : std::uint8_t { no, yes };

class RateLimits {
 public:
  // `personal` may be null, and must outlive this.
  RateLimits(LimitsEnabled enabled, RateTable table, runtime::Clock& clock,
             const PersonalRates* personal = nullptr);
  ~RateLimits();

  // Takes one token of `who` (a user id or a network) in `limit`. Absent: go on; else how long
  // until there is one.
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(LimitClass limit,
                                                              const std::string& who);
  // Gives back what was taken for something that turned out to cost nothing.
  void give_back(LimitClass limit, const std::string& who);
  // Buckets that are kept; never more than that.
  [[nodiscard]] std::size_t buckets();
  static constexpr std::size_t kMostInAll = 131'072;

 private:
  static constexpr std::size_t kShards = 16;
  struct Bucket {
    Rate rate;
    double tokens = 0;
    runtime::SteadyTime filled_at;

    [[nodiscard]] double tokens_at(runtime::SteadyTime now) const;
  };
  // Whose bucket of which limit, with the hash, which is made once for the shard and its table.
  struct Asked {
    LimitClass limit;
    std::string_view who;
    std::size_t hash;
  };
  struct Key {
    LimitClass limit;
    std::string who;
    std::size_t hash;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(const auto& key) const { return key.hash; }
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(const auto& left, const auto& right) const {
      return left.limit == right.limit && left.who == right.who;
    }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<Key, Bucket, KeyHash, KeyEqual> buckets;
    std::size_t next = 0;  // place in the table from which room is made
  };
  [[nodiscard]] static Asked ask(LimitClass limit, std::string_view who);
  [[nodiscard]] Shard& shard_of(const Asked& asked) { return shards_[asked.hash % kShards]; }
  static void make_room(Shard& shard, runtime::SteadyTime now);
  [[nodiscard]] Rate rate_of(LimitClass limit, const std::string& who) const;
  static constexpr std::size_t kMostBuckets = kMostInAll / kShards;  // a shard

  LimitsEnabled enabled_;
  RateTable table_;
  runtime::Clock& clock_;
  const PersonalRates* personal_;
  std::array<Shard, kShards> shards_;
};

}  // namespace chancery::boundary
