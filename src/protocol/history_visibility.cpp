// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/history_visibility.hpp"

#include <array>
#include <utility>

namespace chancery::protocol {
namespace {

constexpr std::array<std::string_view, 4> kNames{"world_readable", "shared", "invited", "joined"};

bool allows(HistoryVisibility visibility, Membership membership, JoinedSince joined_since) {
  // 1. If the history_visibility was set to world_readable, allow.
  if (visibility == HistoryVisibility::world_readable) return true;
  // 2. If the user's membership was join, allow.
  if (membership == Membership::join) return true;
  // 3. If history_visibility was set to shared, and the user joined the room at any point after
  //    the event was sent, allow.
  if (visibility == HistoryVisibility::shared && joined_since == JoinedSince::yes) return true;
  // 4. If the user's membership was invite, and the history_visibility was set to invited, allow.
  // 5. Otherwise, deny.
  return membership == Membership::invite && visibility == HistoryVisibility::invited;
}

}  // namespace

std::string_view history_visibility_name(HistoryVisibility visibility) {
  return kNames[std::to_underlying(visibility)];
}

HistoryVisibility history_visibility_in(const base::JsonObject* content) {
  if (content == nullptr) return HistoryVisibility::shared;
  const auto name = base::find_string(*content, "history_visibility");
  for (std::size_t at = 0; name && at < kNames.size(); ++at) {
    if (kNames[at] == *name) return static_cast<HistoryVisibility>(at);
  }
  return HistoryVisibility::shared;
}

bool may_see(const VisibilityQuestion& question) {
  // "The user should be allowed to see the event if the history_visibility before or after the
  // event would allow them to see it"; likewise with their own membership.
  for (const HistoryVisibility visibility :
       {question.visibility_before, question.visibility_after}) {
    for (const Membership membership : {question.membership_before, question.membership_after}) {
      if (allows(visibility, membership, question.joined_since)) return true;
    }
  }
  return false;
}

}  // namespace chancery::protocol
