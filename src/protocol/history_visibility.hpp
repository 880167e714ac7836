// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// History visibility: whether a user may see an event of a room.
//
// Spec: client-server, "Room History Visibility", server behaviour.

#include "base/json.hpp"
#include "protocol/membership.hpp"

#include <cstdint>
#include <string_view>

namespace chancery::protocol {

enum class HistoryVisibility : std::uint8_t { world_readable, shared, invited, joined };

[[nodiscard]] std::string_view history_visibility_name(HistoryVisibility visibility);
// Of the content of `m.room.history_visibility`, null when there is no such event: shared, unless
// it says something else that is known.
[[nodiscard]] HistoryVisibility history_visibility_in(const base::JsonObject* content);

// Whether the user joined the room at some time after the event, or is in it still.
enum class JoinedSince : std::uint8_t { no, yes };

// What decides about one event and one user. Before and after differ for events that change the
// visibility or the user's own membership, and are equal for all others.
struct VisibilityQuestion {
  HistoryVisibility visibility_before = HistoryVisibility::shared;
  HistoryVisibility visibility_after = HistoryVisibility::shared;
  Membership membership_before = Membership::leave;
  Membership membership_after = Membership::leave;
  JoinedSince joined_since = JoinedSince::no;
};
[[nodiscard]] bool may_see(const VisibilityQuestion& question);

}  // namespace chancery::protocol
