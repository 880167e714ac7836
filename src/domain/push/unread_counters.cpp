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
constexpr std::size_t kCounterBytes = 640;
// Of counters that were asked for since, so that letting one go does not look at all.
constexpr int kMostSpared = 64;

bool is_member_event_of(const protocol::VerifiedEvent& event, const protocol::UserId& user) {
  return event.is_state("m.room.member", user.text());
}

}  // namespace

UnreadCounters::UnreadCounters(Ports ports, Limits limits) : ports_(ports), limits_(limits) {
  ports_.feed.add_reader([this](const storage::CommittedChange& committed) { apply(committed); });
}

std::size_t UnreadCounters::size() const {
  const std::lock_guard lock(mutex_);
  return uses_.size();
}

std::optional<rooms::UnreadCounts> UnreadCounters::find_at_hand(const protocol::UserId& user,
                                                                const rooms::Room& room) {
  std::optional<rooms::UnreadCounts> counts;
  show_at_hand(user, room, [&counts](const UnreadList& unread) { counts = unread.counts(); });
  return counts;
}

runtime::Task<rooms::UnreadCounts> UnreadCounters::count(protocol::UserId user,
                                                         rooms::RoomPtr room) {
  rooms::UnreadCounts counts;
  const auto show = [&counts](const UnreadList& unread) { counts = unread.counts(); };
  if (!show_at_hand(user, *room, show)) co_await show_unread(std::move(user), room, show);
  co_return counts;
}

runtime::Task<UnreadCounters::Sums> UnreadCounters::sum(protocol::UserId user,
                                                        rooms::RoomPtr room) {
  Sums sums;
  const auto show = [&sums](const UnreadList& unread) {
    sums = {.unread = unread.events().size(), .calls = unread.calls()};
  };
  if (!show_at_hand(user, *room, show)) co_await show_unread(std::move(user), room, show);
  co_return sums;
}

runtime::Task<bool> UnreadCounters::is_unread(protocol::UserId user, rooms::RoomPtr room,
                                              storage::EventNumber event) {
  bool is_there = false;
  const auto show = [&](const UnreadList& unread) {
    is_there = std::ranges::any_of(unread.events(),
                                   [&](const UnreadEvent& one) { return one.number == event; });
  };
  if (!show_at_hand(user, *room, show)) co_await show_unread(std::move(user), room, show);
  co_return is_there;
}

runtime::Task<std::vector<UnreadEvent>> UnreadCounters::load_unread(protocol::UserId user,
                                                                    rooms::RoomPtr room,
                                                                    Span span) {
  std::vector<UnreadEvent> found;
  const auto show = [&](const UnreadList& unread) {
    const std::vector<UnreadEvent>& events = unread.events();
    const auto first = std::ranges::upper_bound(events, span.after, {}, &UnreadEvent::position);
    const auto last = std::ranges::upper_bound(events, span.until, {}, &UnreadEvent::position);
    if (first < last) found.assign(first, last);
  };
  if (!show_at_hand(user, *room, show)) co_await show_unread(std::move(user), room, show);
  co_return found;
}

template <typename ShowIt>
bool UnreadCounters::show_at_hand(const protocol::UserId& user, const rooms::Room& room,
                                  const ShowIt& show) {
  const storage::StreamPosition newest = ports_.rooms.last_position(room.number());
  const std::uint64_t rules_change = ports_.rules.changes_near(user);
  const std::lock_guard lock(mutex_);
  const auto counters = rooms_.find(room.number());
  if (counters == rooms_.end()) return false;
  const auto found = counters->second.by_user.find(user);
  if (found == counters->second.by_user.end()) return false;
  Counter& counter = found->second;
  if (!counter.is_made || counter.rules_change != rules_change) return false;
  counter.was_used = true;
  if (newest <= counter.counted_until) {
    show(counter.unread);
    return true;
  }
  const LatestEvents* latest = counters->second.latest.get();
  if (latest == nullptr || latest->until() < newest || counter.counted_until < latest->after() ||
      !may_catch_up(counter, user, *latest)) {
    return false;
  }
  catch_up(counter, user, *latest);
  show(counter.unread);
  weigh(counter);
  trim();
  return true;
}

