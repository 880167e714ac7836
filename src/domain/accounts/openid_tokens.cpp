// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/openid_tokens.hpp"

#include "base/digest.hpp"

namespace chancery::accounts {
namespace {

constexpr std::size_t kTokenLength = 43;

}  // namespace

std::string OpenIdTokens::issue(const protocol::UserId& user) {
  std::string token = random_.alphanumeric(kTokenLength);
  std::string hash = base::sha256(token);
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  while (!by_age_.empty()) {
    const auto oldest = by_hash_.find(by_age_.front());
    if (oldest->second.expires_at > now && by_age_.size() < kMost) break;
    drop(by_age_.front());
    by_age_.pop_front();
  }
  const auto own = of_.find(user);
  if (own != of_.end() && own->second.size() >= kMostOfOne) {
    const std::string oldest = own->second.front();
    drop(oldest);
    std::erase(by_age_, oldest);
  }
  by_age_.push_back(hash);
  of_[user].push_back(hash);
  by_hash_.emplace(std::move(hash), Token{.user = user, .expires_at = now + kLifetime});
  return token;
}

// One's tokens go in the order in which they came, as those of all do.
void OpenIdTokens::drop(const std::string& hash) {
  const auto found = by_hash_.find(hash);
  const auto own = of_.find(found->second.user);
  own->second.pop_front();
  if (own->second.empty()) of_.erase(own);
  by_hash_.erase(found);
}

std::optional<protocol::UserId> OpenIdTokens::find_owner(const std::string& token) const {
  const std::string hash = base::sha256(token);
  const std::lock_guard lock(mutex_);
  const auto found = by_hash_.find(hash);
  if (found == by_hash_.end() || found->second.expires_at <= clock_.steady_now()) {
    return std::nullopt;
  }
  return found->second.user;
}

}  // namespace chancery::accounts
