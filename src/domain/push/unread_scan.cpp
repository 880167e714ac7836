// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/unread_scan.hpp"

#include "domain/rooms/member_trail.hpp"

#include <algorithm>
#include <utility>

namespace chancery::push {
namespace {

constexpr std::string_view kMemberType = "m.room.member";
constexpr std::string_view kCallType = "m.call.invite";
// The first page is small: most often somebody read nearly everything, and memory has it.
constexpr std::size_t kFirstPage = 16;
constexpr std::size_t kPage = 128;

}  // namespace

UnreadEvent make_unread(const rooms::CachedEvent& event, std::string thread,
                        const RulesInForce& rules, const protocol::PushOutcome& outcome) {
  return {.position = event.position,
          .number = event.number,
          .thread = std::move(thread),
          .weight = outcome.highlight ? UnreadEvent::Weight::highlight : UnreadEvent::Weight::plain,
          .kind = event.event->type() == kCallType ? UnreadEvent::Kind::call
                                                   : UnreadEvent::Kind::message,
          .outcome = {rules.compiled, &outcome}};
}

runtime::Task<bool> is_entry_of(rooms::Rooms& rooms, rooms::CachedEventPtr event,
                                protocol::UserId user) {
  if (!event->event->is_state(kMemberType, user.text())) co_return false;
  if (protocol::membership_in(event->event->content()) != rooms::Membership::join) co_return true;
  const auto before = co_await rooms::membership_before(rooms.events(), std::move(event));
  co_return before != rooms::Membership::join;
}

runtime::Task<Scanned> UnreadScan::run(Range range, ReadMarks read) {
  read_ = std::move(read);
  left_ = range.most_events;
  range.after = std::max(range.after, read_.all);
  Next next = range.after < range.until ? Next::go_on : Next::stop;
  std::size_t limit = kFirstPage;
  while (next == Next::go_on) {
    const std::vector<rooms::CachedEventPtr> page =
        co_await rooms_.load_timeline({.room = range.room,
                                       .after = range.after,
                                       .until = range.until,
                                       .direction = storage::Direction::backwards,
                                       .limit = limit});
    for (const rooms::CachedEventPtr& event : page) {
      next = co_await look_at(event);
      if (next == Next::stop) break;
    }
    if (page.size() < limit) break;
    range.until = {page.back()->position.value - 1};
    limit = kPage;
  }
  std::ranges::reverse(found_.unread);
  co_return std::move(found_);
}

runtime::Task<UnreadScan::Next> UnreadScan::look_at(rooms::CachedEventPtr event) {
  const bool may_be_entry = event->event->type() == kMemberType;
  if (may_be_entry && co_await is_entry_of(rooms_, event, view_.user())) co_return Next::stop;
  const storage::StreamPosition position = event->position;
  const protocol::VerifiedEvent& what = *event->event;
  if (what.sender() == view_.user()) {
    if (what.type() != kMemberType) {
      const std::string thread = co_await rooms::find_thread(rooms_, event);
      read_.note(thread, position);
      found_.own.note(thread, position);
    }
  } else if (!event->is_redacted()) {
    // Most of what a rule would say of a message that was read is never asked for.
    const std::string thread = co_await rooms::find_thread(rooms_, event);
    if (!read_.cover(thread, position)) {
      const auto flat = flat_.get(event->event);
      const protocol::PushOutcome& outcome = view_.evaluate(flat->flat, what);
      if (outcome.notify) {
        found_.unread.push_back(make_unread(*event, thread, view_.rules(), outcome));
      }
    }
  }
  if (--left_ == 0) co_return Next::stop;
  if (!read_.cover(rooms::kMainThread, position)) co_return Next::go_on;
  co_return ++behind_main_ >= kMostScannedBehindMain ? Next::stop : Next::go_on;
}

}  // namespace chancery::push
