// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Seats: how many requests may be under way at once, to one host and in all.
//
// A host's own seat comes first, so that those who wait for a slow host take no other's place.
//
// Concurrency: any scheduler.

#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <memory>
#include <optional>
#include <string>

namespace chancery::http::detail {

class Seats {
 public:
  struct Limits {
    unsigned in_all = 256;
    unsigned for_host = 8;
    unsigned waiting_for_host = 256;
  };
  explicit Seats(Limits limits);

  struct State;
  // Given back when it dies.
  class [[nodiscard]] Seat {
   public:
    Seat(std::shared_ptr<State> state, std::string host);
    Seat(Seat&&) noexcept = default;
    Seat& operator=(Seat&&) = delete;
    ~Seat();
    // Waits for a place among all, too.
    runtime::Task<> enter(runtime::CancelToken cancel);

   private:
    std::shared_ptr<State> state_;
    std::string host_;
    bool is_inside_ = false;
  };
  // Absent when too many wait already. Throws Cancelled.
  runtime::Task<std::optional<Seat>> take(std::string host, runtime::CancelToken cancel);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace chancery::http::detail
