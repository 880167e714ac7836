// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/cached_state_nodes.hpp"

namespace chancery::storage {
namespace {

// What a node costs beside its bytes: list and table entries, control block, string.
constexpr std::size_t kOverhead = 160;

}  // namespace

CachedStateNodes::CachedStateNodes(StateNodes& source, std::size_t budget_bytes)
    : source_(source), budget_(budget_bytes / kShards) {}

runtime::Task<std::shared_ptr<const std::string>> CachedStateNodes::get_node(StateRoot name) {
  if (Bytes found = find(name)) co_return found;
  Bytes read = co_await source_.get_node(name);
  add(name, read);
  co_return read;
}

void CachedStateNodes::keep(const std::vector<StateNode>& nodes) {
  for (const StateNode& node : nodes) {
    add(node.name, std::make_shared<const std::string>(node.bytes));
  }
}

std::size_t CachedStateNodes::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

CachedStateNodes::Bytes CachedStateNodes::find(const StateRoot& name) {
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  const auto place = shard.places.find(name);
  if (place == shard.places.end()) return nullptr;
  shard.order.splice(shard.order.begin(), shard.order, place->second);
  return place->second->second;
}

void CachedStateNodes::add(const StateRoot& name, Bytes bytes) {
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  if (shard.places.contains(name)) return;
  shard.bytes += bytes->size() + kOverhead;
  shard.order.emplace_front(name, std::move(bytes));
  shard.places.emplace(name, shard.order.begin());
  while (shard.bytes > budget_) {
    const auto& [oldest, its_bytes] = shard.order.back();
    shard.bytes -= its_bytes->size() + kOverhead;
    shard.places.erase(oldest);
    shard.order.pop_back();
  }
}

}  // namespace chancery::storage
