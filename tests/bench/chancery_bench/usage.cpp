// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/usage.hpp"

#include "base/parse_number.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace chancery::bench {

namespace {

// The second word of /proc/PID/stat after the name, which may hold anything, up to its last ')'.
std::optional<pid_t> parent_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::string state, parent;
  rest >> state >> parent;
  return base::parse_number<pid_t>(parent);
}

// To the nanosecond; nothing where the program has ended.
Microseconds cpu_time_of(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::uint64_t resident_pages(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident;
}

bool is_traced(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

// Lines of `strace -c`: percent, seconds, µs per call, calls, [errors,] name.
std::uint64_t calls_in(const std::filesystem::path& summary) {
  std::ifstream file(summary);
  std::uint64_t calls = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.ends_with(" fsync") && !line.ends_with(" fdatasync")) continue;
    std::istringstream fields(line);
    std::string percent, seconds, each, count;
    fields >> percent >> seconds >> each >> count;
    calls += base::parse_number<std::uint64_t>(count).value_or(0);
  }
  return calls;
}

pid_t start_strace(const std::vector<pid_t>& pids, const std::string& summary) {
  std::vector<std::string> words = {"strace", "-f",   "-q", "-c", "-e", "trace=fsync,fdatasync",
                                    "-o",     summary};
  for (const pid_t pid : pids) {
    words.emplace_back("-p");
    words.push_back(fmt::format("{}", pid));
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  return child;
}

}  // namespace

std::vector<pid_t> descendants_of(const std::vector<pid_t>& roots) {
  std::vector<std::pair<pid_t, pid_t>> parents;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto pid = base::parse_number<pid_t>(entry.path().filename().string());
    if (!pid) continue;
    if (const auto parent = parent_of(*pid)) parents.emplace_back(*pid, *parent);
  }
  std::vector<pid_t> found = roots;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [pid, parent] : parents) {
      const bool is_known = std::ranges::find(found, pid) != found.end();
      if (parent == found[i] && !is_known) found.push_back(pid);
    }
  }
  return found;
}

Microseconds cpu_time_of(const std::vector<pid_t>& roots) { return CpuClock(roots).now(); }

Microseconds CpuClock::now() const {
  Microseconds total{};
  for (const pid_t pid : programs_) total += cpu_time_of(pid);
  return total;
}

Microseconds CpuClock::at_rest() const {
  constexpr int kLook = 2;  // milliseconds
  constexpr Microseconds kNothing{20};
  Microseconds before = now();
  if (!is_known()) return before;
  for (int looks = 0; looks < 500; ++looks) {
    poll(nullptr, 0, kLook);
    const Microseconds after = now();
    if (after - before < kNothing) return after;
    before = after;
  }
  return before;
}

Microseconds own_cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return Microseconds(micros(usage.ru_utime) + micros(usage.ru_stime));
}

std::uint64_t resident_bytes_of(const std::vector<pid_t>& roots) {
  std::uint64_t pages = 0;
  for (const pid_t pid : descendants_of(roots)) pages += resident_pages(pid);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::size_t raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::optional<std::size_t> open_files_of(const std::vector<pid_t>& roots) {
  std::optional<std::size_t> least;
  for (const pid_t pid : roots) {
    rlimit limit{};
    if (prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0) continue;
    least = std::min(least.value_or(limit.rlim_cur), static_cast<std::size_t>(limit.rlim_cur));
  }
  return least;
}

std::optional<std::uint64_t> count_fsyncs(const std::vector<pid_t>& roots,
                                          const std::function<void()>& load) {
  const auto summary =
      std::filesystem::temp_directory_path() / fmt::format("chancery-bench-strace-{}", getpid());
  const pid_t strace = start_strace(descendants_of(roots), summary.string());
  bool is_attached = false;
  for (int i = 0; i < 200 && !is_attached; ++i) {
    if (waitpid(strace, nullptr, WNOHANG) == strace) return std::nullopt;
    poll(nullptr, 0, 25);
    is_attached = std::ranges::all_of(roots, is_traced);
  }
  if (is_attached) load();
  kill(strace, SIGINT);
  waitpid(strace, nullptr, 0);
  const auto calls = is_attached ? std::optional(calls_in(summary)) : std::nullopt;
  std::filesystem::remove(summary);
  return calls;
}

}  // namespace chancery::bench
