// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push rules applied to events: whether a message notifies somebody, and how.
//
// A ruleset is compiled once per edit; a message is flattened once; asking one ruleset about one
// message then costs about a microsecond and no allocation. Where many ask about one message, what
// the rules that everyone starts with say of it is worked out once, and each asks no more than what
// depends on them: their name, a mention of them, the threads they follow, rules of their own.
//
// Concurrency: CompiledPushRules and SharedPushAnswers are immutable; share between threads.
// Spec:        client-server, "Push Rules", "Actions", "Conditions".

#include "base/json.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/detail/compiled_push_rule.hpp"
#include "protocol/detail/push_condition.hpp"
#include "protocol/flat_event.hpp"
#include "protocol/push_rules.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::protocol {

// What the rules that everyone starts with say of one message in its room.
//
// Lifetime: refers to the flat event and to the events in the room's power levels.
class SharedPushAnswers {
 public:
  // `room.thread`: anything but `none` for a message in a thread.
  SharedPushAnswers(const FlatEvent& event, const PushRoom& room);

  [[nodiscard]] const FlatEvent& event() const { return event_; }
  [[nodiscard]] const PushRoom& room() const { return room_; }

 private:
  friend class CompiledPushRules;
  static constexpr std::size_t kMostRules = 40;
  // A rule that may match, by its place in the list that everyone starts with.
  struct Candidate {
    std::size_t at = 0;
    const PushOutcome* outcome = nullptr;  // null: it depends on who asks
  };

  const FlatEvent& event_;
  PushRoom room_;
  std::array<PushAnswer, kMostRules> answers_{};
  // By kind, up to the first that matches whoever asks.
  std::array<std::vector<Candidate>, kPushRuleKinds.size()> candidates_;
};

class CompiledPushRules {
 public:
  CompiledPushRules(const PushRuleset& ruleset, const UserId& owner);

  // `display_name`: the owner's in the room of `event`; may be empty. Valid as long as this.
  [[nodiscard]] const PushOutcome& evaluate(const FlatEvent& event, const PushRoom& room,
                                            std::string_view display_name) const;
  // `room.thread` does not count, the viewer's does.
  [[nodiscard]] const PushOutcome& evaluate(const FlatEvent& event, const PushRoom& room,
                                            const PushViewer& viewer) const;
  // The same at less cost. Valid as long as this.
  [[nodiscard]] const PushOutcome& evaluate(const SharedPushAnswers& message,
                                            const PushViewer& viewer) const;

  // About what memory holds of it that is not everyone's.
  [[nodiscard]] std::size_t own_bytes() const;

 private:
  static constexpr std::uint8_t kOwn = 0xFF;
  struct Rule {
    CompiledPushRulePtr compiled;
    std::uint8_t place = kOwn;  // of the default rule that asks the same
    // Of a word that the body must have; absent: it need not. Here, where it is at hand.
    std::optional<WordStart> start;
  };
  struct Rules {
    std::vector<Rule> list;
    bool is_as_at_first = false;  // those that everyone starts with, and no other
  };
  using OutcomesById = std::unordered_map<std::string, PushOutcome>;

  static Rules compile_list(PushRuleKind kind, const PushRuleset& ruleset, const PushRuleset& own);
  static OutcomesById compile_by_id(const std::vector<PushRule>& rules);
  // What `find` says of lists of rules, and the rooms and senders between them, in their order.
  template <typename Find>
  [[nodiscard]] const PushOutcome& evaluate_in_order(const FlatEvent& event,
                                                     const Find& find) const;
  [[nodiscard]] static const PushOutcome* find(PushRuleKind kind, const Rules& rules,
                                               const SharedPushAnswers& message,
                                               const PushViewer& viewer);

  std::string owner_;
  Rules override_;
  Rules content_;
  Rules underride_;
  OutcomesById room_;
  OutcomesById sender_;
};

}  // namespace chancery::protocol
