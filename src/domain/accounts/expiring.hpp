// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is kept for a while under a secret: codes, login tokens, sessions of a browser.
//
// In memory, under the SHA-256 of the secret. When there are too many, the oldest go.
//
// Concurrency: any thread.

#include "base/digest.hpp"
#include "runtime/clock.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace chancery::accounts {

template <typename Value>
class Expiring {
 public:
  struct Rules {
    base::Milliseconds lifetime;
    std::size_t most;
  };
  Expiring(Rules rules, runtime::Clock& clock) : rules_(rules), clock_(clock) {}

  void put(std::string_view secret, Value value) {
    std::string hash = base::sha256(secret);
    const runtime::SteadyTime now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    while (!by_age_.empty() &&
           (by_age_.front().expires_at <= now || by_age_.size() >= rules_.most)) {
      drop(by_age_.front());
      by_age_.pop_front();
    }
    const runtime::SteadyTime end = now + rules_.lifetime;
    by_age_.push_back({hash, end});
    entries_.insert_or_assign(std::move(hash), Entry{std::move(value), end});
  }

  [[nodiscard]] std::optional<Value> find(std::string_view secret) const {
    const std::string hash = base::sha256(secret);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(hash);
    if (found == entries_.end() || found->second.expires_at <= clock_.steady_now()) {
      return std::nullopt;
    }
    return found->second.value;
  }

  // Of two who take at once, one gets it.
  [[nodiscard]] std::optional<Value> take(std::string_view secret) {
    const std::string hash = base::sha256(secret);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(hash);
    if (found == entries_.end()) return std::nullopt;
    std::optional<Value> value;
    if (found->second.expires_at > clock_.steady_now()) value = std::move(found->second.value);
    entries_.erase(found);
    return value;
  }

  // Calls `change` with the value, which nobody else sees meanwhile. False when there is none.
  template <typename Change>
  bool change(std::string_view secret, Change change) {
    const std::string hash = base::sha256(secret);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(hash);
    if (found == entries_.end() || found->second.expires_at <= clock_.steady_now()) return false;
    change(found->second.value);
    return true;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Value value;
    runtime::SteadyTime expires_at;
  };
  struct Aged {
    std::string hash;
    runtime::SteadyTime expires_at;
  };
  // Unless it was taken, or put again since.
  void drop(const Aged& aged) {
    const auto found = entries_.find(aged.hash);
    if (found != entries_.end() && found->second.expires_at <= aged.expires_at) {
      entries_.erase(found);
    }
  }

  Rules rules_;
  runtime::Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<Aged> by_age_;  // those that were taken, too, until they would have expired
};

}  // namespace chancery::accounts
