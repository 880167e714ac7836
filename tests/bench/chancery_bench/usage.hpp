// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What running programs use, by /proc: CPU time and resident memory of a program and all it has
// started, and the fsyncs it makes while a piece of load runs.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace chancery::bench {

using Microseconds = std::chrono::duration<double, std::micro>;

// The programs under these ids and their descendants.
std::vector<pid_t> descendants_of(const std::vector<pid_t>& roots);

Microseconds cpu_time_of(const std::vector<pid_t>& roots);
Microseconds own_cpu_time();

// The processor time of programs and of all that they had started when it was made.
class CpuClock {
 public:
  explicit CpuClock(const std::vector<pid_t>& roots) : programs_(descendants_of(roots)) {}

  bool is_known() const { return !programs_.empty(); }
  Microseconds now() const;
  // Waits until the programs rest, and says what they have used by then: what is done after an
  // answer belongs to it, and does not fall to the next one. A second at most; at once where no
  // program is known.
  Microseconds at_rest() const;

 private:
  std::vector<pid_t> programs_;
};

std::uint64_t resident_bytes_of(const std::vector<pid_t>& roots);

// As many open files for this program as it may have; returns how many that is.
std::size_t raise_open_files();
// The least that one of the programs may have now. Absent when that cannot be seen.
std::optional<std::size_t> open_files_of(const std::vector<pid_t>& roots);

// Calls of fsync and fdatasync while `load` runs, counted by strace; absent when strace is not
// there or may not attach.
std::optional<std::uint64_t> count_fsyncs(const std::vector<pid_t>& roots,
                                          const std::function<void()>& load);

}  // namespace chancery::bench
