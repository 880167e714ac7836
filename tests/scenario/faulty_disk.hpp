// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk that fails when told to, beneath every database that is opened while it lives.

#include "tests/storage/fault_vfs.hpp"

namespace chancery::scenario {

struct FaultyDisk : storage::FaultVfs {
  FaultyDisk() { sqlite3_vfs_register(sqlite3_vfs_find(name().c_str()), 1); }
};

}  // namespace chancery::scenario
