// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_sticky.hpp"

#include "domain/sync/json_lists.hpp"
#include "domain/sync/moment.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace chancery::sync {

namespace {

constexpr std::string_view kName = "org.matrix.msc4354.sticky_events";

// Whether the client takes an interest in the room, be it out of every window.
bool is_wanted(const SlidingAnswer& answer, const rooms::UserRoom& room) {
  if (room.membership != rooms::Membership::join) return false;
  if (answer.request.body.rules->subscriptions.contains(room.id)) return true;
  const auto& lists = answer.connection.arrangement().lists;
  return std::ranges::any_of(lists, [&](const auto& list) {
    const std::vector<storage::RoomNumber>& order = list.second.second;
    return std::ranges::find(order, room.room) != order.end();
  });
}

bool is_in_timeline(const TellingDraft& draft, const rooms::CachedEvent& event) {
  return std::ranges::any_of(
      draft.shown(event.room).timeline,
      [&](const rooms::CachedEventPtr& other) { return other->number == event.number; });
}

}  // namespace

runtime::Task<std::vector<SlidingSticky::Found>> SlidingSticky::find(
    const SlidingAnswer& answer, const rooms::CurrentRooms& own, storage::StreamPosition after) {
  std::vector<Found> found;
  for (const storage::RoomNumber number : ports_.sticky.rooms()) {
    const rooms::UserRoom* room = own.find(number);
    if (room == nullptr || !is_wanted(answer, *room)) continue;
    // A new name looks like coming in: then a little is told twice.
    const bool came_in = room->position > after;
    auto events = co_await ports_.sticky.load({.room = number,
                                               .after = came_in ? storage::StreamPosition{} : after,
                                               .until = answer.until});
    for (rooms::CachedEventPtr& event : events) {
      const bool is_backlog = event->position <= after;
      found.push_back({.event = std::move(event), .room = room, .is_backlog = is_backlog});
    }
  }
  const auto ignored = co_await ports_.ignored.load(answer.view.user);
  std::erase_if(found, [&](const Found& one) {
    return accounts::IgnoredUsers::hides(*ignored, *one.event->event);
  });
  std::ranges::sort(found, {}, [](const Found& one) { return one.event->position; });
  co_return found;
}

runtime::Task<bool> SlidingSticky::add(std::string& out, const SlidingAnswer& answer,
                                       const TellingDraft& draft) {
  const auto& wanted = answer.request.body.extensions.sticky_events;
  if (!wanted) co_return false;
  storage::StreamPosition after = wanted->since.value_or(storage::StreamPosition{});
  // From before the store was set back to a copy: nothing of that is left.
  if (after > answer.until) after = {};
  const auto own = ports_.memberships.current_rooms(answer.view.user);
  const std::vector<Found> found = co_await find(answer, own, after);
  if (found.empty()) co_return false;
  storage::StreamPosition next = answer.until;
  std::size_t count = 0;
  std::map<std::string_view, std::string> by_room;
  for (const Found& one : found) {
    if (is_in_timeline(draft, *one.event)) continue;
    if (!one.is_backlog && count == wanted->limit) {
      next = {one.event->position.value - 1};
      break;
    }
    if (!one.is_backlog) ++count;
    std::string& events = by_room[one.room->id.text()];
    begin_item(events);
    rooms::append_client_event(events, *one.event, answer.view);
  }
  // What timelines show has been told as well: the client goes on behind it.
  begin_member(out, kName);
  out += fmt::format(R"({{"next_batch":"{}","rooms":{{)", next.value);
  for (const auto& [room, events] : by_room) {
    if (out.back() != '{') out += ',';
    base::append_quoted(out, room);
    out += R"(:{"events":[)" + events + "]}";
  }
  out += "}}";
  co_return !by_room.empty();
}

}  // namespace chancery::sync
