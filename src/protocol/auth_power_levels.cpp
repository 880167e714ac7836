// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/auth_check.hpp"
#include "protocol/detail/create_content.hpp"
#include "protocol/detail/power_level_value.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace chancery::protocol {
namespace {

constexpr std::array<std::string_view, 7> kActions{
    "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite"};

using Level = std::optional<std::int64_t>;

bool has_only_levels(const base::JsonObject& levels, const RoomVersion& version) {
  return std::ranges::all_of(levels, [&version](const auto& entry) {
    return read_power_level(entry.value(), version).has_value();
  });
}

bool are_levels_if_there(const base::JsonObject& content, std::string_view name,
                         const RoomVersion& version) {
  const base::Json* member = content.if_contains(name);
  return member == nullptr ||
         (member->is_object() && has_only_levels(member->get_object(), version));
}

// 9.1 to 9.3, and 10.4 of version 12: what the content itself must be.
Verdict check_form(const AuthCheck& check) {
  const base::JsonObject& content = check.event.content();
  const RoomVersion& version = check.version();
  if (version.integer_power_levels) {
    // 9.1. If any of the properties users_default, events_default, state_default, ban, redact,
    //      kick, or invite in content are present and not an integer, reject.
    for (const std::string_view action : kActions) {
      const base::Json* level = content.if_contains(action);
      if (level != nullptr && !read_power_level(*level, version)) {
        return Denied{"power_levels.not_integer"};
      }
    }
    // 9.2. If either of the properties events or notifications in content are present and not an
    //      object with values that are integers, reject.
    for (const std::string_view name : {"events", "notifications"}) {
      if (!are_levels_if_there(content, name, version)) return Denied{"power_levels.not_integer"};
    }
  }
  // 9.3. If the users property in content is not an object with keys that are valid user IDs with
  //      values that are integers (up to version 9: or a string that is an integer), reject.
  const base::Json* users = content.if_contains("users");
  if (users == nullptr) return Allowed{};
  if (!are_levels_if_there(content, "users", version)) return Denied{"power_levels.users"};
  for (const auto& entry : users->get_object()) {
    if (!UserId::parse(entry.key())) return Denied{"power_levels.users"};
    // 10.4, version 12: If the users property in content contains the sender of the
    //       m.room.create event or any of the additional_creators, reject.
    if (version.creators_have_infinite_power && is_creator(check.create, entry.key())) {
      return Denied{"power_levels.creator"};
    }
  }
  return Allowed{};
}

// A change from `before` to `after` of levels that stand in two events.
struct Change {
  Level before;
  Level after;
  bool readable = true;

