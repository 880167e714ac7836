// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes of state nodes: leaves of entries, inner nodes of sixteen children.
//
// Leaf: 0x01, count, then per entry in the order of (type, state_key): the type (its number in the
// table of frequent types, or 0 and its text), the state key, the event number. Inner: 0x02, a
// bitmap of two bytes, then per child its name and how many entries are below it. Numbers are
// varints (7 bits a byte, lowest first); texts stand after their length.
//
// Spec: docs/decisions/0008-state-node.md.
// Failure: StorageCorrupt when bytes are no node, or not the one encoding of it.

#include "storage/state_tree.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chancery::storage::detail {

inline constexpr std::size_t kMostLeafEntries = 64;
inline constexpr std::size_t kFanOut = 16;
// The hash of a key has as many digits; a node below the last would be a leaf of any size.
inline constexpr std::size_t kMostDepth = 64;

struct ChildNode {
  StateRoot name;
  std::uint64_t count = 0;  // of entries below; 0: no child
};
using LeafNode = std::vector<StateEntry>;
using InnerNode = std::array<ChildNode, kFanOut>;
using DecodedNode = std::variant<LeafNode, InnerNode>;

[[nodiscard]] std::string encode_node(const LeafNode& leaf);
[[nodiscard]] std::string encode_node(const InnerNode& inner);
[[nodiscard]] DecodedNode decode_node(std::string_view bytes);

// The path of a key: 64 digits of four bits.
class KeyPath {
 public:
  explicit KeyPath(const StateKey& key);
  [[nodiscard]] std::size_t digit(std::size_t depth) const {
    const auto byte = static_cast<unsigned char>(hash_[depth / 2]);
    return depth % 2 == 0 ? byte >> 4 : byte & 0xf;
  }
  [[nodiscard]] const std::string& hash() const { return hash_; }

 private:
  std::string hash_;
};

}  // namespace chancery::storage::detail
