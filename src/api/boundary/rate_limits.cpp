// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/rate_limits.hpp"

#include <cmath>

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

std::optional<std::chrono::milliseconds> RateLimits::take(LimitClass limit,
                                                          const std::string& who) {
  if (enabled_ == LimitsEnabled::no || limit == LimitClass::none) return std::nullopt;
  const Rate rate = rate_of(limit, who);
  if (rate.per_second <= 0) return std::nullopt;

  std::string key(1, static_cast<char>('a' + static_cast<int>(limit)));
  key += who;
  const runtime::SteadyTime now = clock_.steady_now();
  Shard& shard = shards_[std::hash<std::string>{}(key) % kShards];
  const std::lock_guard lock(shard.mutex);
  if (shard.buckets.size() >= kMostBuckets) {
    // A bucket that has had time to fill says nothing that a new one would not say.
    std::erase_if(shard.buckets, [&](const auto& entry) {
      return now - entry.second.filled_at > std::chrono::minutes{10};
    });
    // A flood of new names within ten minutes: forget them all rather than grow without bound.
    if (shard.buckets.size() >= kMostBuckets) shard.buckets.clear();
  }
  auto [entry, is_new] = shard.buckets.try_emplace(std::move(key), Bucket{rate.burst, now});
  Bucket& bucket = entry->second;
  const double elapsed = std::chrono::duration<double>(now - bucket.filled_at).count();
  bucket.tokens = std::min(rate.burst, bucket.tokens + elapsed * rate.per_second);
  bucket.filled_at = now;
  if (bucket.tokens >= 1.0) {
    bucket.tokens -= 1.0;
    return std::nullopt;
  }
  const double wait_seconds = (1.0 - bucket.tokens) / rate.per_second;
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(wait_seconds * 1000))};
}

}  // namespace chancery::boundary
