// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/member_view.hpp"

#include "protocol/relations.hpp"

#include <optional>
#include <utility>

namespace chancery::push {

namespace {

protocol::InThread find_thread_place(const protocol::VerifiedEvent& event,
                                     const RulesInForce& rules) {
  // Most are in none, and need not be turned into values to say so.
  if (!event.content_text().contains(R"("m.thread")")) return protocol::InThread::none;
  const auto relation = protocol::find_relation(event.content());
  const auto root = relation ? relation->thread_root() : std::nullopt;
  if (!root) return protocol::InThread::none;
  const bool is_followed =
      rules.followed_threads && rules.followed_threads->contains(std::string(*root));
  return is_followed ? protocol::InThread::followed : protocol::InThread::not_followed;
}

}  // namespace

runtime::Task<MemberView> MemberView::load(rooms::Rooms& rooms, rooms::RoomPtr room,
                                           RulesInForce rules, protocol::UserId user,
                                           MemberName name) {
  MemberView view;
  view.rules_ = std::move(rules);
  view.core_ = room->core();
  view.joined_members_ = room->count_members().joined;
  const std::optional<rooms::Member> member = room->find_member(user);
  if (member && member->event == name.event) {
    view.name_ = std::move(name);
  } else if (member) {
    const rooms::CachedEventPtr event = co_await rooms.events().get(member->event);
    view.name_ = {.event = member->event,
                  .display_name = std::string(
                      base::find_string(event->event->content(), "displayname").value_or(""))};
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
  room.thread = find_thread_place(event, rules_);
  return rules_.compiled->evaluate(flat, room, name_.display_name);
}

}  // namespace chancery::push
