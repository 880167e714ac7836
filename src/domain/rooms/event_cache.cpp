// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/event_cache.hpp"

#include "domain/rooms/client_event.hpp"
#include "protocol/sticky.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace chancery::rooms {
namespace {

// What an event weighs: its text and the client texts. Not counted are the values of those that
// somebody asks for them: state events that decide about others, and messages with a relation.
std::size_t weigh(const CachedEvent& event) {
  constexpr std::size_t kOverhead = 1400;
  return event.event->canonical().size() + event.client_text.size() + event.replaced_text.size() +
         event.redacted_text.size() + event.replaced_sender.text().size() +
         event.transaction.size() + event.sender_device.size() + event.delay_id.size() + kOverhead;
}

}  // namespace

EventCache::EventCache(std::size_t budget_bytes, Ports ports)
    : budget_(budget_bytes), ports_(ports) {}

EventCache::~EventCache() = default;

CachedEventPtr EventCache::find_in_memory(storage::EventNumber number) {
  const std::lock_guard lock(mutex_);
  const auto found = by_number_.find(number);
  if (found == by_number_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->event;
}

CachedEventPtr EventCache::find_in_memory(const protocol::EventId& id) {
  const std::lock_guard lock(mutex_);
  const auto number = numbers_.find(id);
  if (number == numbers_.end()) return nullptr;
  const auto entry = by_number_.at(number->second);
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->event;
}

runtime::Task<CachedEventPtr> EventCache::get(storage::EventNumber number) {
  if (CachedEventPtr event = find_in_memory(number)) co_return event;
  const std::uint64_t read_at = generation();
  std::vector<CachedEventPtr> one =
      co_await open(co_await ports_.events.get_events(std::vector{number}), read_at);
  co_return std::move(one.front());
}

runtime::Task<std::vector<CachedEventPtr>> EventCache::get(
    std::vector<storage::EventNumber> numbers) {
  std::vector<CachedEventPtr> events = co_await find(numbers);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i]) continue;
    throw storage::StorageCorrupt(fmt::format("no event {}", numbers[i].value));
  }
  co_return events;
}

runtime::Task<std::vector<CachedEventPtr>> EventCache::find(
    std::vector<storage::EventNumber> numbers) {
  std::vector<CachedEventPtr> events(numbers.size());
  std::vector<storage::EventNumber> missing;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    events[i] = find_in_memory(numbers[i]);
    if (!events[i]) missing.push_back(numbers[i]);
  }
  if (missing.empty()) co_return events;
  const std::uint64_t read_at = generation();
  std::vector<CachedEventPtr> opened =
      co_await open(co_await ports_.events.find_events(std::move(missing)), read_at);
  auto next = opened.begin();
  for (std::size_t i = 0; i < events.size() && next != opened.end(); ++i) {
    if (!events[i] && (*next)->number == numbers[i]) events[i] = std::move(*next++);
  }
  co_return events;
}

runtime::Task<CachedEventPtr> EventCache::find(protocol::EventId id) {
  if (CachedEventPtr event = find_in_memory(id)) co_return event;
  const std::uint64_t read_at = generation();
  std::optional<storage::StoredEvent> row = co_await ports_.events.find_event(std::move(id));
  if (!row) co_return nullptr;
  std::vector<storage::StoredEvent> rows;
  rows.push_back(*std::move(row));
  std::vector<CachedEventPtr> one = co_await open(std::move(rows), read_at);
  co_return std::move(one.front());
}

runtime::Task<protocol::EventPtr> EventCache::parse(const storage::StoredEvent& row) {
  const protocol::RoomVersion* version = co_await ports_.versions.get_version(row.room);
  std::string bytes = storage::open_record(row.record, ports_.keys, row.id.text());
  auto admitted = protocol::admit_stored(std::move(bytes), row.id, *version);
  if (!admitted) {
    throw storage::StorageCorrupt(
        fmt::format("event {} is none: {}", row.number.value, admitted.error().rule));
  }
  co_return *std::move(admitted);
}

// A redaction as `redacted_because` shows it: without `unsigned` of its own, so that what it shows
// in turn need not be read.
runtime::Task<CachedEventPtr> EventCache::open_bare(const storage::StoredEvent& row) {
  auto cached = std::make_shared<CachedEvent>();
  cached->event = co_await parse(row);
  cached->number = row.number;
  cached->room = row.room;
  cached->position = row.position;
  cached->client_text = client_text_of(*cached->event);
  co_return cached;
}

runtime::Task<EventCache::Shown> EventCache::load_shown(
    const std::vector<storage::StoredEvent>& rows) {
  Shown shown;
  std::vector<storage::EventNumber> missing;
  std::vector<protocol::EventId> redactions;
  for (const storage::StoredEvent& row : rows) {
    if (row.replaces.value != 0 && !shown.replaced.contains(row.replaces)) {
      const CachedEventPtr known = find_in_memory(row.replaces);
      shown.replaced[row.replaces] = known ? known->event : nullptr;
      if (!known) missing.push_back(row.replaces);
    }
    if (row.redacted_because.empty() || shown.redactions.contains(row.redacted_because)) continue;
    auto id = protocol::EventId::trusted(row.redacted_because);
    CachedEventPtr known = find_in_memory(id);
    if (!known) redactions.push_back(std::move(id));
    shown.redactions.emplace(row.redacted_because, std::move(known));
  }
  for (const storage::StoredEvent& row :
       co_await ports_.events.find_events_by_id(std::move(redactions))) {
    shown.redactions[row.id.text()] = co_await open_bare(row);
  }
  if (missing.empty()) co_return shown;
  const auto replaced = co_await ports_.events.get_events(std::move(missing));
  for (const storage::StoredEvent& row : replaced) {
    shown.replaced[row.number] = co_await parse(row);
  }
  co_return shown;
}

