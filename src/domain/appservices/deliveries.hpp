// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Deliveries: to every application service that can be reached, side by side.
//
// Concurrency: any thread.
// Lifetime:    `run` has ended before it dies; reads the feed of the committer, which must be
//              stopped before this dies.

#include "domain/appservices/delivery.hpp"
#include "runtime/task_group.hpp"

#include <memory>
#include <vector>

namespace chancery::appservices {

class Deliveries {
 public:
  // Adds a reader, behind that of the receipts, and a follower to the feed, and listeners to typing
  // and presence, where there is any service.
  Deliveries(const Registry& registry, Delivery::Ports ports, NewsDesk::Ports news);

  // Until cancelled.
  runtime::Task<> run(runtime::CancelToken cancel);
  // The service was heard of: it is tried again soon if it could not be reached before.
  void note_alive(const Service& service);

 private:
  runtime::Task<> stop();
  storage::FeedReader reader();
  storage::FeedReader follower();
  template <typename Note>
  void tell(Note note);

  std::vector<std::unique_ptr<Delivery>> deliveries_;
  runtime::TaskGroup running_{"application services"};
};

}  // namespace chancery::appservices
