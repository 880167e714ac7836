// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ends of devices as a part of a larger change: all that somebody has, also one that is signed in
// while the change is made.
//
// Failure: StorageConflict, as of the change's own preconditions; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "protocol/identifiers.hpp"
#include "storage/commit/change.hpp"
#include "storage/sessions.hpp"

#include <optional>

namespace chancery::accounts {

struct DevicesToEnd {
  protocol::UserId user;
  std::optional<protocol::DeviceId> but = {};  // stays
};

class DeviceEnds {
 public:
  DeviceEnds(storage::SessionStore& store, AuditedCommits& commits)
      : store_(store), commits_(commits) {}

  // Commits `change`, and with it the end of the devices.
  runtime::Task<> commit(storage::Change change, audit::Act act, DevicesToEnd ending);

 private:
  // False when there are other devices than those that were to end.
  runtime::Task<bool> try_commit(storage::Change change, audit::Act act, DevicesToEnd ending);

  storage::SessionStore& store_;
  AuditedCommits& commits_;
};

}  // namespace chancery::accounts
