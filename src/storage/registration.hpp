// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What lets people in before they have an account: registration tokens and set-up links.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

struct StoredRegistrationToken {
  std::string token;                         // letters, digits and ._~- alone, at most 64
  std::optional<std::int64_t> uses_allowed;  // absent: any number
  std::int64_t completed = 0;
  base::Timestamp expires_at;  // 0: never
  base::Timestamp created_at;
};

// --- mutations -------------------------------------------------------------------------------

// Adds a token, or changes its uses and expiry; `completed` of one that is there stays.
struct PutRegistrationToken {
  StoredRegistrationToken token;
};
struct DeleteRegistrationToken {
  std::string token;
};
struct CompleteRegistrationToken {
  std::string token;
};
struct PutSetupLink {
  std::string hash;  // 32 bytes, SHA-256 of its token
  base::Timestamp expires_at;
};
// All of them: the first owner is made.
struct DeleteSetupLinks {};

// --- preconditions ---------------------------------------------------------------------------

// The token is there, not expired at `now`, and has uses left.
struct RequireRegistrationToken {
  static constexpr std::string_view kName = "registration_token";
  std::string token;
  base::Timestamp now;
};
struct RequireSetupLink {
  static constexpr std::string_view kName = "setup_link";
  std::string hash;
  base::Timestamp now;
};

// --- what is read ----------------------------------------------------------------------------

class RegistrationStore {
 public:
  virtual ~RegistrationStore() = default;
  virtual runtime::Task<std::optional<StoredRegistrationToken>> find_registration_token(
      std::string token) = 0;
  virtual runtime::Task<std::vector<StoredRegistrationToken>> load_registration_tokens() = 0;
  // When the link with this hash expires; absent when there is none.
  virtual runtime::Task<std::optional<base::Timestamp>> find_setup_link(std::string hash) = 0;
};

}  // namespace chancery::storage
