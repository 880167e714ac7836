// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/unread_counters.hpp"

#include "storage/commit/change.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace chancery::push {
namespace {

constexpr int kMostAttempts = 4;
// A counter with its places in the maps.
constexpr std::size_t kCounterBytes = 512;
constexpr std::size_t kUnreadBytes = sizeof(UnreadEvent) + 48;

}  // namespace

void UnreadCounters::Unread::count(const UnreadEvent& event) {
  rooms::UnreadCount& thread =
      event.thread == rooms::kMainThread ? counts.main : counts.threads[event.thread];
  const std::uint64_t highlight = event.weight == UnreadEvent::Weight::highlight ? 1 : 0;
  for (rooms::UnreadCount* count : {&thread, &counts.whole_room}) {
    ++count->notifications;
    count->highlights += highlight;
  }
}

void UnreadCounters::Unread::count_again() {
  counts = {};
  for (const UnreadEvent& event : events) count(event);
}

void UnreadCounters::Unread::add(std::vector<UnreadEvent> newer) {
  for (UnreadEvent& event : newer) {
    count(event);
    events.push_back(std::move(event));
  }
}

template <typename IsOver>
void UnreadCounters::Unread::take_out(IsOver is_over) {
  if (std::erase_if(events, is_over) > 0) count_again();
}

void UnreadCounters::Unread::take_out_read(const ReadMarks& read) {
  if (read.all.value == 0 && read.threads.empty()) return;
  take_out([&](const UnreadEvent& event) { return read.cover(event.thread, event.position); });
}

void UnreadCounters::Unread::keep_newest(std::size_t most) {
  if (events.size() <= most) return;
  events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most));
  count_again();
}

UnreadCounters::UnreadCounters(Ports ports, Limits limits) : ports_(ports), limits_(limits) {
  ports_.feed.add_reader([this](const storage::CommittedChange& committed) { apply(committed); });
}

std::size_t UnreadCounters::size() const {
  const std::lock_guard lock(mutex_);
  return uses_.size();
}

runtime::Task<rooms::UnreadCounts> UnreadCounters::count(protocol::UserId user,
                                                         rooms::RoomPtr room) {
  rooms::UnreadCounts counts;
  co_await show_unread(std::move(user), std::move(room),
                       [&counts](const Unread& unread) { counts = unread.counts; });
  co_return counts;
}

runtime::Task<> UnreadCounters::look_at(protocol::UserId user, rooms::RoomPtr room, Look look) {
  co_await show_unread(std::move(user), std::move(room),
                       [&look](const Unread& unread) { look(unread.events); });
}

runtime::Task<> UnreadCounters::show_unread(protocol::UserId user, rooms::RoomPtr room, Show show) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (!ports_.rooms.memberships().is_joined(room->number(), user)) co_return;
    const RulesInForce rules = co_await ports_.rules.in_force(user);
    const Start start = begin(user, *room, rules.version_in(room->number()), show);
    if (start.is_current) co_return;
    const UnreadScan::Range range{.room = room->number(),
                                  .after = start.counted_until,
                                  .until = room->last_position(),
                                  .most_events = limits_.most_events};
    const MemberView view = co_await MemberView::load(ports_.rooms, room, rules, user, start.name);
    Scanned scanned = co_await scan(start, room, range, view);
    if (finish(start, view, range, std::move(scanned), show) == Outcome::shown) co_return;
  }
  co_await show_afresh(std::move(user), std::move(room), std::move(show));
}

// Whoever loses every race is told what is true now, and the counter stays as it is.
runtime::Task<> UnreadCounters::show_afresh(protocol::UserId user, rooms::RoomPtr room, Show show) {
  const RulesInForce rules = co_await ports_.rules.in_force(user);
  const UnreadScan::Range range{.room = room->number(),
                                .after = {},
                                .until = room->last_position(),
                                .most_events = limits_.most_events};
  const MemberView view = co_await MemberView::load(ports_.rooms, room, rules, std::move(user));
  const Start start;
  Scanned scanned = co_await scan(start, room, range, view);
  Unread unread;
  unread.add(std::move(scanned.unread));
  show(unread);
}

UnreadCounters::Start UnreadCounters::begin(const protocol::UserId& user, const rooms::Room& room,
                                            std::uint64_t rules_version, const Show& show) {
  const storage::StreamPosition newest = room.last_position();
  const std::lock_guard lock(mutex_);
  Counter* counter = find(room.number(), user);
  if (counter != nullptr && counter->rules_version != rules_version) {
    erase(room.number(), user);
    counter = nullptr;
  }
  if (counter == nullptr) {
    counter = &rooms_[room.number()].by_user[user];
    counter->id = ++last_id_;
    counter->rules_version = rules_version;
    uses_.emplace_front(room.number(), user);
    counter->use = uses_.begin();
    weigh(*counter);
  }
  uses_.splice(uses_.begin(), uses_, counter->use);
  const Start start{.id = counter->id,
                    .redactions = rooms_.at(room.number()).redactions,
                    .is_made = counter->is_made,
                    .counted_until = counter->counted_until,
                    .name = counter->name,
                    .is_current = counter->is_made && newest <= counter->counted_until};
  if (start.is_current) show(counter->unread);
  return start;
}

