// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/push_rules.hpp"

#include "protocol/detail/default_push_rules.hpp"
#include "protocol/detail/push_rule_body.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

using Reason = PushRuleError::Reason;

constexpr std::string_view kMaster = ".m.rule.master";
constexpr std::array<std::string_view, kPushRuleKinds.size()> kKindNames{
    "override", "content", "room", "sender", "underride"};

std::unexpected<PushRuleError> refuse(Reason reason, std::string text) {
  return std::unexpected(PushRuleError{reason, std::move(text)});
}

std::unexpected<PushRuleError> not_found() {
  return refuse(Reason::not_found, "The push rule was not found.");
}

PushRuleEdit check_id(PushRuleKind kind, std::string_view id) {
  if (id.starts_with('.')) return refuse(Reason::reserved_id, "rule_id must not start with '.'");
  if (id.empty() || id.size() > 255 || id.find_first_of("/\\") != std::string_view::npos) {
    return refuse(Reason::invalid_id, "rule_id must be 1 to 255 bytes without slashes");
  }
  if (kind == PushRuleKind::room && !RoomId::parse(id)) {
    return refuse(Reason::invalid_id, "rule_id of a room rule must be a room id");
  }
  if (kind == PushRuleKind::sender && !UserId::parse(id)) {
    return refuse(Reason::invalid_id, "rule_id of a sender rule must be a user id");
  }
  return {};
}

std::size_t most_rules(PushRuleKind kind) {
  const bool cheap = kind == PushRuleKind::room || kind == PushRuleKind::sender;
  return cheap ? kMaxPushRules : kMaxContentPushRules;
}

}  // namespace

std::string_view push_rule_kind_name(PushRuleKind kind) {
  return kKindNames[std::to_underlying(kind)];
}

