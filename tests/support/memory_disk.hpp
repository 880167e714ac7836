// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk in memory that fails and loses power when a test says so.
//
// What is written is volatile until synced; `cut_power` throws the rest away, torn at any byte.
//
// Concurrency: any thread.

#include "runtime/disk.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace chancery::support {

class MemoryDisk final : public runtime::Disk {
 public:
  MemoryDisk();

  // The `count`-th write or sync from now (1: the next) fails with `error_number` (ENOSPC, EIO);
  // with ENOSPC half of what was to be written is there.
  void fail_write(std::uint64_t count, int error_number);
  // From now on every write fails with `error_number`; 0 ends it.
  void fail_all_writes(int error_number);
  // Everything not synced is gone, but for `torn_bytes` of each file's unsynced end.
  void cut_power(std::size_t torn_bytes = 0);
  [[nodiscard]] std::uint64_t writes() const;

  [[nodiscard]] std::optional<std::string> read_file(const std::string& path) override;
  void write_file(const std::string& path, std::string_view bytes) override;
  [[nodiscard]] std::unique_ptr<runtime::OpenFile> create(const std::string& path) override;
  [[nodiscard]] std::unique_ptr<runtime::OpenFile> open(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override;

  struct Content {
    std::string bytes;
    std::size_t synced = 0;    // bytes that survive a power cut
    bool name_synced = false;  // whether the file itself does
  };
  struct State {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Content>> files;
    std::uint64_t writes = 0;
    std::uint64_t fail_at = 0;
    int fail_with = 0;
    int fail_all_with = 0;

    // Counts a write and throws if it is to fail. `torn` gets half of `bytes` on ENOSPC.
    void write(const std::string& path, std::string_view bytes, std::string* torn);
  };

 private:
  std::shared_ptr<State> state_;
};

}  // namespace chancery::support
