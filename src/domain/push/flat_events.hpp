// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Flattened messages: the newest ones asked about, so that all members' rules share one.
//
// Concurrency: any thread.

#include "protocol/event.hpp"
#include "protocol/flat_event.hpp"

#include <array>
#include <memory>
#include <mutex>

namespace chancery::push {

struct FlatMessage {
  explicit FlatMessage(protocol::EventPtr from)
      : event(std::move(from)), values(event->as_text()), flat(*values) {}
  protocol::EventPtr event;
  // A copy, so that the values go with this: the event itself may stay in the cache, as text.
  protocol::EventPtr values;
  protocol::FlatEvent flat;  // refers to `values`
};

class FlatEvents {
 public:
  [[nodiscard]] std::shared_ptr<const FlatMessage> get(const protocol::EventPtr& event);

 private:
  static constexpr std::size_t kPlaces = 64;
  std::mutex mutex_;
  // By address: what is kept keeps its event, so that no other can have it.
  std::array<std::shared_ptr<const FlatMessage>, kPlaces> places_;
};

}  // namespace chancery::push
