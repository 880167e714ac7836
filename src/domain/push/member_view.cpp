// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/member_view.hpp"

#include <optional>
#include <utility>

namespace chancery::push {

runtime::Task<MemberView> MemberView::load(rooms::Rooms& rooms, rooms::RoomPtr room,
                                           protocol::UserId user, RulesInForce rules) {
  MemberView view;
  view.rules_ = std::move(rules);
  view.core_ = room->core();
  view.joined_members_ = room->count_members().joined;
  const std::optional<rooms::Member> member = room->find_member(user);
  if (member) {
    const rooms::CachedEventPtr event = co_await rooms.events().get(member->event);
    view.display_name_ = base::find_string(event->event->content(), "displayname").value_or("");
  }
  view.user_ = std::move(user);
  co_return view;
}

const protocol::PushOutcome& MemberView::evaluate(const protocol::FlatEvent& flat,
                                                  const protocol::VerifiedEvent& event) const {
  static const protocol::PushOutcome kSilence;
  const bool is_ignored =
      rules_.ignored && !event.is_state() && rules_.ignored->contains(event.sender());
  if (is_ignored) return kSilence;
  protocol::PushRoom room;
  room.joined_members = joined_members_;
  room.levels = {.create = core_->create->event.get(),
                 .power_levels = core_->power_levels ? core_->power_levels->event.get() : nullptr};
  room.sender_power = room.levels.of(event.sender());
  return rules_.compiled->evaluate(flat, room, display_name_);
}

}  // namespace chancery::push
