// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/gateway_reach.hpp"

#include "base/log.hpp"
#include "http/url.hpp"

namespace chancery::push {

void GatewayReach::note_failure(std::string_view url, std::string_view why) {
  const auto parsed = http::parse_url(url);
  const std::string host = parsed ? parsed->authority() : "";
  const bool is_told = parsed && begins_to_fail(host);
  base::log(is_told ? base::LogLevel::warn : base::LogLevel::debug, "push_gateway_failed",
            {{"gateway", host}, {"why", why}});
}

bool GatewayReach::begins_to_fail(const std::string& host) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto found = failing_.find(host);
  if (found != failing_.end()) {
    found->second = now;
    return false;
  }
  // First, so that a full list is gone through no oftener than lines are written.
  if (!pace_.take(host, now)) return false;
  if (failing_.size() >= kMostFailing) {
    std::erase_if(failing_, [now](const auto& entry) { return now - entry.second > kUnused; });
    if (failing_.size() >= kMostFailing) return false;
  }
  failing_.emplace(host, now);
  return true;
}

void GatewayReach::note_success(std::string_view url) {
  {
    const std::lock_guard lock(mutex_);
    if (failing_.empty()) return;
  }
  const auto parsed = http::parse_url(url);
  if (!parsed) return;
  const std::string host = parsed->authority();
  {
    const std::lock_guard lock(mutex_);
    if (failing_.erase(host) == 0) return;
  }
  base::log_info("push_gateway_reached_again", {{"gateway", host}});
}

}  // namespace chancery::push
