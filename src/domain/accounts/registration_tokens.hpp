// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Registration tokens: words that let someone register, some number of times, until some day.
//
// A token counts as pending from when someone showed it until they have registered or given up.
// Pending counts are in memory; the number of completed uses is what the database decides by.
//
// Concurrency: any scheduler.

#include "domain/accounts/audited_commits.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/registration.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

class RegistrationTokens {
 public:
  RegistrationTokens(storage::RegistrationStore& store, AuditedCommits& commits,
                     runtime::Clock& clock, runtime::Random& random)
      : store_(store), commits_(commits), clock_(clock), random_(random) {}

  runtime::Task<bool> is_valid(std::string token);
  // Sets one use aside. False when there is none left.
  runtime::Task<bool> reserve(std::string token);
  void release(const std::string& token);

  struct Wanted {
    std::optional<std::string> token;         // absent: a random one
    std::optional<std::int64_t> length = {};  // of a random one
    std::optional<std::int64_t> uses_allowed;
    base::Timestamp expires_at;  // 0: never
  };
  // Throws ApiError invalid_param. `who` is an operator's user id, or "server".
  runtime::Task<storage::StoredRegistrationToken> create(std::string who, Wanted wanted);
  runtime::Task<std::vector<storage::StoredRegistrationToken>> load();
  // Throws ApiError not_found.
  runtime::Task<storage::StoredRegistrationToken> get(std::string token);
  // Changes uses and expiry. Throws ApiError not_found, invalid_param.
  runtime::Task<> change(std::string who, storage::StoredRegistrationToken token);
  runtime::Task<> remove(std::string who, std::string token);
  [[nodiscard]] std::int64_t pending(const std::string& token) const;

 private:
  void require_sensible(const storage::StoredRegistrationToken& token) const;
  [[nodiscard]] bool is_usable(const storage::StoredRegistrationToken& token,
                               std::int64_t pending) const;

  storage::RegistrationStore& store_;
  AuditedCommits& commits_;
  runtime::Clock& clock_;
  runtime::Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> pending_;
};

}  // namespace chancery::accounts
