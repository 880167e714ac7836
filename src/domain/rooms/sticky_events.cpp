// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/sticky_events.hpp"

#include "storage/commit/change.hpp"

#include <utility>

namespace chancery::rooms {

StickyEvents::StickyEvents(Rooms& rooms, runtime::Clock& clock, storage::CommittedChanges& feed)
    : rooms_(rooms), clock_(clock) {
  feed.add_reader([this](const storage::CommittedChange& committed) { apply(committed); });
}

runtime::Task<> StickyEvents::load_stored() {
  for (const storage::StickyEvent& event :
       co_await rooms_.store().load_sticky_events(clock_.now())) {
    add(event);
  }
}

void StickyEvents::apply(const storage::CommittedChange& committed) {
  for (const storage::Mutation& mutation : committed.change.mutations) {
    const auto* append = std::get_if<storage::AppendEvent>(&mutation);
    if (append == nullptr || append->sticky_until.milliseconds == 0) continue;
    add({.number = append->number,
         .room = append->room,
         .position = committed.position,
         .until = append->sticky_until});
  }
}

void StickyEvents::add(const storage::StickyEvent& event) {
  const base::Timestamp now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::deque<storage::StickyEvent>& events = by_room_[event.room];
  std::erase_if(events, [now](const auto& one) { return one.until <= now; });
  events.push_back(event);
}

runtime::Task<std::vector<CachedEventPtr>> StickyEvents::load(Wanted wanted) {
  std::vector<storage::EventNumber> numbers;
  {
    const base::Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto found = by_room_.find(wanted.room);
    if (found == by_room_.end()) co_return std::vector<CachedEventPtr>{};
    std::erase_if(found->second, [now](const auto& one) { return one.until <= now; });
    for (const storage::StickyEvent& one : found->second) {
      if (one.position > wanted.after && one.position <= wanted.until) {
        numbers.push_back(one.number);
      }
    }
    if (found->second.empty()) by_room_.erase(found);
  }
  std::vector<CachedEventPtr> events = co_await rooms_.events().get(std::move(numbers));
  // What a redaction took the content from is an event like all others.
  std::erase_if(events, [](const CachedEventPtr& event) { return event->is_redacted(); });
  co_return events;
}

}  // namespace chancery::rooms
