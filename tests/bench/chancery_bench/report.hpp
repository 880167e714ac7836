// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a case has measured, for people and for machines.

#include "tests/bench/chancery_bench/http_loop.hpp"
#include "tests/bench/chancery_bench/usage.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::bench {

// Durations of single operations.
class Latencies {
 public:
  void add(Clock::duration each) { all_.push_back(each); }
  void add(const Latencies& others) {
    all_.insert(all_.end(), others.all_.begin(), others.all_.end());
  }
  std::size_t count() const { return all_.size(); }
  // The smallest that is not exceeded by this share of all; all must not be empty.
  Microseconds at(double share) const;

 private:
  mutable std::vector<Clock::duration> all_;
};

struct Figure {
  std::string name;  // with its unit: rss_bytes
  double value = 0;
};

struct CaseReport {
  std::string name;
  std::string what;  // one line: what was done
  std::size_t operations = 0;
  double seconds = 0;
  std::optional<Microseconds> p50;
  std::optional<Microseconds> p99;
  std::optional<Microseconds> own_cpu;     // per operation
  std::optional<Microseconds> server_cpu;  // per operation
  std::vector<Figure> figures;
};

// Measures the span from its making to finish().
class Span {
 public:
  explicit Span(std::vector<pid_t> servers);

  // Fills in operations, seconds, latencies and CPU per operation.
  void finish(CaseReport& report, const Latencies& latencies) const;

 private:
  std::vector<pid_t> servers_;
  Clock::time_point start_;
  Microseconds own_;
  Microseconds server_;
};

std::string for_people(const CaseReport& report);
std::string for_machines(const std::string& url, const std::vector<CaseReport>& reports);

}  // namespace chancery::bench
