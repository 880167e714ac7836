// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/rate_limits.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace chancery::boundary {

RateLimits::RateLimits(LimitsEnabled enabled, RateTable table, runtime::Clock& clock,
                       const PersonalRates* personal)
    : enabled_(enabled), table_(table), clock_(clock), personal_(personal) {}

RateLimits::~RateLimits() = default;

Rate RateLimits::rate_of(LimitClass limit, const std::string& who) const {
  const bool is_personal = limit == LimitClass::message || limit == LimitClass::write;
  if (is_personal && personal_ != nullptr) {
    if (const auto rate = personal_->find_rate(who)) return *rate;
  }
  switch (limit) {
    case LimitClass::none:
      return {};
    case LimitClass::read:
      return table_.read;
    case LimitClass::write:
      return table_.write;
    case LimitClass::message:
      return table_.message;
    case LimitClass::sign_in:
      return table_.sign_in;
    case LimitClass::registration:
      return table_.registration;
    case LimitClass::media:
      return table_.media;
  }
  return {};
}

double RateLimits::Bucket::tokens_at(runtime::SteadyTime now) const {
  const double elapsed = std::chrono::duration<double>(now - filled_at).count();
  return std::min(rate.burst, tokens + elapsed * rate.per_second);
}

std::string RateLimits::key_of(LimitClass limit, const std::string& who) {
  return std::string(1, static_cast<char>('a' + static_cast<int>(limit))) + who;
}

RateLimits::Shard& RateLimits::shard_of(const std::string& key) {
  return shards_[std::hash<std::string>{}(key) % kShards];
}

// Looks at some, from where it stopped the last time: work that a flood of names cannot multiply.
void RateLimits::make_room(Shard& shard, runtime::SteadyTime now) {
  constexpr std::size_t kLookedAt = 64;
  auto& table = shard.buckets;
  std::vector<std::string> full;
  std::string fullest;
  double most = -1;
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < table.bucket_count() && looked_at < kLookedAt; ++i) {
    shard.next = (shard.next + 1) % table.bucket_count();
    for (auto each = table.begin(shard.next); each != table.end(shard.next); ++each) {
      ++looked_at;
      const double share = each->second.tokens_at(now) / each->second.rate.burst;
      if (share >= 1) full.push_back(each->first);
      if (share <= most) continue;
      most = share;
      fullest = each->first;
    }
  }
  if (full.empty()) full.push_back(std::move(fullest));
  for (const std::string& key : full) table.erase(key);
}

std::optional<std::chrono::milliseconds> RateLimits::take(LimitClass limit,
                                                          const std::string& who) {
  if (enabled_ == LimitsEnabled::no || limit == LimitClass::none) return std::nullopt;
  Rate rate = rate_of(limit, who);
  if (rate.per_second <= 0) return std::nullopt;
  // A bucket that never holds a whole token would silence whoever it is of.
  rate.burst = std::max(rate.burst, 1.0);

  std::string key = key_of(limit, who);
  const runtime::SteadyTime now = clock_.steady_now();
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (shard.buckets.size() >= kMostBuckets && !shard.buckets.contains(key)) make_room(shard, now);
  auto [entry, is_new] = shard.buckets.try_emplace(std::move(key), Bucket{rate, rate.burst, now});
  Bucket& bucket = entry->second;
  bucket.rate = rate;
  bucket.tokens = bucket.tokens_at(now);
  bucket.filled_at = now;
  if (bucket.tokens >= 1.0) {
    bucket.tokens -= 1.0;
    return std::nullopt;
  }
  const double wait_seconds = (1.0 - bucket.tokens) / rate.per_second;
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(wait_seconds * 1000))};
}

void RateLimits::give_back(LimitClass limit, const std::string& who) {
  const std::string key = key_of(limit, who);
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.buckets.find(key);
  if (found == shard.buckets.end()) return;
  found->second.tokens = std::min(found->second.rate.burst, found->second.tokens + 1.0);
}

std::size_t RateLimits::buckets() {
  std::size_t count = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.buckets.size();
  }
  return count;
}

}  // namespace chancery::boundary