std::optional<PushRuleKind> find_push_rule_kind(std::string_view name) {
  for (const PushRuleKind kind : kPushRuleKinds) {
    if (push_rule_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

PushRuleset PushRuleset::defaults(const UserId& owner) {
  PushRuleset ruleset;
  ruleset.list(PushRuleKind::override) = default_override_rules(owner);
  ruleset.list(PushRuleKind::content) = default_content_rules(owner);
  ruleset.list(PushRuleKind::underride) = default_underride_rules();
  return ruleset;
}

PushRuleset PushRuleset::from_json(const base::JsonObject& content, const UserId& owner) {
  PushRuleset ruleset = defaults(owner);
  const base::JsonObject* global = base::find_object(content, "global");
  if (global == nullptr) return ruleset;
  for (const PushRuleKind kind : kPushRuleKinds) {
    const base::JsonArray* list = base::find_array(*global, push_rule_kind_name(kind));
    if (list == nullptr) continue;
    std::vector<PushRule> own;
    for (const base::Json& entry : *list) {
      std::optional<PushRule> rule = read_stored_push_rule(kind, entry);
      if (!rule) continue;
      PushRule* known = ruleset.find_mutable(kind, rule->id);
      if (known != nullptr) {
        known->state = rule->state;
        known->actions = std::move(rule->actions);
      } else if (!rule->is_default() && own.size() < most_rules(kind)) {
        own.push_back(*std::move(rule));
      }
    }
    std::vector<PushRule>& rules = ruleset.list(kind);
    const bool has_master = !rules.empty() && rules.front().id == kMaster;
    rules.insert(rules.begin() + (has_master ? 1 : 0), std::make_move_iterator(own.begin()),
                 std::make_move_iterator(own.end()));
  }
  return ruleset;
}

base::JsonObject PushRuleset::to_json() const {
  base::JsonObject global;
  for (const PushRuleKind kind : kPushRuleKinds) {
    base::JsonArray& list = global[push_rule_kind_name(kind)].emplace_array();
    for (const PushRule& rule : rules(kind)) list.emplace_back(push_rule_json(kind, rule));
  }
  base::JsonObject content;
  content["global"] = std::move(global);
  return content;
}

const std::vector<PushRule>& PushRuleset::rules(PushRuleKind kind) const {
  return rules_[std::to_underlying(kind)];
}

std::vector<PushRule>& PushRuleset::list(PushRuleKind kind) {
  return rules_[std::to_underlying(kind)];
}

const PushRule* PushRuleset::find(PushRuleKind kind, std::string_view id) const {
  const auto found = std::ranges::find(rules(kind), id, &PushRule::id);
  return found == rules(kind).end() ? nullptr : &*found;
}

PushRule* PushRuleset::find_mutable(PushRuleKind kind, std::string_view id) {
  const auto found = std::ranges::find(list(kind), id, &PushRule::id);
  return found == list(kind).end() ? nullptr : &*found;
}

PushRuleEdit PushRuleset::check_neighbours(const PutPushRule& request) const {
  for (const std::optional<std::string>* neighbour : {&request.before, &request.after}) {
    if (!*neighbour) continue;
    const std::string& id = **neighbour;
    // "It is not possible to add a rule relative to a predefined server rule."
    if (id.starts_with('.') || id == request.id || find(request.kind, id) == nullptr) {
      return refuse(Reason::unknown_neighbour, "before/after rule not found: " + id);
    }
  }
  return {};
}

PushRuleEdit PushRuleset::put(PutPushRule request) {
  if (PushRuleEdit checked = check_id(request.kind, request.id); !checked) return checked;
  auto rule = read_push_rule_body(request.kind, request.body);
  if (!rule) return std::unexpected(std::move(rule.error()));
  if (PushRuleEdit checked = check_neighbours(request); !checked) return checked;
  const PushRule* known = find(request.kind, request.id);
  if (known == nullptr && std::ranges::count_if(rules(request.kind), [](const PushRule& other) {
                            return !other.is_default();
                          }) >= static_cast<std::ptrdiff_t>(most_rules(request.kind))) {
    return refuse(Reason::too_many, "too many push rules of this kind");
  }
  rule->id = request.id;
  // "When creating push rules, they MUST be enabled by default."; a change leaves it as it is.
  rule->state = known == nullptr ? PushRuleState::enabled : known->state;
  place(*std::move(rule), request);
  return {};
}

void PushRuleset::place(PushRule rule, const PutPushRule& request) {
  std::vector<PushRule>& rules = list(request.kind);
  const auto known = std::ranges::find(rules, request.id, &PushRule::id);
  if (known != rules.end()) {
    if (!request.before && !request.after) {
      *known = std::move(rule);
      return;
    }
    rules.erase(known);
  }
  auto at = rules.begin();
  if (request.before) {
    at = std::ranges::find(rules, *request.before, &PushRule::id);
  } else if (request.after) {
    at = std::next(std::ranges::find(rules, *request.after, &PushRule::id));
  } else if (at != rules.end() && at->id == kMaster) {
    ++at;
  }
  rules.insert(at, std::move(rule));
}

PushRuleEdit PushRuleset::remove(PushRuleKind kind, std::string_view id) {
  std::vector<PushRule>& rules = list(kind);
  const auto found = std::ranges::find(rules, id, &PushRule::id);
  if (found == rules.end()) return not_found();
  if (found->is_default()) {
    return refuse(Reason::reserved_id, "a rule of the server cannot be removed");
  }
  rules.erase(found);
  return {};
}

PushRuleEdit PushRuleset::set_state(PushRuleKind kind, std::string_view id, PushRuleState state) {
  PushRule* rule = find_mutable(kind, id);
  if (rule == nullptr) return not_found();
  rule->state = state;
  return {};
}

PushRuleEdit PushRuleset::set_actions(PushRuleKind kind, std::string_view id,
                                      const base::Json& actions) {
  PushRule* rule = find_mutable(kind, id);
  if (rule == nullptr) return not_found();
  auto read = read_push_actions(actions);
  if (!read) return std::unexpected(std::move(read.error()));
  rule->actions = *std::move(read);
  return {};
}

base::JsonObject push_rule_json(PushRuleKind kind, const PushRule& rule) {
  base::JsonObject json;
  json["rule_id"] = rule.id;
  json["default"] = rule.is_default();
  json["enabled"] = rule.state == PushRuleState::enabled;
  json["actions"] = rule.actions;
  if (kind == PushRuleKind::override || kind == PushRuleKind::underride) {
    json["conditions"] = rule.conditions;
  }
  if (kind == PushRuleKind::content) json["pattern"] = rule.pattern;
  return json;
}

}  // namespace chancery::protocol
