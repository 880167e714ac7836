// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Audited commits: the way in which accounts change anything, always with the record of the act.
//
// Concurrency: any thread.
// Failure:     StorageConflict, StorageError.

#include "domain/audit/recorder.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"

namespace chancery::accounts {

class AuditedCommits {
 public:
  AuditedCommits(storage::Committer& committer, audit::Recorder& recorder)
      : committer_(committer), recorder_(recorder) {}

  runtime::Task<storage::StreamPosition> commit(storage::Change change, audit::Act act);
  // Records an act that changes nothing, such as a sign-in that failed.
  runtime::Task<storage::StreamPosition> record(audit::Act act);
  // What nobody did: counters, times last seen.
  runtime::Task<storage::StreamPosition> keep_house(storage::Change change);

 private:
  storage::Committer& committer_;
  audit::Recorder& recorder_;
};

}  // namespace chancery::accounts
