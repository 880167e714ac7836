// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/parse_number.hpp"
#include "tests/bench/chancery_bench/cases.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <span>

namespace chancery::bench {

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = {
      {.name = "idle", .measure = measure_idle},
      {.name = "send64", .measure = measure_send_many},
      {.name = "send1", .measure = measure_send_one},
      {.name = "receive", .measure = measure_receive},
      {.name = "initial_sync", .measure = measure_initial_sync},
      {.name = "incremental", .measure = measure_incremental_sync},
      {.name = "sliding_window", .measure = measure_sliding_window},
      {.name = "sizes", .measure = measure_incremental_sizes},
  };
  return cases;
}

namespace {

constexpr std::string_view kUsage = R"(chancery-bench: load for any Matrix homeserver over HTTP

  chancery-bench --url http://HOST:PORT [--secret S] [--pid PID]... [--json] [OPTION]...

  --url URL        the server; its rate limits should be off
  --secret S       its registration secret, where m.login.dummy is refused
  --pid PID        the server's program: measures its CPU, memory and fsyncs (strace); repeatable
  --cases A,B      of idle, send64, send1, receive, initial_sync, incremental, sliding_window,
                   sizes; all by default
  --seconds N      length of a measured window (5)
  --senders N      senders of send64, each in a room of its own (64)
  --rate N         messages a second in receive (100)
  --rooms N        rooms in initial_sync, sliding_window and incremental, which compares them
                   with N/10 (1000)
  --events N       messages in each of these rooms (20)
  --repeats N      of the initial sync (5)
  --json           one line of JSON in place of text

Exit code: 0; 1 if the server did not do what a case needs; 2 for wrong arguments.
)";

class BadArguments : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <typename Number>
Number number_of(std::string_view name, std::string_view text) {
  const auto value = base::parse_number<Number>(text);
  if (!value || *value <= 0) throw BadArguments(fmt::format("{}: not a number: {}", name, text));
  return *value;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

void take_option(Options& options, std::string_view name, std::string_view value) {
  if (name == "--url") {
    options.url = value;
  } else if (name == "--secret") {
    options.secret = value;
  } else if (name == "--pid") {
    options.servers.push_back(number_of<pid_t>(name, value));
  } else if (name == "--cases") {
    options.cases = split(value);
  } else if (name == "--seconds") {
    options.seconds = number_of<int>(name, value);
  } else if (name == "--senders") {
    options.senders = number_of<std::size_t>(name, value);
  } else if (name == "--rate") {
    options.rate = number_of<int>(name, value);
  } else if (name == "--rooms") {
    options.rooms = number_of<std::size_t>(name, value);
  } else if (name == "--events") {
    options.events = number_of<std::size_t>(name, value);
  } else if (name == "--repeats") {
    options.repeats = number_of<std::size_t>(name, value);
  } else {
    throw BadArguments(fmt::format("unknown option {}", name));
  }
}

Options parse_arguments(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--json") {
      options.wants_json = true;
      continue;
    }
    if (i + 1 == arguments.size()) throw BadArguments(fmt::format("{} needs a value", name));
    take_option(options, name, arguments[++i]);
  }
  for (const std::string& wanted : options.cases) {
    const auto is_it = [&wanted](const Case& each) { return each.name == wanted; };
    if (!std::ranges::any_of(all_cases(), is_it)) {
      throw BadArguments(fmt::format("there is no case {}", wanted));
    }
  }
  return options;
}

Endpoint endpoint_of(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) throw BadArguments("--url wants http://HOST:PORT");
  url.remove_prefix(kScheme.size());
  url = url.substr(0, url.find('/'));
  const auto colon = url.rfind(':');
  if (colon == std::string_view::npos) return {.host = std::string(url), .port = "80"};
  return {.host = std::string(url.substr(0, colon)), .port = std::string(url.substr(colon + 1))};
}

void run(const Options& options) {
  HttpLoop loop(endpoint_of(options.url));
  Homeserver server(loop, options.secret);
  Bench bench{.options = options, .server = server};
  std::vector<CaseReport> reports;
  for (const Case& each : all_cases()) {
    if (!options.cases.empty() &&
        std::ranges::find(options.cases, each.name) == options.cases.end())
      continue;
    reports.push_back(each.measure(bench));
    if (options.wants_json) continue;
    fmt::print("{}", for_people(reports.back()));
    std::fflush(stdout);
  }
  if (options.wants_json) fmt::print("{}\n", for_machines(options.url, reports));
}

int start(std::span<char*> arguments) {
  if (arguments.size() > 1 && std::string_view(arguments[1]) == "--help") {
    fmt::print("{}", kUsage);
    return 0;
  }
  try {
    run(parse_arguments(arguments));
    return 0;
  } catch (const BadArguments& error) {
    fmt::print(stderr, "chancery-bench: {} (--help says more)\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chancery-bench: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace chancery::bench

int main(int argc, char** argv) {
  return chancery::bench::start({argv, static_cast<std::size_t>(argc)});
}
