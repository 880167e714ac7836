// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/state_tree.hpp"

#include "base/digest.hpp"
#include "storage/detail/state_node.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

namespace chancery::storage {
namespace {

using detail::ChildNode;
using detail::InnerNode;
using detail::kFanOut;
using detail::kMostDepth;
using detail::kMostLeafEntries;
using detail::LeafNode;

struct KeyChange {
  StateEntry entry;
  detail::KeyPath path;
};

// What a subtree became. A leaf stays in memory until it is known that it is not merged into its
// parent.
struct Subtree {
  ChildNode node;                // of an inner node, which is written
  std::optional<LeafNode> leaf;  // or this

  [[nodiscard]] std::uint64_t count() const { return leaf ? leaf->size() : node.count; }
};

class Update {
 public:
  Update(StateNodes& nodes, std::vector<StateNode>& written) : nodes_(nodes), written_(written) {}

  // `changes` all lead through `node`, which lies at `depth`.
  runtime::Task<Subtree> change(StateRoot node, std::size_t depth,
                                std::span<const KeyChange> changes) {
    if (node.is_empty()) co_return build(merge({}, changes), depth);
    const auto bytes = co_await nodes_.get_node(node);
    detail::DecodedNode decoded = detail::decode_node(*bytes);
    if (auto* leaf = std::get_if<LeafNode>(&decoded)) {
      co_return build(merge(std::move(*leaf), changes), depth);
    }
    std::array<Subtree, kFanOut> children;
    const auto& inner = std::get<InnerNode>(decoded);
    for (std::size_t digit = 0; digit < kFanOut; ++digit) children[digit].node = inner[digit];
    // Sorted by path, so the changes of one child stand together.
    while (!changes.empty()) {
      const std::size_t digit = changes.front().path.digit(depth);
      const auto other = std::ranges::find_if(
          changes, [&](const KeyChange& one) { return one.path.digit(depth) != digit; });
      const auto count = static_cast<std::size_t>(other - changes.begin());
      children[digit] = co_await change(inner[digit].name, depth + 1, changes.first(count));
      changes = changes.subspan(count);
    }
    co_return co_await join(std::move(children));
  }

  ChildNode write(const Subtree& subtree) {
    if (!subtree.leaf) return subtree.node;
    if (subtree.leaf->empty()) return {};
    return {write_node(detail::encode_node(*subtree.leaf)), subtree.leaf->size()};
  }

 private:
  static LeafNode merge(LeafNode leaf, std::span<const KeyChange> changes) {
    std::map<StateKey, EventNumber> merged;
    for (StateEntry& entry : leaf) merged.emplace(std::move(entry.key), entry.event);
    for (const KeyChange& change : changes) {
      if (change.entry.event.value == 0) {
        merged.erase(change.entry.key);
      } else {
        merged.insert_or_assign(change.entry.key, change.entry.event);
      }
    }
    LeafNode result;
    result.reserve(merged.size());
    for (auto& [key, event] : merged) result.push_back({key, event});
    return result;
  }

  // Entries, sorted, as a leaf or, when too many, as inner nodes.
  Subtree build(LeafNode entries, std::size_t depth) {
    if (entries.size() <= kMostLeafEntries || depth == kMostDepth) {
      return {.node = {}, .leaf = std::move(entries)};
    }
    std::array<LeafNode, kFanOut> parts;
    for (StateEntry& entry : entries) {
      const std::size_t digit = detail::KeyPath(entry.key).digit(depth);
      parts[digit].push_back(std::move(entry));
    }
    std::array<Subtree, kFanOut> children;
    for (std::size_t digit = 0; digit < kFanOut; ++digit) {
      children[digit] = build(std::move(parts[digit]), depth + 1);
    }
    return write_inner(children);
  }

  // An inner node of `children`; or one leaf, when few entries are left.
  runtime::Task<Subtree> join(std::array<Subtree, kFanOut> children) {
    std::uint64_t count = 0;
    for (const Subtree& child : children) count += child.count();
    if (count > kMostLeafEntries) co_return write_inner(children);
    LeafNode all;
    for (Subtree& child : children) {
      if (!child.leaf && child.node.count > 0) {
        child.leaf = co_await load_state(nodes_, child.node.name);
      }
      if (child.leaf) std::ranges::move(*child.leaf, std::back_inserter(all));
    }
    std::ranges::sort(all, {}, &StateEntry::key);
    co_return Subtree{.node = {}, .leaf = std::move(all)};
  }

  Subtree write_inner(const std::array<Subtree, kFanOut>& children) {
    InnerNode inner;
    std::uint64_t count = 0;
    for (std::size_t digit = 0; digit < kFanOut; ++digit) {
      inner[digit] = write(children[digit]);
      count += inner[digit].count;
    }
    return {.node = {write_node(detail::encode_node(inner)), count}, .leaf = std::nullopt};
  }

  StateRoot write_node(std::string bytes) {
    const StateRoot name = name_state_node(bytes);
    written_.push_back({name, std::move(bytes)});
    return name;
  }

