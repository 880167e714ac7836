// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reset permits: who has said, on a page of this server, that their cross-signing keys may be
// replaced once within the next minutes. Their word is worth what they showed with it: whoever
// takes it asks whether that holds still.
//
// Concurrency: any scheduler. In memory; bounded, the oldest go first.
// Failure:     StorageError: the word is on record before it counts.
// Spec: client-server, "OAuth authentication" (m.oauth).

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/expiring.hpp"
#include "domain/accounts/proofs.hpp"
#include "protocol/identifiers.hpp"

#include <optional>

namespace chancery::accounts {

class ResetPermits {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::minutes(10);
  static constexpr std::size_t kMost = 16'384;

  ResetPermits(AuditedCommits& commits, runtime::Clock& clock)
      : commits_(commits), permits_({.lifetime = kLifetime, .most = kMost}, clock) {}

  runtime::Task<> give(protocol::UserId user, Proof proof);
  // What was shown when it was given; it is spent then. Absent when there is none.
  [[nodiscard]] std::optional<Proof> take(const protocol::UserId& user) {
    return permits_.take(user.text());
  }

 private:
  AuditedCommits& commits_;
  Expiring<Proof> permits_;
};

}  // namespace chancery::accounts