  [[nodiscard]] bool is_change() const { return before != after; }
};

Change change_of(const base::JsonObject& before, const base::JsonObject& after,
                 std::string_view name, const RoomVersion& version) {
  Change change;
  const base::Json* old_value = before.if_contains(name);
  const base::Json* new_value = after.if_contains(name);
  if (old_value != nullptr) change.before = read_power_level(*old_value, version);
  if (new_value != nullptr) change.after = read_power_level(*new_value, version);
  change.readable = (old_value == nullptr || change.before.has_value()) &&
                    (new_value == nullptr || change.after.has_value());
  return change;
}

// 9.5. For the properties users_default, events_default, state_default, ban, redact, kick, invite
//      check if they were added, changed or removed. For each found alteration:
Verdict check_actions(const AuthCheck& check, std::int64_t power) {
  const base::JsonObject& before = check.levels.power_levels->content();
  for (const std::string_view action : kActions) {
    const Change change = change_of(before, check.event.content(), action, check.version());
    if (!change.readable) return Denied{"power_levels.not_integer"};
    if (!change.is_change()) continue;
    // "Power levels are inferred from defaults when not explicitly supplied."
    const std::int64_t absent = PowerLevels{.create = nullptr}.needed_for(action);
    // 9.5.1. If the current value is higher than the sender's current power level, reject.
    // 9.5.2. If the new value is higher than the sender's current power level, reject.
    if (change.before.value_or(absent) > power) return Denied{"power_levels.current_too_high"};
    if (change.after.value_or(absent) > power) return Denied{"power_levels.new_too_high"};
  }
  return Allowed{};
}

// Every name in either of two objects, those of `before` first.
template <typename Visitor>
Verdict for_each_change(const base::JsonObject& before, const base::JsonObject& after,
                        const RoomVersion& version, const Visitor& visit) {
  const auto visit_all = [&](const base::JsonObject& names, const base::JsonObject* but_not) {
    for (const auto& entry : names) {
      if (but_not != nullptr && but_not->contains(entry.key())) continue;
      const Change change = change_of(before, after, entry.key(), version);
      if (!change.readable) return Verdict{Denied{"power_levels.not_integer"}};
      if (!change.is_change()) continue;
      if (const Verdict verdict = visit(entry.key(), change); !is_allowed(verdict)) return verdict;
    }
    return Verdict{Allowed{}};
  };
  if (const Verdict verdict = visit_all(before, nullptr); !is_allowed(verdict)) return verdict;
  return visit_all(after, &before);
}

// 9.6, 9.7. For each entry being added to, changed in, or removed from, the events or, from
//           version 6 on, notifications properties:
Verdict check_entries(const AuthCheck& check, std::string_view name, std::int64_t power) {
  static const base::JsonObject kNone;
  const base::Json* before = check.levels.power_levels->content().if_contains(name);
  const base::Json* after = check.event.content().if_contains(name);
  if ((before != nullptr && !before->is_object()) || (after != nullptr && !after->is_object())) {
    return Denied{"power_levels.not_integer"};
  }
  return for_each_change(before == nullptr ? kNone : before->get_object(),
                         after == nullptr ? kNone : after->get_object(), check.version(),
                         [power](std::string_view, const Change& change) -> Verdict {
                           // 9.6.1. If the current value is greater than the sender's current power
                           // level, reject.
                           if (change.before && *change.before > power)
                             return Denied{"power_levels.current_too_high"};
                           // 9.7.1. If the new value is greater than the sender's current power
                           // level, reject.
                           if (change.after && *change.after > power)
                             return Denied{"power_levels.new_too_high"};
                           return Allowed{};
                         });
}

Verdict check_users(const AuthCheck& check, std::int64_t power) {
  static const base::JsonObject kNone;
  const base::JsonObject* before = base::find_object(check.levels.power_levels->content(), "users");
  const base::JsonObject* after = base::find_object(check.event.content(), "users");
  const std::string_view sender = check.event.sender().text();
  return for_each_change(before == nullptr ? kNone : *before, after == nullptr ? kNone : *after,
                         check.version(),
                         [power, sender](std::string_view user, const Change& change) -> Verdict {
                           // 9.8. For each entry being changed in, or removed from, the users
                           // property, other than
                           //      the sender's own entry: 1. If the current value is greater than
                           //      or equal to the sender's current power level, reject.
                           if (change.before && user != sender && *change.before >= power) {
                             return Denied{"power_levels.user_too_high"};
                           }
                           // 9.9. For each entry being added to, or changed in, the users
                           // property: 1. If the new
                           //      value is greater than the sender's current power level, reject.
                           if (change.after && *change.after > power)
                             return Denied{"power_levels.new_too_high"};
                           return Allowed{};
                         });
}

}  // namespace

// 9. If type is m.room.power_levels:
Verdict check_power_levels(const AuthCheck& check) {
  if (const Verdict verdict = check_form(check); !is_allowed(verdict)) return verdict;
  // 9.4. If there is no previous m.room.power_levels event in the room, allow.
  if (check.levels.power_levels == nullptr) return Allowed{};
  const std::int64_t power = check.sender_power();
  if (const Verdict verdict = check_actions(check, power); !is_allowed(verdict)) return verdict;
  if (const Verdict verdict = check_entries(check, "events", power); !is_allowed(verdict)) {
    return verdict;
  }
  if (check.version().notifications_power_checked) {
    const Verdict verdict = check_entries(check, "notifications", power);
    if (!is_allowed(verdict)) return verdict;
  }
  // 9.10. Otherwise, allow.
  return check_users(check, power);
}

}  // namespace chancery::protocol
