// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sent members: which member events the lazily loading syncs of one chain have told already.
//
// A chain begins with an answer to a token that names none, and goes on as long as its device comes
// with tokens that name it. A member event counts as known once a token shows that the answer with
// it arrived. What is forgotten (a restart, too much of it) is told again, no more.
//
// Concurrency: any thread.
// Spec: client-server, "Lazy-loading room members"; `include_redundant_members`.

#include "domain/devices/device_keys.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chancery::sync {

class SentMembers {
 public:
  struct Limits {
    std::size_t most_events = 1'000'000;       // in memory, of all chains together
    std::size_t most_events_of_one = 100'000;  // of one chain
    std::size_t most_chains = 100'000;
  };
  SentMembers() : SentMembers(Limits()) {}
  explicit SentMembers(Limits limits) : limits_(limits) {}

  // A request with a token of chain `known` (0: none) at `since`: that chain if it is the device's,
  // else a new one. Never 0.
  std::uint64_t continue_or_begin(const devices::DeviceAddress& device, std::uint64_t known,
                                  storage::StreamPosition since);
  [[nodiscard]] bool is_known(std::uint64_t chain, storage::EventNumber event) const;
  // They are in the answer whose token is at `until`.
  void note(std::uint64_t chain, const std::vector<storage::EventNumber>& events,
            storage::StreamPosition until);

  // Events in memory.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Chain {
    std::uint64_t id = 0;
    devices::DeviceAddress device;
    storage::StreamPosition arrived;  // the highest `since`
    std::unordered_set<storage::EventNumber> known;
    // In answers of which it is not known whether they arrived, by where those end.
    std::map<storage::StreamPosition, std::vector<storage::EventNumber>> told;
    [[nodiscard]] std::size_t size() const;
  };
  using Chains = std::list<Chain>;  // last used first
  static void settle(Chain& chain, storage::StreamPosition since);
  void trim();

  const Limits limits_;
  mutable std::mutex mutex_;
  Chains chains_;
  std::unordered_map<std::uint64_t, Chains::iterator> by_id_;
  std::uint64_t last_id_ = 0;
  std::size_t events_ = 0;
};

}  // namespace chancery::sync
