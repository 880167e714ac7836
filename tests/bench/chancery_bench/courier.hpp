// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A client who shares neither a connection nor a thread with the crowd.
//
// The others' answers are read by one thread, on the server's own processors: whoever is among
// them has to wait until it comes to theirs, which people with machines of their own never do. A
// courier's thread goes before all others where the system allows it.
//
// Concurrency: for one thread at a time beside its own.
// Failure: what its thread ran into is thrown by take().

#include "tests/bench/chancery_bench/http_loop.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace chancery::bench {

class Courier {
 public:
  explicit Courier(const Endpoint& endpoint);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // Only when the answer to the one before has been taken.
  void send(Request request);

  struct Answer {
    Response response;
    Clock::duration took{};
    std::exception_ptr failure;
  };
  // Waits for it.
  Answer take();

 private:
  void run(const Endpoint& endpoint);
  std::optional<Request> wait_for_request();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Request> request_;
  std::optional<Answer> answer_;
  bool is_over_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace chancery::bench
