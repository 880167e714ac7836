// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/sticky_events.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace chancery::rooms {

StickyEvents::StickyEvents(Rooms& rooms, runtime::Clock& clock, storage::CommittedChanges& feed)
    : rooms_(rooms), clock_(clock) {
  feed.add_reader(storage::hear(
      [this](const storage::AppendEvent& append, storage::StreamPosition position) {
        if (append.sticky_until.milliseconds == 0) return;
        add(append.room, {.number = append.number,
                          .position = position,
                          .until = append.sticky_until,
                          .sender = append.event->sender()});
      },
      [this](const storage::RemoveRoom& removed) {
        const std::lock_guard lock(mutex_);
        by_room_.erase(removed.number);
      },
      [this](const storage::RemoveEvents& removed) { forget(removed); }));
}

runtime::Task<> StickyEvents::load_stored() {
  constexpr std::ptrdiff_t kAtOnce = 100;
  const auto stored = co_await rooms_.store().load_sticky_events(clock_.now());
  for (auto from = stored.begin(); from != stored.end();) {
    const auto to = from + std::min(kAtOnce, stored.end() - from);
    if (!co_await load_some({from, to})) {
      for (; from != to; ++from) {
        if (!co_await load_some({from, from + 1})) base::log_warn("sticky_event_not_opened");
      }
    }
    from = to;
  }
}

// False when one of them does not open: its key was destroyed, or it is damaged.
runtime::Task<bool> StickyEvents::load_some(std::span<const storage::StickyEvent> stored) {
  std::vector<storage::EventNumber> numbers;
  for (const storage::StickyEvent& one : stored) numbers.push_back(one.number);
  std::vector<CachedEventPtr> events;
  try {
    events = co_await rooms_.events().get(std::move(numbers));
  } catch (const storage::StorageCorrupt&) {  // one event must not keep the server from starting
    co_return false;
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    add(stored[i].room, {.number = stored[i].number,
                         .position = stored[i].position,
                         .until = stored[i].until,
                         .sender = events[i]->event->sender()});
  }
  co_return true;
}

void StickyEvents::forget(const storage::RemoveEvents& removed) {
  const std::lock_guard lock(mutex_);
  const auto found = by_room_.find(removed.room);
  if (found == by_room_.end()) return;
  std::erase_if(found->second, [&removed](const Sticky& one) {
    return std::ranges::find(removed.numbers, one.number) != removed.numbers.end();
  });
}

void StickyEvents::add(storage::RoomNumber room, Sticky event) {
  const base::Timestamp now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::deque<Sticky>& events = by_room_[room];
  std::erase_if(events, [now](const Sticky& one) { return one.until <= now; });
  events.push_back(std::move(event));
}

void StickyEvents::require_place(storage::RoomNumber room, const protocol::UserId& sender) {
  const base::Timestamp now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto found = by_room_.find(room);
  if (found == by_room_.end()) return;
  std::size_t count = 0;
  base::Timestamp first{INT64_MAX};
  for (const Sticky& one : found->second) {
    if (one.sender != sender || one.until <= now) continue;
    ++count;
    first = std::min(first, one.until);
  }
  if (count < kMostOfOne) return;
  throw protocol::ApiError(protocol::ErrorCode::limit_exceeded,
                           "You have as many sticky events in this room as one may have")
      .with("retry_after_ms", (first - now).count());
}

std::vector<storage::RoomNumber> StickyEvents::rooms() const {
  std::vector<storage::RoomNumber> rooms;
  const std::lock_guard lock(mutex_);
  rooms.reserve(by_room_.size());
  for (const auto& [room, events] : by_room_) rooms.push_back(room);
  return rooms;
}

bool StickyEvents::may_have(storage::RoomNumber room) const {
  const std::lock_guard lock(mutex_);
  return by_room_.contains(room);
}

runtime::Task<std::vector<CachedEventPtr>> StickyEvents::load(Wanted wanted) {
  std::vector<storage::EventNumber> numbers;
  {
    const base::Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto found = by_room_.find(wanted.room);
    if (found == by_room_.end()) co_return std::vector<CachedEventPtr>{};
    std::erase_if(found->second, [now](const Sticky& one) { return one.until <= now; });
    for (const Sticky& one : found->second) {
      if (one.position > wanted.after && one.position <= wanted.until) {
        numbers.push_back(one.number);
      }
    }
    if (found->second.empty()) by_room_.erase(found);
  }
  std::vector<CachedEventPtr> events = co_await rooms_.events().find(std::move(numbers));
  // What a redaction took the content from is an event like all others.
  std::erase_if(events, [](const CachedEventPtr& event) { return !event || event->is_redacted(); });
  co_return events;
}

}  // namespace chancery::rooms
