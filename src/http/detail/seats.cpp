// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/seats.hpp"

#include "runtime/wait.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace chancery::http::detail {

using runtime::Task;

struct Seats::State {
  struct Host {
    unsigned taken = 0;
    unsigned waiting = 0;
    runtime::Bell left;
  };
  const Limits limits;
  std::mutex mutex;
  unsigned taken = 0;
  runtime::Bell left;
  std::map<std::string, Host> hosts;

  // Who waits for `host`; absent when there are too many.
  std::optional<runtime::Bell> begin_waiting(const std::string& host) {
    const std::lock_guard lock(mutex);
    Host& found = hosts[host];
    if (found.waiting >= limits.waiting_for_host) return std::nullopt;
    ++found.waiting;
    return found.left;
  }
  void end_waiting(const std::string& host) {
    const std::lock_guard lock(mutex);
    const auto found = hosts.find(host);
    if (--found->second.waiting == 0 && found->second.taken == 0) hosts.erase(found);
  }
  bool try_host(const std::string& host) {
    const std::lock_guard lock(mutex);
    Host& found = hosts[host];
    if (found.taken >= limits.for_host) return false;
    ++found.taken;
    return true;
  }
  void leave_host(const std::string& host) {
    runtime::Bell bell;
    {
      const std::lock_guard lock(mutex);
      const auto found = hosts.find(host);
      bell = found->second.left;
      if (--found->second.taken == 0 && found->second.waiting == 0) hosts.erase(found);
    }
    bell.ring();
  }
  bool try_all() {
    const std::lock_guard lock(mutex);
    if (taken >= limits.in_all) return false;
    ++taken;
    return true;
  }
  void leave_all() {
    {
      const std::lock_guard lock(mutex);
      --taken;
    }
    left.ring();
  }
};

namespace {

// Counted among those who wait, while it lives.
class Waiting {
 public:
  Waiting(Seats::State& state, const std::string& host) : state_(state), host_(host) {}
  ~Waiting() { state_.end_waiting(host_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Seats::State& state_;
  const std::string& host_;
};

}  // namespace

Seats::Seats(Limits limits)
    : state_(new State{.limits = limits, .mutex = {}, .left = {}, .hosts = {}}) {}

Seats::Seat::Seat(std::shared_ptr<State> state, std::string host)
    : state_(std::move(state)), host_(std::move(host)) {}

Seats::Seat::~Seat() {
  if (!state_) return;
  if (is_inside_) state_->leave_all();
  state_->leave_host(host_);
}

Task<> Seats::Seat::enter(runtime::CancelToken cancel) {
  std::uint64_t ticket = state_->left.ticket();
  while (!state_->try_all()) {
    co_await state_->left.wait(ticket, cancel);
    ticket = state_->left.ticket();
  }
  is_inside_ = true;
}

Task<std::optional<Seats::Seat>> Seats::take(std::string host, runtime::CancelToken cancel) {
  const std::shared_ptr<State> state = state_;
  {
    std::optional<runtime::Bell> left = state->begin_waiting(host);
    if (!left) co_return std::nullopt;
    const Waiting waiting(*state, host);
    std::uint64_t ticket = left->ticket();
    while (!state->try_host(host)) {
      co_await left->wait(ticket, cancel);
      ticket = left->ticket();
    }
  }
  Seat seat(state, host);
  co_await seat.enter(cancel);
  co_return std::move(seat);
}

}  // namespace chancery::http::detail
