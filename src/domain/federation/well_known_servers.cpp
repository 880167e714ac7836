// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/well_known_servers.hpp"

#include <algorithm>
#include <utility>

namespace chancery::federation {
namespace {

// For a small file. Whoever asks has patience for all places of a server together, and this is the
// least of them: a host that says nothing here may answer at the port for servers.
constexpr base::Milliseconds kPatience = std::chrono::seconds(3);
constexpr int kShare = 3;  // of the time of whoever asks
// Whoever goes away sooner has learnt nothing of the host.
constexpr base::Milliseconds kLeastWait = std::chrono::seconds(1);
constexpr unsigned kMostRedirects = 5;
constexpr std::chrono::minutes kFirstPause{1};
constexpr std::chrono::minutes kLongestPause{60};
constexpr unsigned kMostDoublings = 6;

std::chrono::minutes pause_after(unsigned failures) {
  const unsigned doublings = std::min(failures - 1, kMostDoublings);
  return std::min<std::chrono::minutes>(kFirstPause * (1U << doublings), kLongestPause);
}

}  // namespace

runtime::Task<std::optional<protocol::ServerName>> WellKnownServers::find(
    std::string host, base::Milliseconds time, runtime::CancelToken cancel) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(host);
    if (found != known_.end() && ports_.clock.steady_now() < found->second.asked_again) {
      co_return found->second.server;
    }
  }
  const http::OutboundResult answer = co_await ask(host, time, std::move(cancel));
  co_return note(host, answer);
}

runtime::Task<http::OutboundResult> WellKnownServers::ask(std::string host, base::Milliseconds time,
                                                          runtime::CancelToken cancel) {
  const runtime::SteadyTime began = ports_.clock.steady_now();
  try {
    co_return co_await ports_.outbound.send(
        {.method = http::Method::get,
         .url = "https://" + host + "/.well-known/matrix/server",
         .headers = {},
         .body = {},
         .time = std::min(kPatience, time / kShare),
         .longest_body = kLongestWellKnown,
         .redirects = kMostRedirects,
         .downgrade = http::Downgrade::refused},
        std::move(cancel));
  } catch (const runtime::Cancelled&) {  // what was learnt by waiting serves whoever asks next
    if (ports_.clock.steady_now() - began >= kLeastWait) {
      note(host, std::unexpected(http::OutboundFailure::timed_out));
    }
    throw;
  }
}

std::optional<protocol::ServerName> WellKnownServers::note(const std::string& host,
                                                           const http::OutboundResult& answer) {
  const runtime::SteadyTime now = ports_.clock.steady_now();
  std::optional<protocol::ServerName> server = answer ? read_delegation(*answer) : std::nullopt;
  const std::lock_guard lock(mutex_);
  Known& known = place_for(host);
  if (server) {
    known = {.server = std::move(server),
             .asked_again = now + belief_in(answer->headers),
             .forgotten = now + kLongestBelief};
    return known.server;
  }
  ++known.failures;
  known.asked_again = now + pause_after(known.failures);
  // Who answers says that there is none any more; who does not has said nothing.
  constexpr unsigned kFirstServerError = 500;
  const bool is_said = answer && answer->status < kFirstServerError;
  if (is_said || now >= known.forgotten) known.server.reset();
  return known.server;
}

WellKnownServers::Known& WellKnownServers::place_for(const std::string& host) {
  const auto found = known_.find(host);
  if (found != known_.end()) return found->second;
  if (known_.size() >= most_) {
    known_.erase(std::ranges::min_element(
        known_, {}, [](const auto& each) { return each.second.asked_again; }));
  }
  return known_[host];
}

}  // namespace chancery::federation
