// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/failed_attempts.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::accounts {

namespace {

protocol::ApiError too_many(base::Milliseconds wait) {
  return protocol::ApiError(protocol::ErrorCode::limit_exceeded, "Too many failed attempts")
      .with("retry_after_ms", std::int64_t{wait.count()});
}

}  // namespace

FailedAttempts::Attempt FailedAttempts::begin(std::string who, Of kind) {
  if (rules_.enabled == Rules::Enabled::no) return {nullptr, std::move(who), kind};
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= rules_.most) make_room();
  Failures& failures = failures_[who];
  if (failures.blocked_until > now) {
    throw too_many(std::chrono::ceil<base::Milliseconds>(failures.blocked_until - now));
  }
  // Where none is free any more, one after the other is still let through when the wait is over.
  const bool is_forgotten = failures.count > 0 && now - failures.last > rules_.forget_after;
  const unsigned counted = (is_forgotten ? 0 : failures.count) + failures.being_made;
  if (failures.being_made > 0 && counted >= free_of(kind)) throw too_many(rules_.first_wait);
  ++failures.being_made;
  if (failures.count == 0) failures.last = now;
  return {this, std::move(who), kind};
}

void FailedAttempts::note_failure(const std::string& who, Of kind) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  Failures& failures = failures_[who];
  if (failures.count > 0 && now - failures.last > rules_.forget_after) {
    failures.count = 0;
    failures.blocked_until = {};
  }
  failures.last = now;
  ++failures.count;
  if (failures.count < free_of(kind)) return;
  const unsigned doublings = std::min(failures.count - free_of(kind), 20U);
  const auto wait =
      std::min<std::int64_t>(rules_.first_wait.count() << doublings, rules_.longest_wait.count());
  failures.blocked_until = now + base::Milliseconds(wait);
}

void FailedAttempts::forget(const std::string& who) {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(who);
  if (found == failures_.end()) return;
  found->second.count = 0;
  found->second.blocked_until = {};
}

void FailedAttempts::end(const std::string& who) {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(who);
  // Forgotten meanwhile, or begun anew since.
  if (found == failures_.end() || found->second.being_made == 0) return;
  --found->second.being_made;
  if (found->second.being_made == 0 && found->second.count == 0) failures_.erase(found);
}

void FailedAttempts::make_room() {
  const runtime::SteadyTime now = clock_.steady_now();
  std::erase_if(failures_,
                [&](const auto& entry) { return now - entry.second.last > rules_.forget_after; });
  if (failures_.size() < rules_.most) return;
  // Half of them, those whose last failure is longest ago.
  std::vector<runtime::SteadyTime> times;
  times.reserve(failures_.size());
  for (const auto& [who, failures] : failures_) times.push_back(failures.last);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  std::erase_if(failures_, [&](const auto& entry) { return entry.second.last <= *middle; });
}

}  // namespace chancery::accounts
