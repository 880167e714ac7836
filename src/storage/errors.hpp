// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What storage throws.

#include <stdexcept>
#include <string>

namespace chancery::storage {

// The database or the disk could not do it: broken, full, unreachable, wrong key. The operation
// ends; nothing of it was stored. The text is for the log, never for a client.
struct StorageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A change's precondition did not hold when its turn came; the change was not made, others of the
// batch were. `precondition` is the name of the Require… type, as "user_absent".
struct StorageConflict : std::runtime_error {
  explicit StorageConflict(const std::string& which)
      : std::runtime_error("conflict: " + which), precondition(which) {}
  std::string precondition;
};

// The database refused what a change holds: a row that is there already, a value it cannot store.
// That change failed, others of the batch did not.
struct StorageRefused : StorageError {
  using StorageError::StorageError;
};

// The database cannot be reached, does not let anyone in yet, or was lost before anything was
// committed. Nothing was stored; a moment later it may be there again.
struct StorageAway : StorageError {
  using StorageError::StorageError;
};

// The connection broke while committing: whether the changes were made is not known yet.
struct StorageInDoubt : StorageError {
  using StorageError::StorageError;
};

// What was read is not what was written: a record that fails its authentication, an unknown
// format. The text names the record, never its content.
struct StorageCorrupt : StorageError {
  using StorageError::StorageError;
};

}  // namespace chancery::storage
