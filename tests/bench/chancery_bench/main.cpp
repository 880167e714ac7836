// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/parse_number.hpp"
#include "tests/bench/chancery_bench/cases.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
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
      {.name = "fanout", .measure = measure_fanout},
      {.name = "fanout_sliding", .measure = measure_sliding_fanout},
      {.name = "sender", .measure = measure_sender},
      {.name = "search", .measure = measure_search},
      {.name = "idle_tls", .measure = measure_idle_tls},
  };
  return cases;
}

namespace {

constexpr std::string_view kUsage = R"(chancery-bench: load for any Matrix homeserver over HTTP

  chancery-bench --url http://HOST:PORT [--secret S] [--pid PID]... [--json] [OPTION]...

  --url URL        the server; its rate limits should be off. https:// will do too
  --tls-url URL    the same server by TLS, for idle_tls; by default --url, if that is https://
  --secret S       its registration secret, where m.login.dummy is refused
  --service TOKEN  of an application service that may make users by any name: registers crowds
                   without hashing a password each
  --pid PID        the server's program: measures its CPU, memory and fsyncs (strace); repeatable
  --cases A,B      of idle, send64, send1, receive, initial_sync, incremental, sliding_window,
                   sizes, fanout, fanout_sliding, sender, search, idle_tls; all by default
  --seconds N      length of a measured window (5)
  --senders N      senders of send64, each in a room of its own (64)
  --rate N         messages a second in receive (100)
  --rooms N        rooms in initial_sync, sliding_window and incremental, which compares them
                   with N/10 (1000)
  --events N       messages in each of these rooms (20)
  --repeats N      of the initial sync (5)
  --members N      who wait for a message in fanout and fanout_sliding (1000)
  --connections N  of idle_tls (10000), as far as open files are allowed on both sides
  --messages N     that are searched (100000)
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

Endpoint endpoint_of(std::string_view url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kTls = "https://";
  const bool is_tls = url.starts_with(kTls);
  if (!is_tls && !url.starts_with(kPlain)) throw BadArguments("an URL is http(s)://HOST:PORT");
  url.remove_prefix(is_tls ? kTls.size() : kPlain.size());
  url = url.substr(0, url.find('/'));
  const auto colon = url.rfind(':');
  const bool has_port = colon != std::string_view::npos;
  return {.host = std::string(url.substr(0, colon)),
          .port = has_port ? std::string(url.substr(colon + 1))
                  : is_tls ? "443"
                           : "80",
          .security = is_tls ? Endpoint::Security::tls : Endpoint::Security::plain};
}

// Options that say how many of something.
struct Count {
  std::string_view name;
  std::size_t Options::* member;
};
constexpr std::array kCounts{
    Count{"--senders", &Options::senders},   Count{"--rooms", &Options::rooms},
    Count{"--events", &Options::events},     Count{"--repeats", &Options::repeats},
    Count{"--members", &Options::members},   Count{"--connections", &Options::connections},
    Count{"--messages", &Options::messages},
};

const Count* find_count(std::string_view name) {
  const auto* const found = std::ranges::find(kCounts, name, &Count::name);
  return found == kCounts.end() ? nullptr : found;
}

void take_option(Options& options, std::string_view name, std::string_view value) {
  if (name == "--url") {
    options.url = value;
  } else if (name == "--tls-url") {
    options.tls = endpoint_of(value);
  } else if (name == "--secret") {
    options.access.secret = value;
  } else if (name == "--service") {
    options.access.service = value;
  } else if (name == "--pid") {
    options.servers.push_back(number_of<pid_t>(name, value));
  } else if (name == "--cases") {
    options.cases = split(value);
  } else if (name == "--seconds") {
    options.seconds = number_of<int>(name, value);
  } else if (name == "--rate") {
    options.rate = number_of<int>(name, value);
  } else if (const auto* count = find_count(name)) {
    options.*count->member = number_of<std::size_t>(name, value);
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

void run(Options options) {
  const Endpoint endpoint = endpoint_of(options.url);
  if (!options.tls && endpoint.security == Endpoint::Security::tls) options.tls = endpoint;
  HttpLoop loop(endpoint);
  Homeserver server(loop, options.access);
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
