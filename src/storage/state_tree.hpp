// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// State trees: the state of a room at one point, as a persistent tree that shares with others.
//
// A tree maps (type, state_key) to an event number. Leaves hold up to 64 entries, inner nodes 16
// children by digits of the key's hash; nodes are named by the hash of their content. The shape
// depends on the content alone, so equal states have equal roots. A change of one key writes the
// nodes on its path; a difference walks only what differs.
//
// Concurrency: nodes are immutable; a StateNodes is used from any thread.

#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::storage {

// 16 bytes of SHA-256 over the node's content. All zero: the empty state.
struct StateRoot {
  std::array<unsigned char, 16> hash{};
  friend auto operator<=>(const StateRoot&, const StateRoot&) = default;
  [[nodiscard]] bool is_empty() const { return *this == StateRoot{}; }
};

using StateKey = std::pair<std::string, std::string>;  // type, state_key
struct StateEntry {
  StateKey key;
  EventNumber event;
  friend bool operator==(const StateEntry&, const StateEntry&) = default;
};
struct StateDifference {
  StateKey key;
  EventNumber before;  // 0: was absent
  EventNumber after;   // 0: is absent
};

// A node as it is stored.
struct StateNode {
  StateRoot name;
  std::string bytes;
};

// Where nodes are read from.
class StateNodes {
 public:
  virtual ~StateNodes() = default;
  // Throws StorageCorrupt when there is none of that name.
  virtual runtime::Task<std::shared_ptr<const std::string>> get_node(StateRoot name) = 0;
};

// The name that a node of these bytes has.
[[nodiscard]] StateRoot name_state_node(std::string_view bytes);

struct StateUpdate {
  StateRoot root;
  std::vector<StateNode> written;  // nodes that may not exist yet
};

// `root` with `entries` set; an entry with event 0 removes its key.
runtime::Task<StateUpdate> update_state(StateNodes& nodes, StateRoot root,
                                        std::vector<StateEntry> entries);
runtime::Task<std::optional<EventNumber>> find_state(StateNodes& nodes, StateRoot root,
                                                     StateKey key);
// Every entry, in no promised order.
runtime::Task<std::vector<StateEntry>> load_state(StateNodes& nodes, StateRoot root);
// Keys whose event differs.
runtime::Task<std::vector<StateDifference>> compare_states(StateNodes& nodes, StateRoot before,
                                                           StateRoot after);

}  // namespace chancery::storage

template <>
struct std::hash<chancery::storage::StateRoot> {
  std::size_t operator()(const chancery::storage::StateRoot& root) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, root.hash.data(), sizeof hash);
    return hash;
  }
};
