// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/timeline_section.hpp"

#include "domain/rooms/past_state.hpp"
#include "domain/rooms/reading.hpp"

#include <algorithm>
#include <optional>

namespace chancery::sync {

namespace {

constexpr std::size_t kMostPages = 10;     // of events that a filter leaves out
constexpr std::size_t kFilteredPage = 50;  // at least, where a filter leaves out some

// Fills in the states around what is shown. `newest_left_out`: the newest state event of the window
// that the timeline does not show.
runtime::Task<> add_states(rooms::Rooms& rooms, const TimelineWanted& wanted, Timeline& timeline,
                           storage::StreamPosition newest_left_out) {
  if (timeline.state_after.is_empty()) {
    timeline.state_after = co_await state_at(rooms, wanted.room, wanted.window.until);
  }
  if (timeline.events.empty()) {
    timeline.state_before = timeline.state_after;
    co_return;
  }
  const rooms::CachedEvent& oldest = *timeline.events.front();
  timeline.lacks_state = newest_left_out > oldest.position;
  timeline.state_before = co_await state_at(rooms, wanted.room, {oldest.position.value - 1});
}

// The same where it needs no wait: what is shown begins with an event that is no state, which
// leaves the state as it found it.
bool add_states_at_once(Timeline& timeline, storage::StreamPosition newest_left_out) {
  if (timeline.state_after.is_empty() || timeline.events.empty()) return false;
  const rooms::CachedEvent& oldest = *timeline.events.front();
  if (oldest.event->is_state()) return false;
  timeline.lacks_state = newest_left_out > oldest.position;
  timeline.state_before = oldest.state_after;
  return true;
}

}  // namespace

runtime::Task<Timeline> load_timeline(rooms::Rooms& rooms, rooms::VisibleHistory& visible,
                                      TimelineWanted wanted) {
  Timeline timeline;
  timeline.before = wanted.window.until;
  storage::StreamPosition until = wanted.window.until;
  storage::StreamPosition newest_left_out;
  const auto leave_out = [&newest_left_out](const rooms::CachedEvent& event) {
    if (event.event->is_state()) newest_left_out = std::max(newest_left_out, event.position);
  };
  const bool is_filtered = !wanted.filter->accepts_all();
  std::vector<rooms::CachedEventPtr> found;
  bool is_first_page = true;
  bool has_more = true;
  for (std::size_t page = 0; page < kMostPages && has_more; ++page) {
    // One more than is shown: it says whether there is more, and what the state was before.
    const std::size_t page_size =
        std::max(wanted.limit - found.size() + 1, is_filtered ? kFilteredPage : std::size_t{0});
    const storage::TimelineRange range{.room = wanted.room->number(),
                                       .after = wanted.window.after,
                                       .until = until,
                                       .direction = storage::Direction::backwards,
                                       .limit = page_size};
    auto at_once = rooms.find_timeline(*wanted.room, range);
    auto events = at_once ? *std::move(at_once) : co_await rooms.load_timeline(range);
    if (is_first_page && !events.empty()) timeline.state_after = events.front()->state_after;
    is_first_page = false;
    has_more = events.size() == page_size;
    for (rooms::CachedEventPtr& event : events) {
      if (found.size() == wanted.limit) {
        timeline.limited = true;
        break;
      }
      timeline.before = {event->position.value - 1};
      if (rooms::is_wanted(*wanted.filter, *event))
        found.push_back(std::move(event));
      else
        leave_out(*event);
    }
    if (timeline.limited) break;
    until = timeline.before;
  }
  // What was not looked at may hold something that the filter lets by.
  timeline.limited |= has_more;
  std::ranges::reverse(found);
  std::optional<rooms::SeenEvents> at_once =
      visible.filter_at_once(*wanted.room, wanted.viewer, found);
  rooms::SeenEvents seen =
      at_once ? *std::move(at_once) : co_await visible.filter(wanted.room, wanted.viewer, found);
  timeline.events = std::move(seen.events);
  timeline.memberships = std::move(seen.memberships);
  // Where something may not be seen, what is older is no continuation of what is shown.
  if (timeline.events.size() < found.size()) {
    auto shown = timeline.events.begin();
    for (const rooms::CachedEventPtr& event : found) {
      if (shown != timeline.events.end() && (*shown)->number == event->number)
        ++shown;
      else
        leave_out(*event);
    }
    if (!timeline.events.empty()) {
      timeline.before = {timeline.events.front()->position.value - 1};
    }
  }
  if (!add_states_at_once(timeline, newest_left_out)) {
    co_await add_states(rooms, wanted, timeline, newest_left_out);
  }
  co_return timeline;
}

}  // namespace chancery::sync
