// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The push rules that everyone starts with, compiled once for all.
//
// Each has a place. What one says of a message is the same for all, but for those that name their
// owner, look for a display name or ask who follows a thread.
//
// Concurrency: immutable; share between threads.

#include "protocol/detail/compiled_push_rule.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::protocol {

class CompiledDefaults {
 public:
  using Place = std::uint8_t;
  static constexpr std::size_t kMostPlaces = 40;

  [[nodiscard]] static const CompiledDefaults& get();

  // A rule of somebody's that asks what the default rule at `place` asks; its actions may be
  // others.
  struct Known {
    Place place = 0;
    CompiledPushRulePtr shared;  // null when it names its owner or has other actions
    bool has_same_actions = false;
  };
  // Absent for other rules. `own`: what `owner` of `rule` started with.
  [[nodiscard]] std::optional<Known> find(PushRuleKind kind, const PushRule& rule,
                                          const PushRuleset& own) const;

  // The places of those that are switched on at first, most important first.
  [[nodiscard]] const std::vector<Place>& switched_on(PushRuleKind kind) const {
    return switched_on_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Valid for ever.
  [[nodiscard]] const PushOutcome& outcome(Place place) const {
    return entries_[place].compiled->outcome;
  }
  [[nodiscard]] PushAnswer answer(Place place, const FlatEvent& event, const PushRoom& room) const;

 private:
  struct Entry {
    PushRuleKind kind;
    PushRule rule;  // nobody's
    CompiledPushRulePtr compiled;
    std::vector<bool> names_owner;  // by condition
  };
  CompiledDefaults();

  std::vector<Entry> entries_;
  std::unordered_map<std::string, Place> by_id_;
  std::array<std::vector<Place>, kPushRuleKinds.size()> switched_on_;
};

}  // namespace chancery::protocol
