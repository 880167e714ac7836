// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/courier.hpp"

#include <pthread.h>
#include <sched.h>
#include <utility>

namespace chancery::bench {

Courier::Courier(const Endpoint& endpoint) : thread_([this, endpoint] { run(endpoint); }) {}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Courier::send(Request request) {
  {
    const std::lock_guard lock(mutex_);
    request_ = std::move(request);
  }
  changed_.notify_all();
}

Courier::Answer Courier::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return answer_.has_value(); });
  Answer answer = *std::exchange(answer_, std::nullopt);
  if (answer.failure) std::rethrow_exception(answer.failure);
  return answer;
}

std::optional<Request> Courier::wait_for_request() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return request_.has_value() || is_over_; });
  return std::exchange(request_, std::nullopt);
}

void Courier::run(const Endpoint& endpoint) {
  const sched_param first{.sched_priority = 1};
  (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
  HttpLoop loop(endpoint);
  Connection& connection = loop.connect();
  while (const auto request = wait_for_request()) {
    Answer answer;
    const auto start = Clock::now();
    try {
      answer.response = loop.ask(connection, *request);
    } catch (const std::exception&) {  // thrown again by take()
      answer.failure = std::current_exception();
    }
    answer.took = Clock::now() - start;
    {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
    }
    changed_.notify_all();
  }
}

}  // namespace chancery::bench
