// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/member_view.hpp"

#include "domain/accounts/ignored_users.hpp"
#include "protocol/case_folding.hpp"
#include "protocol/relations.hpp"

#include <utility>

namespace chancery::push {

RoomView RoomView::of(const rooms::Room& room) {
  return {.core = room.core(), .joined_members = room.count_members().joined};
}

protocol::PushRoom RoomView::as_sent_by(const protocol::UserId& sender) const {
  protocol::PushRoom room;
  room.joined_members = joined_members;
  room.levels = {.create = core->create->event.get(),
                 .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  room.sender_power = room.levels.of(sender);
  return room;
}

std::optional<std::string> find_thread_root(const protocol::VerifiedEvent& event) {
  // Most are in none, and need not be turned into values to say so.
  if (!event.content_text().contains(R"("m.thread")")) return std::nullopt;
  const auto relation = protocol::find_relation(event.content());
  const auto root = relation ? relation->thread_root() : std::nullopt;
  return root ? std::optional<std::string>(*root) : std::nullopt;
}

protocol::InThread follows(const RulesInForce& rules, const std::optional<std::string>& root) {
  if (!root) return protocol::InThread::none;
  const bool is_followed = rules.followed_threads && rules.followed_threads->contains(*root);
  return is_followed ? protocol::InThread::followed : protocol::InThread::not_followed;
}

bool is_ignored(const RulesInForce& rules, const protocol::VerifiedEvent& event) {
  return rules.ignored && accounts::IgnoredUsers::hides(*rules.ignored, event);
}

runtime::Task<MemberView> MemberView::load(rooms::Rooms& rooms, rooms::RoomPtr room,
                                           RulesInForce rules, protocol::UserId user,
                                           MemberName name) {
  MemberView view;
  view.rules_ = std::move(rules);
  view.room_ = RoomView::of(*room);
  const std::optional<rooms::Member> member = room->find_member(user);
  if (member && member->event == name.event) {
    view.name_ = std::move(name);
  } else if (member) {
    const rooms::CachedEventPtr event = co_await rooms.events().get(member->event);
    view.name_ = {.event = member->event,
                  .display_name = std::string(
                      base::find_string(event->event->content(), "displayname").value_or("")),
                  .start = std::nullopt};
    view.name_.start = protocol::WordStart::of(protocol::fold_case(view.name_.display_name));
  }
  view.user_ = std::move(user);
  co_return view;
}

const protocol::PushOutcome& MemberView::evaluate(const protocol::FlatEvent& flat,
                                                  const protocol::VerifiedEvent& event) const {
  if (is_ignored(rules_, event)) return protocol::no_push();
  return rules_.compiled->evaluate(
      flat, room_.as_sent_by(event.sender()),
      protocol::PushViewer{.display_name = name_.display_name,
                           .name_start = name_.start,
                           .thread = follows(rules_, find_thread_root(event))});
}

}  // namespace chancery::push