runtime::Task<std::vector<CachedEventPtr>> EventCache::open(std::vector<storage::StoredEvent> rows,
                                                            std::uint64_t read_at) {
  std::vector<CachedEventPtr> events(rows.size());
  std::vector<storage::StoredEvent> missing;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    events[i] = find_in_memory(rows[i].number);
    if (!events[i]) missing.push_back(std::move(rows[i]));
  }
  if (missing.empty()) co_return events;
  const Shown shown = co_await load_shown(missing);
  auto next = missing.begin();
  for (CachedEventPtr& event : events) {
    if (event) continue;
    storage::StoredEvent& row = *next++;
    auto cached = std::make_shared<CachedEvent>();
    cached->event = co_await parse(row);
    cached->number = row.number;
    cached->room = row.room;
    cached->position = row.position;
    cached->was_related_to = row.is_related_to;
    cached->read_at = read_at;
    cached->state_after = row.state_after;
    cached->replaces = row.replaces;
    cached->sender_device = std::move(row.sender_device);
    cached->delay_id = std::move(row.delay_id);
    cached->transaction = std::move(row.transaction);
    // When it came in is not kept; only other servers' clocks could tell the difference.
    cached->sticky_until = protocol::sticky_until(*cached->event, cached->event->origin_server_ts())
                               .value_or(base::Timestamp{});
    cached->client_text = client_text_of(*cached->event);
    const auto replaced = shown.replaced.find(row.replaces);
    const auto redaction = shown.redactions.find(row.redacted_because);
    const CachedEvent* because =
        redaction == shown.redactions.end() ? nullptr : redaction->second.get();
    cached->redaction = because != nullptr ? because->number : storage::EventNumber{};
    if (because != nullptr) cached->redacted_text = redacted_text_of(*because);
    if (replaced != shown.replaced.end()) show_replaced(*cached, *replaced->second);
    keep(cached, read_at);
    event = std::move(cached);
  }
  co_return events;
}

void EventCache::put(const CachedEventPtr& event) {
  auto kept = std::make_shared<CachedEvent>(*event);
  kept->event = event->event->as_text();
  const std::lock_guard lock(mutex_);
  kept->read_at = generation_;
  insert(std::move(kept));
}

std::uint64_t EventCache::generation() {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void EventCache::keep(CachedEventPtr event, std::uint64_t read_at) {
  const std::lock_guard lock(mutex_);
  if (last_replaced_ <= read_at) insert(std::move(event));
}

void EventCache::replace(storage::EventNumber number, CachedEventPtr event) {
  const std::lock_guard lock(mutex_);
  last_replaced_ = ++generation_;
  if (const auto old = by_number_.find(number); old != by_number_.end()) erase(old->second);
  std::vector<storage::EventNumber> showing;
  const auto [first, last] = shown_by_.equal_range(number);
  for (auto one = first; one != last; ++one) showing.push_back(one->second);
  for (const storage::EventNumber one : showing) {
    if (const auto found = by_number_.find(one); found != by_number_.end()) erase(found->second);
  }
  if (event) insert(std::move(event));
}

void EventCache::remove(const std::vector<storage::EventNumber>& numbers) {
  const std::lock_guard lock(mutex_);
  last_replaced_ = ++generation_;
  for (const storage::EventNumber number : numbers) {
    if (const auto old = by_number_.find(number); old != by_number_.end()) erase(old->second);
  }
}

void EventCache::note_relation(const protocol::EventId& event) {
  const std::lock_guard lock(mutex_);
  related_.add(event, ++generation_);
}

bool EventCache::may_be_related_to(const CachedEvent& event) {
  if (event.was_related_to) return true;
  const std::lock_guard lock(mutex_);
  return related_.may_have(event.event->id(), event.read_at);
}

void EventCache::insert(CachedEventPtr event) {
  if (const auto old = by_number_.find(event->number); old != by_number_.end()) {
    erase(old->second);
  }
  const std::size_t bytes = weigh(*event);
  bytes_ += bytes;
  const storage::EventNumber number = event->number;
  numbers_[event->event->id()] = number;
  for (const storage::EventNumber shown : {event->replaces, event->redaction}) {
    if (shown.value != 0) shown_by_.emplace(shown, number);
  }
  entries_.push_front({std::move(event), bytes});
  by_number_[number] = entries_.begin();
  trim();
}

void EventCache::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  for (const storage::EventNumber shown : {entry->event->replaces, entry->event->redaction}) {
    const auto [first, last] = shown_by_.equal_range(shown);
    const auto one = std::ranges::find(first, last, entry->event->number,
                                       [](const auto& row) { return row.second; });
    if (one != last) shown_by_.erase(one);
  }
  by_number_.erase(entry->event->number);
  numbers_.erase(entry->event->event->id());
  entries_.erase(entry);
}

void EventCache::trim() {
  while (bytes_ > budget_ && entries_.size() > 1) erase(std::prev(entries_.end()));
}

}  // namespace chancery::rooms
