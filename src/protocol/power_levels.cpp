// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/assert.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/detail/create_content.hpp"
#include "protocol/detail/power_level_value.hpp"

#include <algorithm>
#include <array>

namespace chancery::protocol {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kDefaults{
    {{"ban", 50},
     {"kick", 50},
     {"redact", 50},
     {"invite", 0},
     {"state_default", 50},
     {"events_default", 0},
     {"users_default", 0}}};

constexpr std::int64_t kCreatorPower = 100;  // without a power levels event, versions 1 to 11
constexpr std::int64_t kDefaultToNotify = 50;
// Versions 1 to 9 let a room's first power levels event hold values that nobody can read. Who
// needs such a level cannot have it.
constexpr std::int64_t kUnreadable = kInfinitePower;

std::int64_t read_needed(const VerifiedEvent& event, const base::Json& value) {
  return read_power_level(value, event.version()).value_or(kUnreadable);
}

// Of `key` in the object `member` of the event; absent when either is not there.
std::optional<std::int64_t> find_entry(const VerifiedEvent& event, std::string_view member,
                                       std::string_view key) {
  const base::Json* entries = event.content().if_contains(member);
  if (entries == nullptr) return std::nullopt;
  const base::JsonObject* object = entries->if_object();
  if (object == nullptr) return kUnreadable;
  const base::Json* value = object->if_contains(key);
  if (value == nullptr) return std::nullopt;
  return read_needed(event, *value);
}

}  // namespace

std::int64_t PowerLevels::of(const UserId& user) const {
  CHANCERY_ASSERT(create != nullptr);
  if (create->version().creators_have_infinite_power && is_creator(*create, user.text())) {
    return kInfinitePower;
  }
  if (power_levels == nullptr) return room_creator(*create) == user.text() ? kCreatorPower : 0;
  const base::JsonObject& content = power_levels->content();
  const base::JsonObject* users = base::find_object(content, "users");
  const base::Json* level = users == nullptr ? nullptr : users->if_contains(user.text());
  if (level == nullptr) level = content.if_contains("users_default");
  if (level == nullptr) return 0;
  return read_power_level(*level, power_levels->version()).value_or(0);
}

std::int64_t PowerLevels::needed_to_send(std::string_view type, bool is_state) const {
  if (power_levels != nullptr) {
    if (const auto level = find_entry(*power_levels, "events", type)) return *level;
  }
  return needed_for(is_state ? "state_default" : "events_default");
}

std::int64_t PowerLevels::needed_for(std::string_view action) const {
  if (power_levels != nullptr) {
    const base::Json* value = power_levels->content().if_contains(action);
    if (value != nullptr) return read_needed(*power_levels, *value);
  }
  const auto found =
      std::ranges::find(kDefaults, action, [](const auto& entry) { return entry.first; });
  CHANCERY_ASSERT(found != kDefaults.end());
  return found->second;
}

std::int64_t PowerLevels::needed_to_notify(std::string_view key) const {
  if (power_levels == nullptr) return kDefaultToNotify;
  return find_entry(*power_levels, "notifications", key).value_or(kDefaultToNotify);
}

PowerLevels power_levels_of(const AuthState& state) {
  return {.create = state.find("m.room.create", ""),
          .power_levels = state.find("m.room.power_levels", "")};
}

}  // namespace chancery::protocol
