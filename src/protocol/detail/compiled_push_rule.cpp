// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/compiled_push_rule.hpp"

#include "protocol/detail/default_push_rules.hpp"

#include <algorithm>

namespace chancery::protocol {

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

const PushOutcome& no_push() {
  static const PushOutcome kNothing;
  return kNothing;
}

CompiledPushRule::CompiledPushRule(PushRuleKind kind, const PushRule& rule)
    : outcome(push_outcome(rule.actions)), is_mention_in_text(protocol::is_mention_in_text(rule)) {
  if (kind == PushRuleKind::content) {
    conditions.push_back(PushCondition::body_contains(rule.pattern));
    return;
  }
  conditions.reserve(rule.conditions.size());
  for (const base::Json& condition : rule.conditions) {
    conditions.push_back(PushCondition::compile(condition));
  }
}

bool CompiledPushRule::matches(const FlatEvent& event, const PushRoom& room,
                               const PushViewer& viewer) const {
  if (is_mention_in_text && event.has_mentions()) return false;
  return std::ranges::all_of(conditions, [&](const PushCondition& condition) {
    return condition.holds(event, room, viewer);
  });
}

}  // namespace chancery::protocol
