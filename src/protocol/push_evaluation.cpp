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

CompiledPushRules::CompiledPushRules(const PushRuleset& ruleset, const UserId& owner)
    : owner_(owner.text()),
      override_(compile_conditional(ruleset.rules(PushRuleKind::override))),
      content_(compile_content(ruleset.rules(PushRuleKind::content))),
      room_(compile_by_id(ruleset.rules(PushRuleKind::room))),
      sender_(compile_by_id(ruleset.rules(PushRuleKind::sender))),
      underride_(compile_conditional(ruleset.rules(PushRuleKind::underride))) {}

std::vector<CompiledPushRules::Rule> CompiledPushRules::compile_conditional(
    const std::vector<PushRule>& rules) {
  std::vector<Rule> compiled;
  for (const PushRule& rule : rules) {
    if (rule.state == PushRuleState::disabled) continue;
    Rule& added = compiled.emplace_back();
    for (const base::Json& condition : rule.conditions) {
      added.conditions.push_back(PushCondition::compile(condition));
    }
    added.outcome = push_outcome(rule.actions);
    added.is_mention_in_text = is_mention_in_text(rule);
  }
  return compiled;
}

std::vector<CompiledPushRules::Rule> CompiledPushRules::compile_content(
    const std::vector<PushRule>& rules) {
  std::vector<Rule> compiled;
  for (const PushRule& rule : rules) {
    if (rule.state == PushRuleState::disabled) continue;
    Rule& added = compiled.emplace_back();
    added.conditions.push_back(PushCondition::body_contains(rule.pattern));
    added.outcome = push_outcome(rule.actions);
    added.is_mention_in_text = is_mention_in_text(rule);
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
  const auto matches = [&](const Rule& rule) {
    if (rule.is_mention_in_text && event.has_mentions()) return false;
    return std::ranges::all_of(rule.conditions, [&](const PushCondition& condition) {
      return condition.holds(event, room, display_name);
    });
  };
  for (const std::vector<Rule>* rules : {&override_, &content_}) {
    const auto found = std::ranges::find_if(*rules, matches);
    if (found != rules->end()) return found->outcome;
  }
  if (const auto found = room_.find(event.room()); found != room_.end()) return found->second;
  if (const auto found = sender_.find(event.sender()); found != sender_.end()) {
    return found->second;
  }
  const auto found = std::ranges::find_if(underride_, matches);
  return found == underride_.end() ? kNothing : found->outcome;
}

}  // namespace chancery::protocol
