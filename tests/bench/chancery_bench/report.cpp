// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/report.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace chancery::bench {

Microseconds Latencies::at(double share) const {
  std::ranges::sort(all_);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all_.size())));
  return all_.at(std::max<std::size_t>(rank, 1) - 1);
}

Span::Span(std::vector<pid_t> servers)
    : servers_(std::move(servers)),
      start_(Clock::now()),
      own_(own_cpu_time()),
      server_(cpu_time_of(servers_)) {}

void Span::finish(CaseReport& report, const Latencies& latencies) const {
  report.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  report.operations = latencies.count();
  if (report.operations == 0) return;
  const auto each = static_cast<double>(report.operations);
  report.own_cpu = (own_cpu_time() - own_) / each;
  if (!servers_.empty()) report.server_cpu = (cpu_time_of(servers_) - server_) / each;
  report.p50 = latencies.at(0.50);
  report.p99 = latencies.at(0.99);
}

std::string for_people(const CaseReport& report) {
  std::string text = fmt::format("{}: {}\n", report.name, report.what);
  if (report.operations != 0) {
    text += fmt::format("  {} operations in {:.2f} s, {:.1f}/s\n", report.operations,
                        report.seconds, static_cast<double>(report.operations) / report.seconds);
  }
  const auto line = [&text](std::string_view name, const std::optional<Microseconds>& value) {
    if (value) text += fmt::format("  {:<28}{:>12.1f} us\n", name, value->count());
  };
  line("p50", report.p50);
  line("p99", report.p99);
  line("server CPU an operation", report.server_cpu);
  line("own CPU an operation", report.own_cpu);
  for (const Figure& figure : report.figures) {
    text += fmt::format("  {:<28}{:>12.2f}\n", figure.name, figure.value);
  }
  return text;
}

std::string for_machines(const std::string& url, const std::vector<CaseReport>& reports) {
  boost::json::array cases;
  for (const CaseReport& report : reports) {
    boost::json::object each{{"name", report.name},
                             {"what", report.what},
                             {"operations", report.operations},
                             {"seconds", report.seconds}};
    if (report.operations != 0) {
      each["rate"] = static_cast<double>(report.operations) / report.seconds;
    }
    const auto put = [&each](std::string_view name, const std::optional<Microseconds>& value) {
      if (value) each[name] = value->count();
    };
    put("p50_us", report.p50);
    put("p99_us", report.p99);
    put("server_cpu_us", report.server_cpu);
    put("own_cpu_us", report.own_cpu);
    for (const Figure& figure : report.figures) each[figure.name] = figure.value;
    cases.emplace_back(std::move(each));
  }
  return boost::json::serialize(boost::json::object{{"url", url}, {"cases", std::move(cases)}});
}

}  // namespace chancery::bench