runtime::Task<> UnreadCounters::show_unread(protocol::UserId user, rooms::RoomPtr room, Show show) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CurrentRules current{.rules = {}, .change = ports_.rules.changes_near(user)};
    current.rules = co_await ports_.rules.in_force(user);
    const Start start = begin(user, *room, current, show);
    if (start.next == Start::Next::nothing) co_return;
    if (start.next == Start::Next::make_ready) {
      co_await make_ready(start, user, room);
      if (show_at_hand(user, *room, show)) co_return;
    }
    const UnreadScan::Range range{.room = room->number(),
                                  .after = start.counted_until,
                                  .until = room->last_position(),
                                  .most_events = limits_.most_events};
    const MemberView view =
        co_await MemberView::load(ports_.rooms, room, current.rules, user, start.name);
    Scanned scanned = co_await scan(start, room, range, view);
    if (finish(start, view, range, std::move(scanned), show) == Outcome::shown) co_return;
  }
  co_await show_afresh(std::move(user), std::move(room), std::move(show));
}

runtime::Task<> UnreadCounters::make_ready(Start start, protocol::UserId user,
                                           rooms::RoomPtr room) {
  auto latest = co_await LatestEvents::load(ports_.rooms, flat_, room,
                                            {.after = start.counted_until, .before = start.latest});
  const std::lock_guard lock(mutex_);
  const Counter* counter = find(room->number(), user);
  // A redaction may have come while they were read, and is not told again.
  if (!is_as_begun(start, room->number(), counter)) co_return;
  keep_ready(room->number(), std::move(latest));
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
  UnreadList unread;
  unread.add(std::move(scanned.unread));
  show(unread);
}

