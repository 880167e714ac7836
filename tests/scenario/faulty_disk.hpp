// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk beneath every database that is opened while it lives: it fails when told to, and its syncs
// do nothing otherwise, as only programs die in these tests and no machines.

#include "tests/storage/fault_vfs.hpp"

namespace chancery::scenario {

struct FaultyDisk : storage::FaultVfs {
  FaultyDisk() {
    sqlite3_vfs_register(sqlite3_vfs_find(name().c_str()), 1);
    skip_syncs();
  }
};

}  // namespace chancery::scenario
