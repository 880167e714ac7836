// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/rate_limits.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
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

RateLimits::Asked RateLimits::ask(LimitClass limit, std::string_view who) {
  const std::size_t hash =
      std::hash<std::string_view>{}(who) + static_cast<std::size_t>(limit) * 0x9E37'79B9;
  return {.limit = limit, .who = who, .hash = hash};
}

// Looks at some, from where it stopped the last time: work that a flood of names cannot multiply.
void RateLimits::make_room(Shard& shard, runtime::SteadyTime now) {
  constexpr std::size_t kLookedAt = 64;
  auto& table = shard.buckets;
  std::vector<Key> full;
  std::optional<Key> fullest;
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
  if (full.empty() && fullest) full.push_back(*std::move(fullest));
  for (const Key& key : full) table.erase(key);
}

std::optional<std::chrono::milliseconds> RateLimits::take(LimitClass limit,
                                                          const std::string& who) {
  if (enabled_ == LimitsEnabled::no || limit == LimitClass::none) return std::nullopt;
  Rate rate = rate_of(limit, who);
  if (rate.per_second <= 0) return std::nullopt;
  // A bucket that never holds a whole token would silence whoever it is of.
  rate.burst = std::max(rate.burst, 1.0);

  const Asked asked = ask(limit, who);
  const runtime::SteadyTime now = clock_.steady_now();
  Shard& shard = shard_of(asked);
  const std::lock_guard lock(shard.mutex);
  auto entry = shard.buckets.find(asked);
  if (entry == shard.buckets.end()) {
    if (shard.buckets.size() >= kMostBuckets) make_room(shard, now);
    entry = shard.buckets.emplace(Key{limit, who, asked.hash}, Bucket{rate, rate.burst, now}).first;
  }
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
  const Asked asked = ask(limit, who);
  Shard& shard = shard_of(asked);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.buckets.find(asked);
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
