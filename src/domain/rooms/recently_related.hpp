// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recently related: the events to which others came to relate of late, by fingerprints.
//
// It answers for events that were read from the store at some time: whether anything may relate to
// them that was not there then. When too many are remembered the oldest go; of events that were
// read before those it then says that something may. A collision costs a question, no truth.
//
// Concurrency: one task at a time.

#include "protocol/identifiers.hpp"

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

namespace chancery::rooms {

class RecentlyRelated {
 public:
  static constexpr std::size_t kMost = 65'536;

  explicit RecentlyRelated(std::size_t most = kMost) : most_(most) {}

  // `at` is above that of the call before.
  void add(const protocol::EventId& event, std::uint64_t at);
  // Of an event to which nothing related at `read_at`.
  [[nodiscard]] bool may_have(const protocol::EventId& event, std::uint64_t read_at) const;

 private:
  std::size_t most_;
  std::uint64_t complete_after_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> newest_;       // by fingerprint
  std::deque<std::pair<std::uint64_t, std::uint64_t>> in_order_;  // at, fingerprint
};

}  // namespace chancery::rooms
