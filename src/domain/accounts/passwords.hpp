// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Passwords: their rules, and their Argon2id hashes made on the worker pool.
//
// Checking takes the same time whether there is such an account or not.
//
// Concurrency: any scheduler; at most as many hashes at once as the pool has threads.

#include "runtime/task.hpp"
#include "runtime/worker_pool.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::accounts {

struct PasswordRules {
  std::size_t min_length = 15;  // characters; 8 where a second factor stands beside it
  std::size_t max_bytes = 512;
  std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;
  std::uint64_t passes = 2;
};

enum class PasswordCheck : std::uint8_t {
  right,
  outdated,  // right, but its hash was made by other rules: make a new one
  wrong,
};

class Passwords {
 public:
  // Makes the hash that stands in for accounts that do not exist.
  Passwords(PasswordRules rules, runtime::WorkerPool& workers);

  // Throws ApiError weak_password.
  void require_strong(std::string_view password) const;
  // Argon2id's own text.
  runtime::Task<std::string> hash(std::string password);
  // `hash` absent or empty: takes as long, and is wrong.
  runtime::Task<PasswordCheck> check(std::optional<std::string> hash, std::string password);
  // How often a hash was computed to check a password.
  [[nodiscard]] std::uint64_t checks() const { return checks_.load(); }

 private:
  PasswordRules rules_;
  runtime::WorkerPool& workers_;
  std::string stand_in_;
  std::atomic<std::uint64_t> checks_ = 0;
};

}  // namespace chancery::accounts
