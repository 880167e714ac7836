// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/failed_attempts.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::accounts {

void FailedAttempts::require_patience(const std::string& who) const {
  if (rules_.enabled == Rules::Enabled::no) return;
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(who);
  if (found == failures_.end() || found->second.blocked_until <= now) return;
  const auto wait =
      std::chrono::ceil<base::Milliseconds>(found->second.blocked_until - now).count();
  throw protocol::ApiError(protocol::ErrorCode::limit_exceeded, "Too many failed attempts")
      .with("retry_after_ms", std::int64_t{wait});
}

void FailedAttempts::note_failure(const std::string& who, Of of) {
  if (rules_.enabled == Rules::Enabled::no) return;
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= rules_.most) make_room();
  Failures& failures = failures_[who];
  if (failures.count > 0 && now - failures.last > rules_.forget_after) failures = {};
  failures.last = now;
  ++failures.count;
  const unsigned free = of == Of::many ? rules_.free_for_many : rules_.free;
  if (failures.count < free) return;
  const unsigned doublings = std::min(failures.count - free, 20U);
  const auto wait =
      std::min<std::int64_t>(rules_.first_wait.count() << doublings, rules_.longest_wait.count());
  failures.blocked_until = now + base::Milliseconds(wait);
}

void FailedAttempts::forget(const std::string& who) {
  const std::lock_guard lock(mutex_);
  failures_.erase(who);
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
