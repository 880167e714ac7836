// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk that fails when told to: SQLite's own VFS with writes and syncs that can be refused.
//
// Concurrency: any thread; the faults are the program's, one at a time.

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace chancery::storage {

class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  // After so many writes the disk is full; a negative number: never.
  void fill_after(int writes) { writes_left = writes; }
  void fail_syncs(bool fail) { syncs_fail = fail; }
  // Syncs do nothing: for tests in which only programs die, no machines.
  void skip_syncs() { syncs_skipped = true; }
  // So many writes were made since the start.
  [[nodiscard]] int writes() const { return writes_made; }

  static std::atomic<int> writes_left;
  static std::atomic<int> writes_made;
  static std::atomic<bool> syncs_fail;
  static std::atomic<bool> syncs_skipped;

 private:
  std::string name_ = "faulty";
  sqlite3_vfs vfs_{};
};

}  // namespace chancery::storage
