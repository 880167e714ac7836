// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// State nodes kept in memory, those used last, within a budget of bytes.
//
// Concurrency: any thread.

#include "storage/state_tree.hpp"

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::storage {

class CachedStateNodes final : public StateNodes {
 public:
  // `source` outlives this.
  CachedStateNodes(StateNodes& source, std::size_t budget_bytes);

  runtime::Task<std::shared_ptr<const std::string>> get_node(StateRoot name) override;
  // Keeps nodes that were just made, so that they can be read before they are stored.
  void keep(const std::vector<StateNode>& nodes);
  [[nodiscard]] std::size_t bytes() const;

 private:
  using Bytes = std::shared_ptr<const std::string>;
  struct Shard {
    mutable std::mutex mutex;
    std::list<std::pair<StateRoot, Bytes>> order;  // used last first
    std::unordered_map<StateRoot, std::list<std::pair<StateRoot, Bytes>>::iterator> places;
    std::size_t bytes = 0;
  };
  static constexpr std::size_t kShards = 8;

  Shard& shard_of(const StateRoot& name) { return shards_[name.hash[15] % kShards]; }
  Bytes find(const StateRoot& name);
  void add(const StateRoot& name, Bytes bytes);

  StateNodes& source_;
  const std::size_t budget_;  // of one shard
  std::array<Shard, kShards> shards_;
};

}  // namespace chancery::storage
