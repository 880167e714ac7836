// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/push_rule_body.hpp"

#include "protocol/glob.hpp"

#include <utility>

namespace chancery::protocol {
namespace {

using Reason = PushRuleError::Reason;

std::unexpected<PushRuleError> refuse(Reason reason, std::string text) {
  return std::unexpected(PushRuleError{reason, std::move(text)});
}

bool has_conditions(PushRuleKind kind) {
  return kind == PushRuleKind::override || kind == PushRuleKind::underride;
}

PushRuleEdit check_condition(const base::Json& condition) {
  const base::JsonObject* object = condition.if_object();
  if (object == nullptr || !base::find_string(*object, "kind")) {
    return refuse(Reason::invalid_member, "a condition must be an object with a kind");
  }
  const auto pattern = base::find_string(*object, "pattern");
  if (pattern && pattern->size() > kMaxGlobBytes) {
    return refuse(Reason::invalid_member, "a pattern is too long");
  }
  return {};
}

// Conditions of a kind that is unknown are kept: they never match, but a client may know them.
std::expected<base::JsonArray, PushRuleError> read_conditions(const base::JsonObject& body) {
  const base::Json* member = body.if_contains("conditions");
  if (member == nullptr) return base::JsonArray{};
  const base::JsonArray* conditions = member->if_array();
  if (conditions == nullptr) return refuse(Reason::invalid_member, "conditions must be a list");
  if (conditions->size() > kMaxPushConditions ||
      base::to_text(*member).size() > kMaxPushRuleBytes) {
    return refuse(Reason::too_many, "too many conditions");
  }
  for (const base::Json& condition : *conditions) {
    if (PushRuleEdit checked = check_condition(condition); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
  }
  return *conditions;
}

std::expected<std::string, PushRuleError> read_pattern(const base::JsonObject& body) {
  const base::Json* member = body.if_contains("pattern");
  if (member == nullptr) return refuse(Reason::missing_member, "a content rule needs a pattern");
  if (!member->is_string()) return refuse(Reason::invalid_member, "pattern must be a string");
  const std::string_view pattern = member->get_string();
  if (pattern.size() > kMaxGlobBytes) {
    return refuse(Reason::invalid_member, "the pattern is too long");
  }
  return std::string(pattern);
}

}  // namespace

std::expected<base::JsonArray, PushRuleError> read_push_actions(const base::Json& actions) {
  const base::JsonArray* list = actions.if_array();
  if (list == nullptr) return refuse(Reason::invalid_member, "actions must be a list");
  if (base::to_text(actions).size() > kMaxPushRuleBytes) {
    return refuse(Reason::too_many, "too many actions");
  }
  base::JsonArray kept;
  for (const base::Json& action : *list) {
    if (action.is_string()) {
      const std::string_view name = action.get_string();
      // "Clients and homeservers MUST ignore these actions": they are kept as they came, since
      // older clients look for their own, and mean nothing.
      if (name != "notify" && name != "dont_notify" && name != "coalesce") {
        return refuse(Reason::invalid_member, "unrecognised action: " + std::string(name));
      }
    } else if (!action.is_object() || !base::find_string(action.get_object(), "set_tweak")) {
      return refuse(Reason::invalid_member, "an action must be \"notify\" or set a tweak");
    }
    kept.push_back(action);
  }
  return kept;
}

std::expected<PushRule, PushRuleError> read_push_rule_body(PushRuleKind kind,
                                                           const base::JsonObject& body) {
  PushRule rule;
  const base::Json* actions = body.if_contains("actions");
  if (actions == nullptr) return refuse(Reason::missing_member, "actions are missing");
  auto read_actions = read_push_actions(*actions);
  if (!read_actions) return std::unexpected(std::move(read_actions.error()));
  rule.actions = *std::move(read_actions);
  if (has_conditions(kind)) {
    auto conditions = read_conditions(body);
    if (!conditions) return std::unexpected(std::move(conditions.error()));
    rule.conditions = *std::move(conditions);
  } else if (kind == PushRuleKind::content) {
    auto pattern = read_pattern(body);
    if (!pattern) return std::unexpected(std::move(pattern.error()));
    rule.pattern = *std::move(pattern);
  }
  return rule;
}

std::optional<PushRule> read_stored_push_rule(PushRuleKind kind, const base::Json& entry) {
  const base::JsonObject* object = entry.if_object();
  if (object == nullptr) return std::nullopt;
  const auto id = base::find_string(*object, "rule_id");
  if (!id || id->empty()) return std::nullopt;
  auto rule = read_push_rule_body(kind, *object);
  if (!rule) return std::nullopt;
  rule->id = std::string(*id);
  const bool enabled = base::find_bool(*object, "enabled").value_or(true);
  rule->state = enabled ? PushRuleState::enabled : PushRuleState::disabled;
  return *std::move(rule);
}

}  // namespace chancery::protocol
