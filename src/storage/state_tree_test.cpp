// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/state_tree.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "storage/cached_state_nodes.hpp"
#include "storage/detail/state_node.hpp"
#include "storage/errors.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <random>
#include <unordered_map>

namespace chancery::storage {
namespace {

class NodesInMemory final : public StateNodes {
 public:
  runtime::Task<std::shared_ptr<const std::string>> get_node(StateRoot name) override {
    ++reads;
    const auto found = nodes.find(name);
    if (found == nodes.end()) throw StorageCorrupt("no node");
    co_return std::make_shared<const std::string>(found->second);
  }
  void add(const std::vector<StateNode>& written) {
    for (const StateNode& node : written) nodes.insert_or_assign(node.name, node.bytes);
  }
  std::unordered_map<StateRoot, std::string> nodes;
  std::size_t reads = 0;
};

using Model = std::map<StateKey, EventNumber>;

// A state, its model, and the nodes that hold it.
struct World {
  runtime::SimulatedScheduler scheduler;
  NodesInMemory nodes;

  StateRoot set(StateRoot root, std::vector<StateEntry> entries) {
    StateUpdate update = scheduler.run(update_state(nodes, root, std::move(entries)));
    nodes.add(update.written);
    return update.root;
  }
  Model load(StateRoot root) {
    Model model;
    for (StateEntry& entry : scheduler.run(load_state(nodes, root))) {
      CHECK(model.emplace(std::move(entry.key), entry.event).second);
    }
    return model;
  }
  std::optional<EventNumber> find(StateRoot root, const StateKey& key) {
    return scheduler.run(find_state(nodes, root, key));
  }
};

StateKey member(std::uint64_t number) {
  return {"m.room.member", fmt::format("@user{}:example.org", number)};
}

std::vector<StateEntry> members(std::uint64_t count) {
  std::vector<StateEntry> entries;
  for (std::uint64_t i = 1; i <= count; ++i) entries.push_back({member(i), {i}});
  return entries;
}

void change_model(Model& model, const std::vector<StateEntry>& entries) {
  for (const StateEntry& entry : entries) {
    if (entry.event.value == 0) {
      model.erase(entry.key);
    } else {
      model.insert_or_assign(entry.key, entry.event);
    }
  }
}

Model difference_applied(Model model, const std::vector<StateDifference>& differences) {
  for (const StateDifference& one : differences) {
    const auto found = model.find(one.key);
    CHECK((found == model.end() ? EventNumber{} : found->second) == one.before);
    CHECK(one.before != one.after);
    change_model(model, {{one.key, one.after}});
  }
  return model;
}

TEST_CASE("the empty state has no entries and the empty root") {
  World world;

  CHECK(world.load({}).empty());
  CHECK(world.find({}, member(1)) == std::nullopt);
  CHECK(world.set({}, {}).is_empty());
}

TEST_CASE("a tree changed at random always equals the map changed in the same way") {
  World world;
  std::mt19937_64 random(42);
  Model model;
  StateRoot root;
  for (int step = 0; step < 400; ++step) {
    std::vector<StateEntry> entries;
    const std::size_t count = 1 + random() % (step % 50 == 0 ? 150 : 4);
    // In turns the tree mostly grows and mostly shrinks, past the size of a leaf both times.
    const std::uint64_t removals = (step / 100) % 2 == 0 ? 10 : 70;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t event = random() % 100 < removals ? 0 : 1 + random() % 1'000'000;
      entries.push_back({member(random() % 300), {event}});
    }
    const StateRoot before = root;
    const Model model_before = model;

    root = world.set(root, entries);
    change_model(model, entries);

    REQUIRE(world.load(root) == model);
    const auto differences = world.scheduler.run(compare_states(world.nodes, before, root));
    REQUIRE(difference_applied(model_before, differences) == model);
    const StateKey key = member(random() % 300);
    const auto found = model.find(key);
    REQUIRE(world.find(root, key) ==
            (found == model.end() ? std::nullopt : std::optional(found->second)));
  }
}

TEST_CASE("equal states have equal roots, whatever way led there") {
  World world;
  std::mt19937_64 random(7);
  for (const std::uint64_t size : {1, 63, 64, 65, 66, 500, 2'000}) {
    const StateRoot at_once = world.set({}, members(size));

    std::vector<StateEntry> entries = members(size + 100);
    std::ranges::shuffle(entries, random);
    StateRoot step_by_step;
    for (std::size_t at = 0; at < entries.size(); at += 37) {
      const std::size_t count = std::min<std::size_t>(37, entries.size() - at);
      step_by_step = world.set(step_by_step, {entries.begin() + static_cast<long>(at),
                                              entries.begin() + static_cast<long>(at + count)});
    }
    std::vector<StateEntry> removals;
    for (std::uint64_t i = size + 1; i <= size + 100; ++i) removals.push_back({member(i), {0}});
    step_by_step = world.set(step_by_step, removals);

    CHECK(step_by_step == at_once);
  }
}

TEST_CASE("removing everything leads back to the empty root") {
  World world;
  const StateRoot root = world.set({}, members(300));
  std::vector<StateEntry> removals;
  for (std::uint64_t i = 1; i <= 300; ++i) removals.push_back({member(i), {0}});

  CHECK(world.set(root, removals).is_empty());
}

TEST_CASE("setting what is set already writes nothing and keeps the root") {
  World world;
  const StateRoot root = world.set({}, members(200));
  const StateUpdate update =
      world.scheduler.run(update_state(world.nodes, root, {{member(17), {17}}}));

  CHECK(update.root == root);
  CHECK(update.written.empty());
}

TEST_CASE("one change in a room of 50,000 writes and reads a handful of nodes") {
  World world;
  const StateRoot root = world.set({}, members(50'000));
  world.nodes.reads = 0;
  const StateUpdate update =
      world.scheduler.run(update_state(world.nodes, root, {{member(17), {99'999}}}));
  std::size_t bytes = 0;
  for (const StateNode& node : update.written) bytes += node.bytes.size();

  CHECK(update.written.size() <= 5);
  CHECK(bytes < 3'000);
  CHECK(world.nodes.reads <= 5);
  world.nodes.add(update.written);
  world.nodes.reads = 0;
  const auto differences = world.scheduler.run(compare_states(world.nodes, root, update.root));
  CHECK(differences.size() == 1);
  CHECK(world.nodes.reads <= 14);
}

TEST_CASE("types and keys may hold any bytes") {
  World world;
  const std::vector<StateEntry> entries{{{"", ""}, {1}},
                                        {{std::string("a\0b", 3), std::string("\0", 1)}, {2}},
                                        {{"m.room.member", std::string(255, '\xff')}, {3}},
                                        {{"a", "b"}, {4}},
                                        {{"ab", ""}, {5}}};
  Model model;
  change_model(model, entries);

  CHECK(world.load(world.set({}, entries)) == model);
}

TEST_CASE("a node's bytes have one form: any other bytes are refused or are another node") {
  World world;
  world.set({}, members(90));
  for (const auto& [name, bytes] : world.nodes.nodes) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string changed = bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      try {
        const detail::DecodedNode node = detail::decode_node(changed);
        const std::string again =
            std::visit([](const auto& one) { return detail::encode_node(one); }, node);
        REQUIRE(again == changed);
      } catch (const StorageCorrupt&) {  // refused, as it may be
      }
    }
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      REQUIRE_THROWS_AS((void)detail::decode_node(std::string_view(bytes).substr(0, length)),
                        StorageCorrupt);
    }
  }
}

TEST_CASE("the name of a node on disk is the same for ever") {
  World world;
  const StateRoot root = world.set({}, {{{"m.room.create", ""}, {1}}, {member(1), {300}}});

  CHECK(fmt::format("{:02x}{:02x}{:02x}{:02x}", root.hash[0], root.hash[1], root.hash[2],
                    root.hash[3]) == "e2ef0f99");
}

TEST_CASE("cached nodes are read once and stay within their budget") {
  World world;
  const StateRoot root = world.set({}, members(5'000));
  CachedStateNodes large(world.nodes, 10'000'000);
  CachedStateNodes small(world.nodes, 40'000);
  world.nodes.reads = 0;

  CHECK(world.scheduler.run(load_state(large, root)).size() == 5'000);
  const std::size_t reads = world.nodes.reads;
  CHECK(world.scheduler.run(load_state(large, root)).size() == 5'000);
  CHECK(world.nodes.reads == reads);
  CHECK(world.scheduler.run(load_state(small, root)).size() == 5'000);
  CHECK(small.bytes() <= 40'000);
  CHECK(small.bytes() > 20'000);
}

TEST_CASE("nodes that were just made can be read through the cache before they are stored") {
  World world;
  CachedStateNodes cache(world.nodes, 1'000'000);
  const StateUpdate update = world.scheduler.run(update_state(cache, {}, members(100)));

  cache.keep(update.written);

  CHECK(world.scheduler.run(load_state(cache, update.root)).size() == 100);
  CHECK(world.nodes.reads == 0);
}

}  // namespace
}  // namespace chancery::storage
