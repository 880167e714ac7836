// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/timeline_section.hpp"

#include "domain/rooms/reading.hpp"

namespace chancery::sync {

namespace {

constexpr std::size_t kMostPages = 20;  // of events that a filter leaves out

}  // namespace

runtime::Task<storage::StateRoot> state_at(rooms::Rooms& rooms, rooms::RoomPtr room,
                                           storage::StreamPosition at) {
  if (const auto known = room->find_state_at(at)) co_return *known;
  const auto before = co_await rooms.load_timeline({.room = room->number(),
                                                    .after = {},
                                                    .until = at,
                                                    .direction = storage::Direction::backwards,
                                                    .limit = 1});
  co_return before.empty() ? storage::StateRoot{} : before.front()->state_after;
}

runtime::Task<Timeline> load_timeline(rooms::Rooms& rooms, rooms::VisibleHistory& visible,
                                      TimelineWanted wanted) {
  Timeline timeline;
  timeline.before = wanted.window.until;
  storage::StreamPosition until = wanted.window.until;
  std::vector<rooms::CachedEventPtr> newest_first;
  bool is_first_page = true;
  bool has_more = true;
  for (std::size_t page = 0; page < kMostPages && has_more; ++page) {
    // One more than is shown: it says whether there is more, and what the state was before.
    const std::size_t page_size = wanted.limit - newest_first.size() + 1;
    auto events = co_await rooms.load_timeline({.room = wanted.room->number(),
                                                .after = wanted.window.after,
                                                .until = until,
                                                .direction = storage::Direction::backwards,
                                                .limit = page_size});
    if (is_first_page && !events.empty()) timeline.state_after = events.front()->state_after;
    is_first_page = false;
    has_more = events.size() == page_size;
    for (rooms::CachedEventPtr& event : events) {
      if (newest_first.size() == wanted.limit) {
        timeline.limited = true;
        break;
      }
      timeline.before = {event->position.value - 1};
      if (rooms::is_wanted(*wanted.filter, *event)) newest_first.push_back(std::move(event));
    }
    if (timeline.limited) break;
    until = timeline.before;
  }
  // What was not looked at may hold something that the filter lets by.
  timeline.limited |= has_more;
  std::ranges::reverse(newest_first);
  const std::size_t found = newest_first.size();
  rooms::SeenEvents seen =
      co_await visible.filter(wanted.room, wanted.viewer, std::move(newest_first));
  timeline.events = std::move(seen.events);
  timeline.memberships = std::move(seen.memberships);
  // Where something may not be seen, what is older is no continuation of what is shown.
  if (timeline.events.size() < found && !timeline.events.empty()) {
    timeline.before = {timeline.events.front()->position.value - 1};
  }
  if (!timeline.events.empty() && !timeline.events.front()->event->is_state() &&
      timeline.events.front()->position.value == timeline.before.value + 1) {
    // An event that is no state leaves the state as it found it.
    timeline.state_before = timeline.events.front()->state_after;
  } else {
    timeline.state_before = co_await state_at(rooms, wanted.room, timeline.before);
  }
  if (timeline.state_after.is_empty()) timeline.state_after = timeline.state_before;
  co_return timeline;
}

}  // namespace chancery::sync
