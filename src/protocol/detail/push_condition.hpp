// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One compiled condition of a push rule.
//
// Spec: client-server, "Conditions"; MSC4306.

#include "base/json.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/flat_event.hpp"
#include "protocol/glob.hpp"
#include "protocol/word_starts.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chancery::protocol {

// Whether a message is in a thread, and whether the owner of the rules follows it.
enum class InThread : std::uint8_t { none, followed, not_followed };

// The room of a message at the time of the message. Requires: `levels.create` is there.
struct PushRoom {
  std::uint64_t joined_members = 0;
  std::int64_t sender_power = 0;
  PowerLevels levels;
  InThread thread = InThread::none;
};

// Who asks whether a message notifies them.
struct PushViewer {
  std::string_view display_name;        // in the room; may be empty
  std::optional<WordStart> name_start;  // of it; absent: too short, or not worked out
  InThread thread = InThread::none;
};

// What is known of a message before it is known who asks.
enum class PushAnswer : std::uint8_t { no, yes, depends };

class PushCondition {
 public:
  // A condition that is not understood never holds.
  [[nodiscard]] static PushCondition compile(const base::Json& condition);
  // The condition of a content rule.
  [[nodiscard]] static PushCondition body_contains(std::string_view pattern);

  // `room.thread` does not count, the viewer's does.
  [[nodiscard]] bool holds(const FlatEvent& event, const PushRoom& room,
                           const PushViewer& viewer) const;
  // The same for all viewers. `room.thread`: anything but `none` for a message in a thread.
  [[nodiscard]] PushAnswer answer(const FlatEvent& event, const PushRoom& room) const;
  // For a condition that names its owner: `no` if it holds for nobody, whoever they are.
  [[nodiscard]] PushAnswer answer_for_any_owner(const FlatEvent& event) const;
  // Of a word that the body of every message has for which this holds; absent: not known.
  [[nodiscard]] std::optional<WordStart> word_start() const;

 private:
  struct Never {};
  struct EventMatch {
    PropertyKey key;
    Glob glob;
    std::optional<WordStart> start;  // of what it looks for in the body
  };
  struct PropertyIs {
    PropertyKey key;
    base::Json value;
  };
  struct PropertyContains {
    PropertyKey key;
    base::Json value;
  };
  struct ContainsDisplayName {
    PropertyKey key;
  };
  struct MemberCount {
    enum class Comparison : std::uint8_t { equal, less, greater, at_least, at_most };
    Comparison comparison = Comparison::equal;
    std::uint64_t count = 0;
  };
  struct SenderPermission {
    std::string key;
  };
  struct ThreadSubscription {
    InThread wanted = InThread::followed;
  };
  using Form = std::variant<Never, EventMatch, PropertyIs, PropertyContains, ContainsDisplayName,
                            MemberCount, SenderPermission, ThreadSubscription>;

  explicit PushCondition(Form form) : form_(std::move(form)) {}
  [[nodiscard]] static EventMatch find_words(PropertyKey key, std::string_view pattern);
  [[nodiscard]] static Form compile_event_match(const base::JsonObject& condition);
  [[nodiscard]] static Form compile_member_count(const base::JsonObject& condition);
  template <typename Kind>
  [[nodiscard]] static Form compile_property(const base::JsonObject& condition);

  struct Question {
    const FlatEvent& event;
    const PushRoom& room;
    const PushViewer& viewer;
  };
  static bool check(const Never& form, const Question& question);
  static bool check(const EventMatch& form, const Question& question);
  static bool check(const PropertyIs& form, const Question& question);
  static bool check(const PropertyContains& form, const Question& question);
  static bool check(const ContainsDisplayName& form, const Question& question);
  static bool check(const MemberCount& form, const Question& question);
  static bool check(const SenderPermission& form, const Question& question);
  static bool check(const ThreadSubscription& form, const Question& question);

  Form form_;
};

}  // namespace chancery::protocol
