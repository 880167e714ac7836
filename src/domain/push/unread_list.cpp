// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/unread_list.hpp"

#include "domain/rooms/receipts.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace chancery::push {
namespace {

constexpr std::size_t kUnreadBytes = sizeof(UnreadEvent) + 48;

}  // namespace

void UnreadList::count(const UnreadEvent& event) {
  rooms::UnreadCount& thread =
      event.thread == rooms::kMainThread ? counts_.main : counts_.threads[event.thread];
  const std::uint64_t highlight = event.weight == UnreadEvent::Weight::highlight ? 1 : 0;
  for (rooms::UnreadCount* count : {&thread, &counts_.whole_room}) {
    ++count->notifications;
    count->highlights += highlight;
  }
  if (event.kind == UnreadEvent::Kind::call) ++calls_;
}

void UnreadList::count_again() {
  counts_ = {};
  calls_ = 0;
  for (const UnreadEvent& event : events_) count(event);
}

void UnreadList::add(UnreadEvent newer) {
  count(newer);
  events_.push_back(std::move(newer));
}

void UnreadList::add(std::vector<UnreadEvent> newer) {
  for (UnreadEvent& event : newer) add(std::move(event));
}

template <typename IsOver>
void UnreadList::take_out_if(IsOver is_over) {
  if (std::erase_if(events_, is_over) > 0) count_again();
}

void UnreadList::take_out_read(const ReadMarks& read) {
  if (read.all.value == 0 && read.threads.empty()) return;
  take_out_if([&](const UnreadEvent& event) { return read.cover(event.thread, event.position); });
}

void UnreadList::take_out(const std::vector<storage::EventNumber>& gone) {
  take_out_if([&gone](const UnreadEvent& event) {
    return std::ranges::find(gone, event.number) != gone.end();
  });
}

void UnreadList::keep_newest(std::size_t most) {
  if (events_.size() <= most) return;
  events_.erase(events_.begin(), events_.end() - static_cast<std::ptrdiff_t>(most));
  count_again();
}

std::size_t UnreadList::trim_memory() {
  if (events_.capacity() > 2 * events_.size() + 8) events_.shrink_to_fit();
  return events_.capacity() * kUnreadBytes;
}

}  // namespace chancery::push