  StateNodes& nodes_;
  std::vector<StateNode>& written_;
};

void compare_entries(LeafNode before, LeafNode after, std::vector<StateDifference>& differences) {
  std::ranges::sort(before, {}, &StateEntry::key);
  std::ranges::sort(after, {}, &StateEntry::key);
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    if (right == after.end() || (left != before.end() && left->key < right->key)) {
      differences.push_back({std::move(left->key), left->event, {}});
      ++left;
    } else if (left == before.end() || right->key < left->key) {
      differences.push_back({std::move(right->key), {}, right->event});
      ++right;
    } else {
      if (left->event != right->event) {
        differences.push_back({std::move(left->key), left->event, right->event});
      }
      ++left;
      ++right;
    }
  }
}

}  // namespace

StateRoot name_state_node(std::string_view bytes) {
  StateRoot name;
  const std::string hash = base::sha256(bytes);
  std::memcpy(name.hash.data(), hash.data(), name.hash.size());
  return name;
}

runtime::Task<StateUpdate> update_state(StateNodes& nodes, StateRoot root,
                                        std::vector<StateEntry> entries) {
  // The last entry of a key counts.
  std::map<StateKey, EventNumber> last;
  for (StateEntry& entry : entries) last.insert_or_assign(std::move(entry.key), entry.event);
  std::vector<KeyChange> changes;
  changes.reserve(last.size());
  for (const auto& [key, event] : last) changes.push_back({{key, event}, detail::KeyPath(key)});
  std::ranges::sort(changes, {}, [](const KeyChange& change) { return change.path.hash(); });

  StateUpdate update;
  if (changes.empty()) {
    update.root = root;
    co_return update;
  }
  Update work(nodes, update.written);
  const Subtree tree = co_await work.change(root, 0, changes);
  update.root = work.write(tree).name;
  if (update.root == root) update.written.clear();
  co_return update;
}

runtime::Task<std::optional<EventNumber>> find_state(StateNodes& nodes, StateRoot root,
                                                     StateKey key) {
  const detail::KeyPath path(key);
  StateRoot name = root;
  for (std::size_t depth = 0; !name.is_empty(); ++depth) {
    const auto bytes = co_await nodes.get_node(name);
    const detail::DecodedNode node = detail::decode_node(*bytes);
    if (const auto* leaf = std::get_if<LeafNode>(&node)) {
      const auto entry = std::ranges::lower_bound(*leaf, key, {}, &StateEntry::key);
      if (entry == leaf->end() || entry->key != key) co_return std::nullopt;
      co_return entry->event;
    }
    if (depth >= kMostDepth) break;
    name = std::get<InnerNode>(node)[path.digit(depth)].name;
  }
  co_return std::nullopt;
}

runtime::Task<std::vector<StateEntry>> load_state(StateNodes& nodes, StateRoot root) {
  std::vector<StateEntry> entries;
  std::vector<StateRoot> open;
  if (!root.is_empty()) open.push_back(root);
  while (!open.empty()) {
    const auto bytes = co_await nodes.get_node(open.back());
    open.pop_back();
    detail::DecodedNode node = detail::decode_node(*bytes);
    if (auto* leaf = std::get_if<LeafNode>(&node)) {
      std::ranges::move(*leaf, std::back_inserter(entries));
      continue;
    }
    for (const ChildNode& child : std::get<InnerNode>(node)) {
      if (child.count > 0) open.push_back(child.name);
    }
  }
  co_return entries;
}

runtime::Task<std::vector<StateDifference>> compare_states(StateNodes& nodes, StateRoot before,
                                                           StateRoot after) {
  std::vector<StateDifference> differences;
  std::vector<std::pair<StateRoot, StateRoot>> open{{before, after}};
  while (!open.empty()) {
    const auto [left, right] = open.back();
    open.pop_back();
    if (left == right) continue;
    if (!left.is_empty() && !right.is_empty()) {
      const auto left_bytes = co_await nodes.get_node(left);
      const auto right_bytes = co_await nodes.get_node(right);
      const detail::DecodedNode left_node = detail::decode_node(*left_bytes);
      const detail::DecodedNode right_node = detail::decode_node(*right_bytes);
      const auto* left_inner = std::get_if<InnerNode>(&left_node);
      const auto* right_inner = std::get_if<InnerNode>(&right_node);
      if (left_inner != nullptr && right_inner != nullptr) {
        for (std::size_t digit = 0; digit < kFanOut; ++digit) {
          open.emplace_back((*left_inner)[digit].name, (*right_inner)[digit].name);
        }
        continue;
      }
    }
    std::vector<StateEntry> left_entries = co_await load_state(nodes, left);
    std::vector<StateEntry> right_entries = co_await load_state(nodes, right);
    compare_entries(std::move(left_entries), std::move(right_entries), differences);
  }
  co_return differences;
}

}  // namespace chancery::storage
