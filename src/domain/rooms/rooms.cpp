// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/rooms.hpp"

#include "protocol/api_error.hpp"
#include "protocol/relations.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/state_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace chancery::rooms {

namespace {

constexpr std::size_t kEntriesOfARoom = 100;  // what it takes beside its members and its state

// For whoever had the room's number in hand; they find it gone when they ask again.
protocol::ApiError being_removed() {
  return {protocol::ErrorCode::unavailable, "A room is being removed; ask again"};
}

protocol::ApiError no_such_event() {
  return {protocol::ErrorCode::not_found, "There is no such event"};
}

// Absent unless memory has all of them.
std::optional<std::vector<CachedEventPtr>> find_all_in_memory(
    EventCache& cache, const std::vector<storage::EventNumber>& numbers) {
  std::vector<CachedEventPtr> events;
  events.reserve(numbers.size());
  for (const storage::EventNumber number : numbers) {
    events.push_back(cache.find_in_memory(number));
    if (!events.back()) return std::nullopt;
  }
  return events;
}

// A stretch of a timeline of which memory has the events' numbers at most. Out of line, so that its
// frame is there only when it is needed.
[[gnu::noinline]] runtime::Task<std::vector<CachedEventPtr>> load_stretch(
    storage::EventStore& store, EventCache& cache, RoomPtr room, storage::TimelineRange range) {
  if (auto recent = room->find_recent(range)) {
    std::vector<CachedEventPtr> events = co_await cache.find(*std::move(recent));
    if (std::ranges::find(events, nullptr) == events.end()) co_return events;
    room->forget_recent();  // some were removed
  }
  const std::uint64_t read_at = cache.generation();
  std::vector<CachedEventPtr> events =
      co_await cache.open(co_await store.load_timeline(range), read_at);
  if (range.direction == storage::Direction::backwards) room->extend_recent(events, range.until);
  co_return events;
}

}  // namespace

Rooms::Rooms(storage::EventStore& events, storage::RecordKeys& keys,
             storage::CommittedChanges& feed, Limits limits)
    : events_(events),
      limits_(limits),
      cache_(limits.event_cache_bytes, {.events = events, .keys = keys, .versions = *this}),
      memberships_({.store = events, .events = cache_}, feed.last_position()),
      nodes_(events, limits.state_node_cache_bytes) {
  feed.add_reader([this](const storage::CommittedChange& change) { apply(change); });
}

Rooms::~Rooms() = default;

runtime::Task<> Rooms::load() {
  last_event_number_ = (co_await events_.load_last_event_number()).value;
  last_room_number_ = (co_await events_.load_last_room_number()).value;
  const std::vector<storage::StoredRoom> rows = co_await events_.load_rooms();
  std::vector<storage::StoredBlock> blocks = co_await events_.load_blocked_rooms();
  {
    const std::lock_guard lock(mutex_);
    for (storage::StoredBlock& block : blocks) {
      const protocol::RoomId room = block.room;
      blocked_.emplace(room, std::move(block));
    }
    for (const storage::StoredRoom& row : rows) {
      auto known = std::make_unique<Known>();
      known->id = row.id;
      known->version = protocol::find_room_version(row.version);
      if (known->version == nullptr) {
        throw storage::StorageCorrupt(fmt::format("room {}: unknown version", row.number.value));
      }
      last_positions_.set(row.number, row.last_position);
      numbers_.emplace(row.id, row.number);
      known_.emplace(row.number, std::move(known));
    }
  }
  co_await memberships_.load();
}

runtime::Task<RoomPtr> Rooms::find(protocol::RoomId id) {
  const std::optional<storage::RoomNumber> number = find_number(id);
  if (!number) co_return nullptr;
  co_return co_await find(*number);
}

// Out of line: `get` mostly does without it.
[[gnu::noinline]] runtime::Task<RoomPtr> Rooms::find(storage::RoomNumber number) {
  Looked looked = look_up(number);
  if (!looked.is_there || looked.loaded) co_return std::move(looked.loaded);
  // One load of a room at a time, so that none is there twice: its turn must be one.
  const runtime::Turnstile::Turn turn = co_await loading_.enter(number);
  looked = look_up(number);
  if (!looked.is_there || looked.loaded) co_return std::move(looked.loaded);
  co_return keep(co_await load_room(number));
}

