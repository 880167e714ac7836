// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/audited_commits.hpp"

#include "storage/commit/change.hpp"

namespace chancery::accounts {

runtime::Task<storage::StreamPosition> AuditedCommits::commit(storage::Change change,
                                                              audit::Act act) {
  change.audit = recorder_.record(act);
  co_return co_await committer_.commit(std::move(change));
}

runtime::Task<storage::StreamPosition> AuditedCommits::record(audit::Act act) {
  co_return co_await commit(storage::Change{}, std::move(act));
}

runtime::Task<storage::StreamPosition> AuditedCommits::keep_house(storage::Change change) {
  co_return co_await committer_.commit(std::move(change));
}

}  // namespace chancery::accounts
