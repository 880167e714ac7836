// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// State nodes through a cache of bytes: they never change, so they are read once.
//
// Concurrency: any thread.

#include "runtime/task.hpp"
#include "storage/state_tree.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::rooms {

class CachedStateNodes final : public storage::StateNodes {
 public:
  CachedStateNodes(storage::StateNodes& nodes, std::size_t budget_bytes)
      : nodes_(nodes), budget_(budget_bytes) {}

  runtime::Task<std::shared_ptr<const std::string>> get_node(storage::StateRoot name) override;
  void put(const storage::StateNode& node);

 private:
  using Bytes = std::shared_ptr<const std::string>;
  struct Entry {
    storage::StateRoot name;
    Bytes bytes;
  };
  struct NameHash {
    std::size_t operator()(const storage::StateRoot& name) const noexcept;
  };
  void insert(storage::StateRoot name, Bytes bytes);

  storage::StateNodes& nodes_;
  std::size_t budget_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<storage::StateRoot, std::list<Entry>::iterator, NameHash> by_name_;
  std::size_t bytes_ = 0;
};

}  // namespace chancery::rooms