runtime::Task<RoomPtr> Rooms::get(storage::RoomNumber number) {
  Looked looked = look_up(number);  // mostly it is in memory, and nobody has to be waited for
  if (!looked.loaded) looked.loaded = co_await find(number);
  if (!looked.loaded) throw being_removed();
  co_return std::move(looked.loaded);
}

std::optional<storage::RoomNumber> Rooms::find_number(const protocol::RoomId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

protocol::RoomId Rooms::get_id(storage::RoomNumber number) const {
  const std::lock_guard lock(mutex_);
  const Known* known = find_known(number);
  return known == nullptr ? protocol::RoomId() : known->id;
}

std::optional<protocol::RoomId> Rooms::find_id(storage::RoomNumber number) const {
  const std::lock_guard lock(mutex_);
  const Known* known = find_known(number);
  if (known == nullptr || known->state == Known::State::removed) return std::nullopt;
  return known->id;
}

std::vector<storage::RoomNumber> Rooms::numbers() const {
  std::vector<storage::RoomNumber> numbers;
  {
    const std::lock_guard lock(mutex_);
    numbers.reserve(known_.size());
    for (const auto& [number, known] : known_) {
      if (known->state == Known::State::there) numbers.push_back(number);
    }
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::optional<storage::StoredBlock> Rooms::find_block(const protocol::RoomId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = blocked_.find(id);
  if (found == blocked_.end()) return std::nullopt;
  return found->second;
}

void Rooms::require_not_blocked(const protocol::RoomId& id) const {
  if (!find_block(id)) return;
  throw protocol::ApiError(protocol::ErrorCode::forbidden, "This room is blocked on this server")
      .because("room.blocked");
}

std::optional<std::vector<CachedEventPtr>> Rooms::find_timeline(
    const Room& room, const storage::TimelineRange& range) {
  const auto recent = room.find_recent(range);
  return recent ? find_all_in_memory(cache_, *recent) : std::nullopt;
}

runtime::Task<std::vector<CachedEventPtr>> Rooms::load_timeline(storage::TimelineRange range) {
  RoomPtr room = look_up(range.room).loaded;
  if (!room) room = co_await get(range.room);
  if (auto events = find_timeline(*room, range)) co_return *std::move(events);
  co_return co_await load_stretch(events_, cache_, std::move(room), range);
}

storage::EventNumber Rooms::next_event_number() { return {++last_event_number_}; }

storage::RoomNumber Rooms::next_room_number() { return {++last_room_number_}; }

runtime::Task<const protocol::RoomVersion*> Rooms::get_version(storage::RoomNumber room) {
  const std::lock_guard lock(mutex_);
  const Known* known = find_known(room);
  // An event may lie there a while longer than its room.
  if (known == nullptr || known->state == Known::State::removed) throw no_such_event();
  co_return known->version;
}

void Rooms::apply(const storage::CommittedChange& change) {
  RoomPtr room;
  for (const storage::Mutation& mutation : change.change.mutations) {
    if (const auto* created = std::get_if<storage::CreateRoom>(&mutation)) {
      start_room(*created);
    } else if (const auto* append = std::get_if<storage::AppendEvent>(&mutation)) {
      if (protocol::is_aggregated(append->relation_type)) {
        cache_.note_relation(protocol::EventId::trusted(append->related_event));
      }
      room = find_living(append->room);
      if (!room) continue;
      if (const CachedEventPtr event = room->apply(*append, change.position)) cache_.put(event);
      if (append->event->is_state()) note_growth(append->room);
    } else if (const auto* head = std::get_if<storage::SetRoomHead>(&mutation)) {
      if (room) room->apply(*head, change.position);
      last_positions_.set(head->room, change.position);
    } else if (const auto* removed = std::get_if<storage::RemoveRoom>(&mutation)) {
      remove_room(*removed);
    } else if (const auto* block = std::get_if<storage::BlockRoom>(&mutation)) {
      const std::lock_guard lock(mutex_);
      blocked_.try_emplace(block->room, storage::StoredBlock{block->room, block->by, block->at});
    } else if (const auto* unblock = std::get_if<storage::UnblockRoom>(&mutation)) {
      const std::lock_guard lock(mutex_);
      blocked_.erase(unblock->room);
    } else if (const auto* nodes = std::get_if<storage::PutStateNodes>(&mutation)) {
      nodes_.keep(nodes->nodes);
    } else if (const auto* replaced = std::get_if<storage::ReplaceEventRecord>(&mutation)) {
      const CachedEventPtr event = room ? room->replace(replaced->number) : nullptr;
      cache_.replace(replaced->number, event);
    } else if (const auto* events = std::get_if<storage::RemoveEvents>(&mutation)) {
      cache_.remove(events->numbers);
    }
  }
  memberships_.apply(change);
}

void Rooms::start_room(const storage::CreateRoom& created) {
  auto known = std::make_unique<Known>();
  known->id = created.room;
  known->version = protocol::find_room_version(created.version);
  const std::lock_guard lock(mutex_);
  numbers_.emplace(created.room, created.number);
  known_.emplace(created.number, std::move(known));
}

void Rooms::remove_room(const storage::RemoveRoom& removed) {
  const std::lock_guard lock(mutex_);
  numbers_.erase(removed.room);
  Known* known = find_known(removed.number);
  if (known == nullptr) return;
  known->state = Known::State::removed;
  if (const RoomPtr room = known->loaded ? known->loaded : known->living.lock()) room->end();
  if (known->loaded) let_go(*known);
}

runtime::Task<RoomPtr> Rooms::load_room(storage::RoomNumber number) {
  std::optional<storage::StoredRoom> row = co_await events_.find_room(get_id(number));
  if (!row) co_return nullptr;  // its removal is committed, and the feed will tell of it
  Room::Start start;
  start.version = protocol::find_room_version(row->version);
  start.state = co_await storage::load_state(nodes_, row->state);
  for (const storage::StoredMembership& member : co_await events_.load_memberships_in(number)) {
    start.members.push_back(
        {.user = member.user,
         .membership = find_membership(member.membership).value_or(Membership::leave),
         .event = member.event});
  }
  start.core = co_await load_core(start.state);
  if (!start.core.create) {
    throw storage::StorageCorrupt(fmt::format("room {} has no create event", number.value));
  }
  start.stored = *std::move(row);
  co_return std::make_shared<Room>(std::move(start));
}

Rooms::Looked Rooms::look_up(storage::RoomNumber number) {
  const std::lock_guard lock(mutex_);
  Known* known = find_known(number);
  // One that was removed before the start is not known at all.
  if (known == nullptr || known->state == Known::State::removed) return {};
  if (!known->loaded) return {.is_there = true, .loaded = known->living.lock()};
  loaded_.splice(loaded_.begin(), loaded_, known->use);
  return {.is_there = true, .loaded = known->loaded};
}

// For the feed: that something happens in a room is no use of it.
RoomPtr Rooms::find_living(storage::RoomNumber number) const {
  const std::lock_guard lock(mutex_);
  const Known* known = find_known(number);
  if (known == nullptr || known->state == Known::State::removed) return nullptr;
  return known->loaded ? known->loaded : known->living.lock();
}

void Rooms::note_growth(storage::RoomNumber number) {
  const std::lock_guard lock(mutex_);
  Known* known = find_known(number);
  if (known != nullptr && known->loaded) weigh(*known);
}

runtime::Task<CoreState> Rooms::load_core(const std::vector<storage::StateEntry>& state) {
  CoreState core;
  for (const storage::StateEntry& entry : state) {
    if (!entry.key.second.empty()) continue;
    const CoreSlot slot = find_core_slot(entry.key.first);
    if (slot != nullptr) core.*slot = co_await cache_.get(entry.event);
  }
  co_return core;
}

Rooms::Known* Rooms::find_known(storage::RoomNumber number) const {
  const auto found = known_.find(number);
  return found == known_.end() ? nullptr : found->second.get();
}

RoomPtr Rooms::keep(RoomPtr room) {
  if (!room) return nullptr;
  const std::lock_guard lock(mutex_);
  Known* known = find_known(room->number());
  if (known->state == Known::State::removed) return nullptr;  // while it was loaded
  known->loaded = room;
  known->living = room;
  loaded_.push_front(room->number());
  known->use = loaded_.begin();
  weigh(*known);
  trim();
  return room;
}

void Rooms::weigh(Known& known) {
  entries_ -= known.entries;
  known.entries = kEntriesOfARoom + known.loaded->count_entries();
  entries_ += known.entries;
}

void Rooms::let_go(Known& known) {
  entries_ -= std::exchange(known.entries, 0);
  loaded_.erase(known.use);
  known.loaded.reset();
}

// The one that nobody has asked for longest goes; whoever holds it keeps the one and only.
void Rooms::trim() {
  while (entries_ > limits_.room_entries && loaded_.size() > 1) {
    let_go(*find_known(loaded_.back()));
  }
}

}  // namespace chancery::rooms
