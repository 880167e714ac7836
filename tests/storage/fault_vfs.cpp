// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/fault_vfs.hpp"

#include <map>
#include <mutex>

namespace chancery::storage {
namespace {

// The methods of the files below, each with its changed copy. A file is opened as usual and then
// given the copy, whose other methods are its own.
std::mutex g_mutex;
std::map<const sqlite3_io_methods*, sqlite3_io_methods> g_copies;
const sqlite3_io_methods* g_below = nullptr;

int write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  if (FaultVfs::writes_left == 0) return SQLITE_FULL;
  if (FaultVfs::writes_left > 0) --FaultVfs::writes_left;
  ++FaultVfs::writes_made;
  return g_below->xWrite(file, bytes, amount, offset);
}

int sync(sqlite3_file* file, int flags) {
  if (FaultVfs::syncs_fail) return SQLITE_IOERR_FSYNC;
  if (FaultVfs::syncs_skipped) return SQLITE_OK;
  return g_below->xSync(file, flags);
}

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* system = sqlite3_vfs_find("unix");
  const int result = system->xOpen(vfs, path, file, flags, out_flags);
  if (result != SQLITE_OK) return result;
  const std::lock_guard lock(g_mutex);
  g_below = file->pMethods;
  auto [copy, is_new] = g_copies.emplace(file->pMethods, *file->pMethods);
  if (is_new) {
    copy->second.xWrite = write;
    copy->second.xSync = sync;
  }
  file->pMethods = &copy->second;
  return SQLITE_OK;
}

}  // namespace

std::atomic<int> FaultVfs::writes_left = -1;
std::atomic<int> FaultVfs::writes_made = 0;
std::atomic<bool> FaultVfs::syncs_fail = false;
std::atomic<bool> FaultVfs::syncs_skipped = false;

FaultVfs::FaultVfs() {
  vfs_ = *sqlite3_vfs_find("unix");
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.xOpen = open;
  sqlite3_vfs_register(&vfs_, 0);
  writes_left = -1;
  writes_made = 0;
  syncs_fail = false;
  syncs_skipped = false;
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace chancery::storage
