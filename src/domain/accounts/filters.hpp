// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Filters: what a client wants to hear of, kept so that a sync can name it.
//
// The same filter of the same person has the same id.
//
// Concurrency: any scheduler.

#include "base/json.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "storage/personal.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::accounts {

class Filters {
 public:
  static constexpr std::uint64_t kMostOfOne = 1'000;

  Filters(storage::FilterStore& store, AuditedCommits& commits)
      : store_(store), commits_(commits) {}

  // The filter's id. Requires: it is a filter (protocol/filter.hpp). Throws ApiError
  // limit_exceeded when the person has too many.
  runtime::Task<std::string> put(Session session, base::JsonObject filter);
  // JSON text; null when there is none.
  runtime::Task<std::shared_ptr<const std::string>> find(protocol::UserId user, std::string id);

 private:
  storage::FilterStore& store_;
  AuditedCommits& commits_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> cache_;
};

}  // namespace chancery::accounts
