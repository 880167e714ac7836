// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"

#include <algorithm>
#include <set>

namespace chancery::protocol {
namespace {

constexpr std::string_view kMember = "m.room.member";

// What the selection looks at, of an event or of a draft.
struct Selection {
  const RoomVersion& version;
  std::string_view type;
  std::string_view sender;
  const std::optional<std::string>& state_key;
  const base::JsonObject& content;
};

void add_once(std::vector<StateKey>& keys, std::string_view type, std::string_view state_key) {
  const auto same = [type, state_key](const StateKey& key) {
    return key.first == type && key.second == state_key;
  };
  if (std::ranges::none_of(keys, same)) keys.emplace_back(type, state_key);
}

std::optional<std::string_view> third_party_token(const base::JsonObject& content) {
  const base::JsonObject* invite = base::find_object(content, "third_party_invite");
  const base::JsonObject* signed_block =
      invite == nullptr ? nullptr : base::find_object(*invite, "signed");
  if (signed_block == nullptr) return std::nullopt;
  return base::find_string(*signed_block, "token");
}

// "If type is m.room.member: …"
void select_for_member(const Selection& event, std::vector<StateKey>& keys) {
  // "The target's current m.room.member event, if any."
  if (event.state_key) add_once(keys, kMember, *event.state_key);
  // "If membership is join, invite or knock, the current m.room.join_rules event, if any."
  const std::string_view membership = base::find_string(event.content, "membership").value_or("");
  if (membership == "join" || membership == "invite" || membership == "knock") {
    add_once(keys, "m.room.join_rules", "");
  }
  // "If membership is invite and content contains a third_party_invite property, the current
  // m.room.third_party_invite event with state_key matching its token, if any."
  if (membership == "invite") {
    const auto token = third_party_token(event.content);
    if (token) add_once(keys, "m.room.third_party_invite", *token);
  }
  // "If membership is join, content.join_authorised_via_users_server is present, and the room
  // version supports restricted rooms, then the m.room.member event with state_key matching it."
  if (membership == "join" && event.version.restricted_join) {
    const auto authoriser = base::find_string(event.content, "join_authorised_via_users_server");
    if (authoriser) add_once(keys, kMember, *authoriser);
  }
}

std::vector<StateKey> select(const Selection& event) {
  std::vector<StateKey> keys;
  // "The auth_events for the m.room.create event in a room is empty."
  if (event.type == "m.room.create") return keys;
  // "Depending on the room version, the m.room.create event."
  const bool implied = event.version.format == EventFormat::create_names_room;
  if (!implied) add_once(keys, "m.room.create", "");
  add_once(keys, "m.room.power_levels", "");
  add_once(keys, kMember, event.sender);
  if (event.type == kMember) select_for_member(event, keys);
  return keys;
}

bool has_create(const std::vector<EventPtr>& events) {
  return std::ranges::any_of(
      events, [](const EventPtr& event) { return event->is_state("m.room.create", ""); });
}

}  // namespace

std::vector<StateKey> auth_event_keys(const VerifiedEvent& event) {
  return select(
      {event.version(), event.type(), event.sender().text(), event.state_key(), event.content()});
}

std::vector<StateKey> auth_event_keys(const EventDraft& draft, const RoomVersion& version) {
  return select({version, draft.type, draft.sender.text(), draft.state_key, draft.content});
}

Verdict check_auth_event_list(const VerifiedEvent& event,
                              const std::vector<EventPtr>& auth_events) {
  // The rules end with step 1 for a create event.
  if (event.type() == "m.room.create") return Allowed{};
  const std::vector<StateKey> keys = auth_event_keys(event);
  std::set<StateKey> seen;
  for (const EventPtr& entry : auth_events) {
    // 2.3. If there are entries which were themselves rejected, reject.
    if (entry == nullptr) return Denied{"auth_events.rejected"};
    if (!entry->is_state()) return Denied{"auth_events.unexpected"};
    StateKey key(entry->type(), *entry->state_key());
    // 2.2. If there are entries whose type and state_key don't match those specified by the auth
    //      events selection algorithm, reject.
    if (std::ranges::find(keys, key) == keys.end()) return Denied{"auth_events.unexpected"};
    // 2.1. If there are duplicate entries for a given type and state_key pair, reject.
    if (!seen.insert(std::move(key)).second) return Denied{"auth_events.duplicate"};
    // 2.5. If any event in auth_events has a room_id which does not match that of the event being
    //      authorised, reject.
    if (entry->room() != event.room()) return Denied{"auth_events.other_room"};
  }
  // 2.4, versions 1 to 11: If there is no m.room.create event among the entries, reject.
  if (event.version().format != EventFormat::create_names_room && !has_create(auth_events)) {
    return Denied{"auth_events.create_missing"};
  }
  return Allowed{};
}

}  // namespace chancery::protocol
