// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push rules applied to events: whether a message notifies somebody, and how.
//
// A ruleset is compiled once per edit; a message is flattened once; asking one ruleset about one
// message then costs about a microsecond and no allocation. Rules that everyone starts with, that
// nobody changed and that do not name their owner are compiled once for all: what one member's
// question brought into the processor's cache, the next one's finds there.
//
// Concurrency: CompiledPushRules is immutable; share between threads.
// Spec:        client-server, "Push Rules", "Actions", "Conditions".

#include "base/json.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/detail/push_condition.hpp"
#include "protocol/flat_event.hpp"
#include "protocol/push_rules.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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

class CompiledPushRules {
 public:
  CompiledPushRules(const PushRuleset& ruleset, const UserId& owner);

  // `display_name`: the owner's in the room of `event`; may be empty. Valid as long as this.
  [[nodiscard]] const PushOutcome& evaluate(const FlatEvent& event, const PushRoom& room,
                                            std::string_view display_name) const;

 private:
  struct Rule {
    std::vector<PushCondition> conditions;
    PushOutcome outcome;
    // Not for messages that say whom they mention.
    bool is_mention_in_text = false;
  };
  using RulePtr = std::shared_ptr<const Rule>;
  using Rules = std::vector<RulePtr>;
  using OutcomesById = std::unordered_map<std::string, PushOutcome>;
  class Shared;

  static RulePtr compile_rule(PushRuleKind kind, const PushRule& rule);
  static Rules compile_list(PushRuleKind kind, const std::vector<PushRule>& rules);
  static OutcomesById compile_by_id(const std::vector<PushRule>& rules);

  std::string owner_;
  Rules override_;
  Rules content_;
  OutcomesById room_;
  OutcomesById sender_;
  Rules underride_;
};

}  // namespace chancery::protocol
