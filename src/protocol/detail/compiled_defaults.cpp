// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/compiled_defaults.hpp"

#include "base/assert.hpp"

#include <utility>

namespace chancery::protocol {
namespace {

bool ask_the_same(const PushRule& left, const PushRule& right) {
  return left.conditions == right.conditions && left.pattern == right.pattern;
}

// By condition, whether it is another one for another owner.
std::vector<bool> find_named(PushRuleKind kind, const PushRule& nobody, const PushRule& somebody) {
  if (kind == PushRuleKind::content) return {nobody.pattern != somebody.pattern};
  std::vector<bool> named;
  named.reserve(nobody.conditions.size());
  for (std::size_t at = 0; at < nobody.conditions.size(); ++at) {
    named.push_back(nobody.conditions[at] != somebody.conditions[at]);
  }
  return named;
}

}  // namespace

const CompiledDefaults& CompiledDefaults::get() {
  static const CompiledDefaults kDefaults;
  return kDefaults;
}

CompiledDefaults::CompiledDefaults() {
  const PushRuleset nobodys = PushRuleset::defaults(UserId::trusted("@:"));
  const PushRuleset somebodys = PushRuleset::defaults(UserId::trusted("@somebody:somewhere"));
  for (const PushRuleKind kind : kPushRuleKinds) {
    for (const PushRule& rule : nobodys.rules(kind)) {
      CHANCERY_ASSERT(entries_.size() < kMostPlaces);
      const auto place = static_cast<Place>(entries_.size());
      entries_.push_back({.kind = kind,
                          .rule = rule,
                          .compiled = std::make_shared<const CompiledPushRule>(kind, rule),
                          .names_owner = find_named(kind, rule, *somebodys.find(kind, rule.id))});
      by_id_.emplace(rule.id, place);
      if (rule.state == PushRuleState::enabled) {
        switched_on_[static_cast<std::size_t>(kind)].push_back(place);
      }
    }
  }
}

std::optional<CompiledDefaults::Known> CompiledDefaults::find(PushRuleKind kind,
                                                              const PushRule& rule,
                                                              const PushRuleset& own) const {
  const auto found = by_id_.find(rule.id);
  if (found == by_id_.end()) return std::nullopt;
  const Entry& entry = entries_[found->second];
  if (entry.kind != kind) return std::nullopt;
  Known known{.place = found->second,
              .shared = nullptr,
              .has_same_actions = entry.rule.actions == rule.actions};
  if (ask_the_same(rule, entry.rule)) {
    if (known.has_same_actions) known.shared = entry.compiled;
    return known;
  }
  const PushRule* first = own.find(kind, rule.id);
  return first != nullptr && ask_the_same(rule, *first) ? std::optional(known) : std::nullopt;
}

PushAnswer CompiledDefaults::answer(Place place, const FlatEvent& event,
                                    const PushRoom& room) const {
  const Entry& entry = entries_[place];
  if (entry.compiled->is_mention_in_text && event.has_mentions()) return PushAnswer::no;
  PushAnswer all = PushAnswer::yes;
  for (std::size_t at = 0; at < entry.names_owner.size(); ++at) {
    const PushCondition& condition = entry.compiled->conditions[at];
    const PushAnswer one = entry.names_owner[at] ? condition.answer_for_any_owner(event)
                                                 : condition.answer(event, room);
    if (one == PushAnswer::no) return one;
    if (one == PushAnswer::depends) all = one;
  }
  return all;
}

}  // namespace chancery::protocol
