// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/push_evaluation.hpp"

#include "protocol/detail/compiled_defaults.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

// Roughly: a condition with its pattern ready for the search, an outcome with its key.
constexpr std::size_t kConditionBytes = 1'024;
constexpr std::size_t kOutcomeBytes = 512;

std::optional<WordStart> find_start(const CompiledPushRule& rule) {
  for (const PushCondition& condition : rule.conditions) {
    if (const auto start = condition.word_start()) return start;
  }
  return std::nullopt;
}

}  // namespace

SharedPushAnswers::SharedPushAnswers(const FlatEvent& event, const PushRoom& room)
    : event_(event), room_(room) {
  static_assert(kMostRules >= CompiledDefaults::kMostPlaces);
  const CompiledDefaults& defaults = CompiledDefaults::get();
  for (std::size_t place = 0; place < defaults.size(); ++place) {
    answers_[place] = defaults.answer(static_cast<CompiledDefaults::Place>(place), event_, room_);
  }
  for (const PushRuleKind kind : kPushRuleKinds) {
    const auto& places = defaults.switched_on(kind);
    for (std::size_t at = 0; at < places.size(); ++at) {
      const PushAnswer answer = answers_[places[at]];
      if (answer == PushAnswer::no) continue;
      const bool is_sure = answer == PushAnswer::yes;
      candidates_[std::to_underlying(kind)].push_back(
          {.at = at, .outcome = is_sure ? &defaults.outcome(places[at]) : nullptr});
      if (is_sure) break;
    }
  }
}

CompiledPushRules::CompiledPushRules(const PushRuleset& ruleset, const UserId& owner)
    : owner_(owner.text()),
      room_(compile_by_id(ruleset.rules(PushRuleKind::room))),
      sender_(compile_by_id(ruleset.rules(PushRuleKind::sender))) {
  const PushRuleset own = PushRuleset::defaults(owner);
  override_ = compile_list(PushRuleKind::override, ruleset, own);
  content_ = compile_list(PushRuleKind::content, ruleset, own);
  underride_ = compile_list(PushRuleKind::underride, ruleset, own);
}

CompiledPushRules::Rules CompiledPushRules::compile_list(PushRuleKind kind,
                                                         const PushRuleset& ruleset,
                                                         const PushRuleset& own) {
  const CompiledDefaults& defaults = CompiledDefaults::get();
  Rules compiled;
  compiled.list.reserve(ruleset.rules(kind).size());
  bool is_as_at_first = true;
  std::vector<CompiledDefaults::Place> places;
  for (const PushRule& rule : ruleset.rules(kind)) {
    if (rule.state == PushRuleState::disabled) continue;
    Rule& made = compiled.list.emplace_back();
    const auto known = defaults.find(kind, rule, own);
    if (known) made.place = known->place;
    if (known && known->shared) {
      made.compiled = known->shared;
    } else {
      made.compiled = std::make_shared<const CompiledPushRule>(kind, rule);
    }
    made.start = find_start(*made.compiled);
    places.push_back(made.place);
    is_as_at_first = is_as_at_first && known && known->has_same_actions;
  }
  compiled.is_as_at_first = is_as_at_first && places == defaults.switched_on(kind);
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

std::size_t CompiledPushRules::own_bytes() const {
  std::size_t bytes = (room_.size() + sender_.size()) * kOutcomeBytes;
  for (const Rules* rules : {&override_, &content_, &underride_}) {
    if (rules->is_as_at_first) continue;
    for (const Rule& rule : rules->list) {
      bytes +=
          rule.place == kOwn ? rule.compiled->conditions.size() * kConditionBytes : sizeof(Rule);
    }
  }
  return bytes;
}

template <typename Find>
const PushOutcome& CompiledPushRules::evaluate_in_order(const FlatEvent& event,
                                                        const Find& find) const {
  // "Homeservers MUST NOT notify the Push Gateway for events that the user has sent themselves."
  if (event.sender() == owner_) return no_push();
  if (const PushOutcome* found = find(PushRuleKind::override, override_)) return *found;
  if (const PushOutcome* found = find(PushRuleKind::content, content_)) return *found;
  if (const auto found = room_.find(event.room()); found != room_.end()) return found->second;
  if (const auto found = sender_.find(event.sender()); found != sender_.end()) {
    return found->second;
  }
  const PushOutcome* found = find(PushRuleKind::underride, underride_);
  return found == nullptr ? no_push() : *found;
}

const PushOutcome& CompiledPushRules::evaluate(const FlatEvent& event, const PushRoom& room,
                                               std::string_view display_name) const {
  return evaluate(
      event, room,
      PushViewer{.display_name = display_name, .name_start = std::nullopt, .thread = room.thread});
}

const PushOutcome& CompiledPushRules::evaluate(const FlatEvent& event, const PushRoom& room,
                                               const PushViewer& viewer) const {
  return evaluate_in_order(event, [&](PushRuleKind, const Rules& rules) -> const PushOutcome* {
    const auto found = std::ranges::find_if(
        rules.list, [&](const Rule& rule) { return rule.compiled->matches(event, room, viewer); });
    return found == rules.list.end() ? nullptr : &found->compiled->outcome;
  });
}

const PushOutcome& CompiledPushRules::evaluate(const SharedPushAnswers& message,
                                               const PushViewer& viewer) const {
  return evaluate_in_order(message.event(), [&](PushRuleKind kind, const Rules& rules) {
    return find(kind, rules, message, viewer);
  });
}

const PushOutcome* CompiledPushRules::find(PushRuleKind kind, const Rules& rules,
                                           const SharedPushAnswers& message,
                                           const PushViewer& viewer) {
  const WordStarts& words = message.event().body_words();
  const auto matches = [&](const Rule& rule) {
    if (rule.start && !words.may_have(*rule.start)) return false;
    return rule.compiled->matches(message.event(), message.room(), viewer);
  };
  if (rules.is_as_at_first) {
    for (const auto& candidate : message.candidates_[std::to_underlying(kind)]) {
      if (candidate.outcome != nullptr) return candidate.outcome;
      const Rule& rule = rules.list[candidate.at];
      if (matches(rule)) return &rule.compiled->outcome;
    }
    return nullptr;
  }
  for (const Rule& rule : rules.list) {
    const PushAnswer answer =
        rule.place == kOwn ? PushAnswer::depends : message.answers_[rule.place];
    if (answer == PushAnswer::no) continue;
    if (answer == PushAnswer::yes || matches(rule)) return &rule.compiled->outcome;
  }
  return nullptr;
}

}  // namespace chancery::protocol
