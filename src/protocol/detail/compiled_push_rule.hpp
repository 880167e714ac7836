// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One compiled push rule, and what it says where it matches.
//
// Concurrency: immutable; share between threads.
// Spec:        client-server, "Push Rules", "Actions".

#include "base/json.hpp"
#include "protocol/detail/push_condition.hpp"
#include "protocol/push_rules.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chancery::protocol {

// What the most important matching rule says. Without `notify`, nothing else is set.
struct PushOutcome {
  bool notify = false;
  bool highlight = false;
  std::optional<std::string> sound;
  base::JsonObject tweaks;  // all of them, as push gateways are told
};
[[nodiscard]] PushOutcome push_outcome(const base::JsonArray& actions);
// Of what notifies nobody. Valid for ever.
[[nodiscard]] const PushOutcome& no_push();

struct CompiledPushRule {
  CompiledPushRule(PushRuleKind kind, const PushRule& rule);

  [[nodiscard]] bool matches(const FlatEvent& event, const PushRoom& room,
                             const PushViewer& viewer) const;

  std::vector<PushCondition> conditions;
  PushOutcome outcome;
  // Not for messages that say whom they mention.
  bool is_mention_in_text = false;
};
using CompiledPushRulePtr = std::shared_ptr<const CompiledPushRule>;

}  // namespace chancery::protocol