runtime::Task<Scanned> UnreadCounters::scan(const Start& start, rooms::RoomPtr room,
                                            UnreadScan::Range range, const MemberView& view) {
  ReadMarks read;
  // One that is made has had its receipts; those that come now reach it by the feed.
  if (!start.is_made) {
    read = co_await load_read_marks(ports_.receipts, room->number(), view.user());
  }
  UnreadScan scan(ports_.rooms, flat_, view);
  co_return co_await scan.run(range, std::move(read));
}

UnreadCounters::Outcome UnreadCounters::finish(const Start& start, const MemberView& view,
                                               const UnreadScan::Range& range, Scanned scanned,
                                               const Show& show) {
  const std::lock_guard lock(mutex_);
  Counter* counter = find(range.room, view.user());
  if (counter == nullptr || counter->id != start.id ||
      rooms_.at(range.room).redactions != start.redactions ||
      counter->counted_until != start.counted_until || counter->is_made != start.is_made) {
    return Outcome::scan_again;
  }
  counter->unread.add(std::move(scanned.unread));
  counter->unread.take_out_read(scanned.own);
  counter->unread.take_out_read(counter->ahead);
  counter->unread.keep_newest(limits_.most_events);
  counter->is_made = true;
  counter->counted_until = range.until;
  counter->name = view.name();
  std::erase_if(counter->ahead.threads,
                [&](const auto& mark) { return mark.second <= range.until; });
  show(counter->unread);
  weigh(*counter);
  trim();
  return Outcome::shown;
}

void UnreadCounters::apply(const storage::CommittedChange& committed) {
  storage::RoomNumber room;
  for (const storage::Mutation& mutation : committed.change.mutations) {
    if (const auto* append = std::get_if<storage::AppendEvent>(&mutation)) {
      room = append->room;
    } else if (const auto* receipt = std::get_if<storage::PutReceipt>(&mutation)) {
      apply(*receipt);
    } else if (const auto* member = std::get_if<storage::SetMembership>(&mutation)) {
      if (member->membership != "join") drop(member->room, member->user);
    } else if (const auto* redacted = std::get_if<storage::ReplaceEventRecord>(&mutation)) {
      take_out(room, {redacted->number});
    } else if (const auto* removed = std::get_if<storage::RemoveEvents>(&mutation)) {
      take_out(removed->room, removed->numbers);
    }
  }
}

void UnreadCounters::apply(const storage::PutReceipt& receipt) {
  if (!is_read_receipt(receipt.type)) return;
  const std::lock_guard lock(mutex_);
  Counter* counter = find(receipt.room, receipt.user);
  if (counter == nullptr) return;
  ReadMarks mark;
  mark.note(receipt.thread, receipt.event_position);
  counter->unread.take_out_read(mark);
  if (!counter->is_made || receipt.event_position > counter->counted_until) {
    counter->ahead.note(mark);
  }
  weigh(*counter);
}

void UnreadCounters::drop(storage::RoomNumber room, const protocol::UserId& user) {
  const std::lock_guard lock(mutex_);
  if (find(room, user) != nullptr) erase(room, user);
}

// A scan that runs now may have seen the event as it was: it is made again.
void UnreadCounters::take_out(storage::RoomNumber room,
                              const std::vector<storage::EventNumber>& gone) {
  const std::lock_guard lock(mutex_);
  const auto counters = rooms_.find(room);
  if (counters == rooms_.end()) return;
  ++counters->second.redactions;
  for (auto& [user, counter] : counters->second.by_user) {
    counter.unread.take_out([&gone](const UnreadEvent& event) {
      return std::ranges::find(gone, event.number) != gone.end();
    });
  }
}

UnreadCounters::Counter* UnreadCounters::find(storage::RoomNumber room,
                                              const protocol::UserId& user) {
  const auto counters = rooms_.find(room);
  if (counters == rooms_.end()) return nullptr;
  const auto found = counters->second.by_user.find(user);
  return found == counters->second.by_user.end() ? nullptr : &found->second;
}

void UnreadCounters::erase(storage::RoomNumber room, const protocol::UserId& user) {
  const auto counters = rooms_.find(room);
  const auto found = counters->second.by_user.find(user);
  bytes_ -= found->second.bytes;
  uses_.erase(found->second.use);
  counters->second.by_user.erase(found);
  if (counters->second.by_user.empty()) rooms_.erase(counters);
}

void UnreadCounters::weigh(Counter& counter) {
  std::vector<UnreadEvent>& events = counter.unread.events;
  if (events.capacity() > 2 * events.size() + 8) events.shrink_to_fit();
  bytes_ -= counter.bytes;
  counter.bytes =
      kCounterBytes + counter.name.display_name.capacity() + events.capacity() * kUnreadBytes;
  bytes_ += counter.bytes;
}

void UnreadCounters::trim() {
  while (bytes_ > limits_.memory_bytes && uses_.size() > 1) {
    const auto [room, user] = uses_.back();
    erase(room, user);
  }
}

}  // namespace chancery::push
