// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/push_evaluation.hpp"

#include "protocol/detail/default_push_rules.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

const PushOutcome kNothing;

}  // namespace

PushOutcome push_outcome(const base::JsonArray& actions) {
  PushOutcome outcome;
  for (const base::Json& action : actions) {
    if (action == "notify") outcome.notify = true;
    const base::JsonObject* object = action.if_object();
    if (object == nullptr) continue;
    const auto tweak = base::find_string(*object, "set_tweak");
    if (!tweak) continue;
    const base::Json* value = object->if_contains("value");
    if (*tweak == "highlight") {
      // "If a highlight tweak is given with no value, its value is defined to be true."
      outcome.highlight = value == nullptr || (value->is_bool() && value->get_bool());
      outcome.tweaks["highlight"] = outcome.highlight;
    } else if (value != nullptr) {
      if (*tweak == "sound" && value->is_string()) outcome.sound = std::string(value->get_string());
      outcome.tweaks[*tweak] = *value;
    }
  }
  return outcome.notify ? outcome : PushOutcome{};
}

// The rules that everyone starts with, compiled. Those that name their owner are here with nobody's
// name, and so like no one's.
class CompiledPushRules::Shared {
 public:
  // Null for a rule that is not exactly one of these; whether it is switched on does not matter.
  [[nodiscard]] static RulePtr find(PushRuleKind kind, const PushRule& rule) {
    static const Shared kShared;
    const auto found = kShared.by_id_.find(rule.id);
    if (found == kShared.by_id_.end()) return nullptr;
    const PushRule& known = found->second.rule;
    const bool is_same = found->second.kind == kind && known.conditions == rule.conditions &&
                         known.pattern == rule.pattern && known.actions == rule.actions;
    return is_same ? found->second.compiled : nullptr;
  }

 private:
  struct Entry {
    PushRuleKind kind;
    PushRule rule;
    RulePtr compiled;
  };
  Shared() {
    const PushRuleset rules = PushRuleset::defaults(UserId::trusted("@:"));
    for (const PushRuleKind kind : kPushRuleKinds) {
      for (const PushRule& rule : rules.rules(kind)) {
        by_id_.emplace(rule.id, Entry{kind, rule, compile_rule(kind, rule)});
      }
    }
  }

  std::unordered_map<std::string, Entry> by_id_;
};

CompiledPushRules::CompiledPushRules(const PushRuleset& ruleset, const UserId& owner)
    : owner_(owner.text()),
      override_(compile_list(PushRuleKind::override, ruleset.rules(PushRuleKind::override))),
      content_(compile_list(PushRuleKind::content, ruleset.rules(PushRuleKind::content))),
      room_(compile_by_id(ruleset.rules(PushRuleKind::room))),
      sender_(compile_by_id(ruleset.rules(PushRuleKind::sender))),
      underride_(compile_list(PushRuleKind::underride, ruleset.rules(PushRuleKind::underride))) {}

CompiledPushRules::RulePtr CompiledPushRules::compile_rule(PushRuleKind kind,
                                                           const PushRule& rule) {
  Rule compiled;
  if (kind == PushRuleKind::content) {
    compiled.conditions.push_back(PushCondition::body_contains(rule.pattern));
  } else {
    for (const base::Json& condition : rule.conditions) {
      compiled.conditions.push_back(PushCondition::compile(condition));
    }
  }
  compiled.outcome = push_outcome(rule.actions);
  compiled.is_mention_in_text = is_mention_in_text(rule);
  return std::make_shared<const Rule>(std::move(compiled));
}

CompiledPushRules::Rules CompiledPushRules::compile_list(PushRuleKind kind,
                                                         const std::vector<PushRule>& rules) {
  Rules compiled;
  compiled.reserve(rules.size());
  for (const PushRule& rule : rules) {
    if (rule.state == PushRuleState::disabled) continue;
    RulePtr shared = Shared::find(kind, rule);
    compiled.push_back(shared ? std::move(shared) : compile_rule(kind, rule));
  }
  return compiled;
}

CompiledPushRules::OutcomesById CompiledPushRules::compile_by_id(
    const std::vector<PushRule>& rules) {
  OutcomesById compiled;
  for (const PushRule& rule : rules) {
    if (rule.state == PushRuleState::enabled) {
      compiled.try_emplace(rule.id, push_outcome(rule.actions));
    }
  }
  return compiled;
}

const PushOutcome& CompiledPushRules::evaluate(const FlatEvent& event, const PushRoom& room,
                                               std::string_view display_name) const {
  // "Homeservers MUST NOT notify the Push Gateway for events that the user has sent themselves."
  if (event.sender() == owner_) return kNothing;
  const auto matches = [&](const RulePtr& rule) {
    if (rule->is_mention_in_text && event.has_mentions()) return false;
    return std::ranges::all_of(rule->conditions, [&](const PushCondition& condition) {
      return condition.holds(event, room, display_name);
    });
  };
  for (const Rules* rules : {&override_, &content_}) {
    const auto found = std::ranges::find_if(*rules, matches);
    if (found != rules->end()) return (*found)->outcome;
  }
  if (const auto found = room_.find(event.room()); found != room_.end()) return found->second;
  if (const auto found = sender_.find(event.sender()); found != sender_.end()) {
    return found->second;
  }
  const auto found = std::ranges::find_if(underride_, matches);
  return found == underride_.end() ? kNothing : (*found)->outcome;
}

}  // namespace chancery::protocol
