// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push rules as their owner sees and edits them: five lists, most important rule first.
//
// Rules that the server gives to everyone have an id that starts with a dot. They cannot be
// removed or moved, only enabled, disabled and given other actions; a ruleset always holds all of
// them. How a ruleset is applied to an event: push_evaluation.hpp.
//
// Failure: values. An edit that is refused changes nothing.
// Spec: client-server, "Push Rules", "Predefined Rules", "Push Rules: API".

#include "base/json.hpp"
#include "protocol/identifiers.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

inline constexpr std::size_t kMaxPushRules = 1'000;       // of one kind, by one user
inline constexpr std::size_t kMaxContentPushRules = 200;  // of kinds that look at text
inline constexpr std::size_t kMaxPushConditions = 20;     // of one rule
inline constexpr std::size_t kMaxPushRuleBytes = 4'096;   // of conditions, or of actions

// In the order in which they are tried.
enum class PushRuleKind : std::uint8_t { override, content, room, sender, underride };
inline constexpr std::array kPushRuleKinds{PushRuleKind::override, PushRuleKind::content,
                                           PushRuleKind::room, PushRuleKind::sender,
                                           PushRuleKind::underride};
[[nodiscard]] std::string_view push_rule_kind_name(PushRuleKind kind);
// Absent for a kind that the specification does not name.
[[nodiscard]] std::optional<PushRuleKind> find_push_rule_kind(std::string_view name);

enum class PushRuleState : std::uint8_t { disabled, enabled };

struct PushRule {
  std::string id;
  PushRuleState state = PushRuleState::enabled;
  base::JsonArray conditions;  // of override and underride rules
  std::string pattern;         // of content rules
  base::JsonArray actions;

  // Given by the server, not by the owner.
  [[nodiscard]] bool is_default() const { return id.starts_with('.'); }
};

struct PushRuleError {
  enum class Reason : std::uint8_t {
    not_found,          // no such rule (404 M_NOT_FOUND)
    reserved_id,        // ids that start with a dot are the server's
    invalid_id,         // empty, too long, with a slash or backslash, no room or user id
    missing_member,     // `actions` or `pattern` is missing (M_MISSING_PARAM)
    invalid_member,     // a member has another type or value than it may have (M_INVALID_PARAM)
    unknown_neighbour,  // before/after names no rule of the owner (400 M_UNKNOWN)
    too_many,           // a limit of this server (M_LIMIT_EXCEEDED)
  };
  Reason reason;
  std::string text;  // for the client
};
using PushRuleEdit = std::expected<void, PushRuleError>;

struct PutPushRule {
  PushRuleKind kind = PushRuleKind::override;
  std::string id;
  base::JsonObject body;  // of the request: actions, conditions, pattern
  std::optional<std::string> before;
  std::optional<std::string> after;
};

class PushRuleset {
 public:
  // The rules that every user of this server starts with.
  [[nodiscard]] static PushRuleset defaults(const UserId& owner);
  // Reads the content of `m.push_rules`. Default rules keep what is known of them and are those
  // of today; what is malformed is left out.
  [[nodiscard]] static PushRuleset from_json(const base::JsonObject& content, const UserId& owner);

  // The content of `m.push_rules`: {"global": {…}}.
  [[nodiscard]] base::JsonObject to_json() const;
  [[nodiscard]] const std::vector<PushRule>& rules(PushRuleKind kind) const;
  // Null when there is no such rule. Valid until the next edit.
  [[nodiscard]] const PushRule* find(PushRuleKind kind, std::string_view id) const;

  [[nodiscard]] PushRuleEdit put(PutPushRule request);
  [[nodiscard]] PushRuleEdit remove(PushRuleKind kind, std::string_view id);
  [[nodiscard]] PushRuleEdit set_state(PushRuleKind kind, std::string_view id, PushRuleState state);
  [[nodiscard]] PushRuleEdit set_actions(PushRuleKind kind, std::string_view id,
                                         const base::Json& actions);

 private:
  std::vector<PushRule>& list(PushRuleKind kind);
  PushRule* find_mutable(PushRuleKind kind, std::string_view id);
  [[nodiscard]] PushRuleEdit check_neighbours(const PutPushRule& request) const;
  void place(PushRule rule, const PutPushRule& request);

  std::array<std::vector<PushRule>, kPushRuleKinds.size()> rules_;
};

// One rule as the client-server API shows it.
[[nodiscard]] base::JsonObject push_rule_json(PushRuleKind kind, const PushRule& rule);

}  // namespace chancery::protocol