UnreadCounters::Start UnreadCounters::begin(const protocol::UserId& user, const rooms::Room& room,
                                            const CurrentRules& current, const Show& show) {
  using Next = Start::Next;
  const storage::StreamPosition newest = room.last_position();
  const std::uint64_t rules_version = current.rules.version_in(room.number());
  const std::lock_guard lock(mutex_);
  Counter* counter = find(room.number(), user);
  if (counter != nullptr && counter->rules_version != rules_version) {
    erase(room.number(), user);
    counter = nullptr;
  }
  if (counter == nullptr) {
    // Under the lock, so that none is made after the feed told that they left.
    if (!ports_.rooms.memberships().is_joined(room.number(), user)) return {.next = Next::nothing};
    counter = &make(room.number(), user);
    counter->rules_version = rules_version;
  }
  counter->was_used = true;
  counter->rules = current.rules;
  counter->rules_change = current.change;
  // Those of one user share them.
  counter->rules_bytes = current.rules.compiled->own_bytes() /
                         static_cast<std::size_t>(std::max(1L, current.rules.compiled.use_count()));
  weigh(*counter);
  const CountersOfRoom& counters = rooms_.at(room.number());
  Start start{.id = counter->id,
              .redactions = counters.redactions,
              .is_made = counter->is_made,
              .counted_until = counter->counted_until,
              .name = counter->name,
              .next = Next::scan,
              .latest = counters.latest};
  if (!counter->is_made) return start;
  if (newest <= counter->counted_until) {
    show(counter->unread);
    start.next = Next::nothing;
  } else if (limits_.rooms_at_hand > 0 && (!start.latest || start.latest->until() < newest)) {
    start.next = Next::make_ready;
  }
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

bool UnreadCounters::is_as_begun(const Start& start, storage::RoomNumber room,
                                 const Counter* counter) const {
  return counter != nullptr && counter->id == start.id &&
         rooms_.at(room).redactions == start.redactions;
}

UnreadCounters::Outcome UnreadCounters::finish(const Start& start, const MemberView& view,
                                               const UnreadScan::Range& range, Scanned scanned,
                                               const Show& show) {
  const std::lock_guard lock(mutex_);
  Counter* counter = find(range.room, view.user());
  if (!is_as_begun(start, range.room, counter) || counter->counted_until != start.counted_until ||
      counter->is_made != start.is_made) {
    return Outcome::scan_again;
  }
  counter->unread.add(std::move(scanned.unread));
  counter->unread.take_out_read(scanned.own);
  counter->unread.take_out_read(counter->ahead);
  counter->is_made = true;
  counter->name = view.name();
  note_counted(*counter, range.until);
  show(counter->unread);
  weigh(*counter);
  trim();
  return Outcome::shown;
}

void UnreadCounters::note_counted(Counter& counter, storage::StreamPosition until) {
  counter.unread.keep_newest(limits_.most_events);
  counter.counted_until = until;
  if (counter.ahead.all <= until) counter.ahead.all = {};
  if (counter.ahead.threads.empty()) return;
  std::erase_if(counter.ahead.threads, [&](const auto& mark) { return mark.second <= until; });
}

bool UnreadCounters::may_catch_up(const Counter& counter, const protocol::UserId& user,
                                  const LatestEvents& latest) {
  return std::ranges::none_of(latest.events(), [&](const auto& one) {
    return one->event->position > counter.counted_until &&
           is_member_event_of(*one->event->event, user);
  });
}

// As UnreadScan does, which finds the same.
void UnreadCounters::catch_up(Counter& counter, const protocol::UserId& user,
                              const LatestEvents& latest) {
  ReadMarks own;
  for (const std::shared_ptr<const LatestEvent>& one : latest.events()) {
    const rooms::CachedEvent& event = *one->event;
    if (event.position <= counter.counted_until) continue;
    if (event.event->sender() == user) {
      // A member event that they sent is about somebody else.
      if (event.event->type() != "m.room.member") own.note(one->thread, event.position);
      continue;
    }
    if (event.is_redacted() || counter.ahead.cover(one->thread, event.position)) continue;
    const protocol::PushOutcome& outcome = one->evaluate(counter.rules, counter.name);
    if (!outcome.notify) continue;
    counter.unread.add(make_unread(event, one->thread, counter.rules, outcome));
  }
  counter.unread.take_out_read(own);
  note_counted(counter, latest.until());
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
    } else if (const auto* removed_room = std::get_if<storage::RemoveRoom>(&mutation)) {
      drop(removed_room->number);
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

void UnreadCounters::drop(storage::RoomNumber room) {
  const std::lock_guard lock(mutex_);
  const auto counters = rooms_.find(room);
  if (counters == rooms_.end()) return;
  std::vector<protocol::UserId> users;
  for (const auto& [user, counter] : counters->second.by_user) users.push_back(user);
  for (const protocol::UserId& user : users) erase(room, user);
}

// A scan that runs now may have seen the event as it was: it is made again.
void UnreadCounters::take_out(storage::RoomNumber room,
                              const std::vector<storage::EventNumber>& gone) {
  const std::lock_guard lock(mutex_);
  const auto counters = rooms_.find(room);
  if (counters == rooms_.end()) return;
  ++counters->second.redactions;
  forget_ready(counters->second);
  for (auto& [user, counter] : counters->second.by_user) counter.unread.take_out(gone);
}

void UnreadCounters::keep_ready(storage::RoomNumber room,
                                std::shared_ptr<const LatestEvents> latest) {
  CountersOfRoom& counters = rooms_.at(room);
  if (counters.latest && latest->until() < counters.latest->until()) return;
  forget_ready(counters);
  counters.latest = std::move(latest);
  at_hand_.push_front(room);
  counters.at_hand = at_hand_.begin();
  if (at_hand_.size() > limits_.rooms_at_hand) forget_ready(rooms_.at(at_hand_.back()));
}

void UnreadCounters::forget_ready(CountersOfRoom& counters) {
  if (!counters.latest) return;
  at_hand_.erase(counters.at_hand);
  counters.latest = nullptr;
}

UnreadCounters::Counter* UnreadCounters::find(storage::RoomNumber room,
                                              const protocol::UserId& user) {
  const auto counters = rooms_.find(room);
  if (counters == rooms_.end()) return nullptr;
  const auto found = counters->second.by_user.find(user);
  return found == counters->second.by_user.end() ? nullptr : &found->second;
}

UnreadCounters::Counter& UnreadCounters::make(storage::RoomNumber room,
                                              const protocol::UserId& user) {
  Counter& counter = rooms_[room].by_user[user];
  counter.id = ++last_id_;
  uses_.emplace_front(room, user);
  counter.use = uses_.begin();
  return counter;
}

void UnreadCounters::erase(storage::RoomNumber room, const protocol::UserId& user) {
  const auto counters = rooms_.find(room);
  const auto found = counters->second.by_user.find(user);
  bytes_ -= found->second.bytes;
  uses_.erase(found->second.use);
  counters->second.by_user.erase(found);
  if (!counters->second.by_user.empty()) return;
  forget_ready(counters->second);
  rooms_.erase(counters);
}

void UnreadCounters::weigh(Counter& counter) {
  bytes_ -= counter.bytes;
  counter.bytes = kCounterBytes + counter.name.display_name.capacity() +
                  counter.unread.trim_memory() + counter.rules_bytes;
  bytes_ += counter.bytes;
}

void UnreadCounters::trim() {
  int spared = 0;
  while (bytes_ > limits_.memory_bytes && uses_.size() > 1) {
    const auto [room, user] = uses_.back();
    Counter& oldest = *find(room, user);
    if (oldest.was_used && spared < kMostSpared) {
      ++spared;
      oldest.was_used = false;
      uses_.splice(uses_.begin(), uses_, oldest.use);
    } else {
      erase(room, user);
    }
  }
}

}  // namespace chancery::push
