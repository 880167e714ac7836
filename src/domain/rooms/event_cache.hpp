// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The event cache: events by number, within a budget of bytes, least recently used out first.
//
// What is missing is read from the store, opened under the record keys and parsed, once. An event
// is read together with whether others relate to it, and those that came to be related to since
// then are remembered, so that most are known to have nothing to show without a question to the
// store.
//
// Concurrency: any thread.
// Failure:     StorageError; StorageCorrupt when a record does not open.

#include "domain/rooms/cached_event.hpp"
#include "domain/rooms/recently_related.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/room_version.hpp"
#include "runtime/task.hpp"
#include "storage/events.hpp"
#include "storage/record.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

// The version of a room, wherever it is known.
class RoomVersions {
 public:
  virtual ~RoomVersions() = default;
  virtual runtime::Task<const protocol::RoomVersion*> get_version(storage::RoomNumber room) = 0;
};

class EventCache {
 public:
  struct Ports {
    storage::EventStore& events;
    storage::RecordKeys& keys;
    RoomVersions& versions;
  };
  EventCache(std::size_t budget_bytes, Ports ports);
  ~EventCache();

  // Null when it is not in memory.
  [[nodiscard]] CachedEventPtr find_in_memory(storage::EventNumber number);
  // Throws StorageCorrupt when there is no such event.
  runtime::Task<CachedEventPtr> get(storage::EventNumber number);
  // In the order asked for.
  runtime::Task<std::vector<CachedEventPtr>> get(std::vector<storage::EventNumber> numbers);
  // The same; null in the place of an event that is not there any more.
  runtime::Task<std::vector<CachedEventPtr>> find(std::vector<storage::EventNumber> numbers);
  // Null when this server has no such event.
  runtime::Task<CachedEventPtr> find(protocol::EventId id);
  // Rows as the store gave them, through the cache. `read_at`: the generation before they were
  // read, so that no event is kept that was redacted or removed meanwhile, nor taken for one to
  // which nothing relates.
  runtime::Task<std::vector<CachedEventPtr>> open(std::vector<storage::StoredEvent> rows,
                                                  std::uint64_t read_at);
  [[nodiscard]] std::uint64_t generation();

  // An event that was just made; the cache keeps it as text.
  void put(const CachedEventPtr& event);
  // A redaction took effect: `event` (null: as the store has it now) shows from now on, and what
  // showed the old one in `unsigned` is made anew.
  void replace(storage::EventNumber number, CachedEventPtr event);
  // They are not there any more. Requires: no event that stays shows one of them.
  void remove(const std::vector<storage::EventNumber>& numbers);
  // Another event that was just committed relates to `event`, in a way that it shows.
  void note_relation(const protocol::EventId& event);
  // False only when nothing relates to it in a way that it shows.
  [[nodiscard]] bool may_be_related_to(const CachedEvent& event);

 private:
  struct Entry {
    CachedEventPtr event;
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // most recently used first
  // What `unsigned` of some rows shows: replaced events by number, redactions by id.
  struct Shown {
    std::unordered_map<storage::EventNumber, protocol::EventPtr> replaced;
    std::unordered_map<std::string, CachedEventPtr> redactions;
  };
  runtime::Task<protocol::EventPtr> parse(const storage::StoredEvent& row);
  runtime::Task<CachedEventPtr> open_bare(const storage::StoredEvent& row);
  [[nodiscard]] CachedEventPtr find_in_memory(const protocol::EventId& id);
  runtime::Task<Shown> load_shown(const std::vector<storage::StoredEvent>& rows);
  void keep(CachedEventPtr event, std::uint64_t read_at);
  void insert(CachedEventPtr event);
  void erase(Entries::iterator entry);
  void trim();

  std::size_t budget_;
  Ports ports_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<storage::EventNumber, Entries::iterator> by_number_;
  std::unordered_map<protocol::EventId, storage::EventNumber> numbers_;
  // Who shows an event in `unsigned`.
  std::unordered_multimap<storage::EventNumber, storage::EventNumber> shown_by_;
  std::size_t bytes_ = 0;
  std::uint64_t generation_ = 0;     // counts what came after events were read
  std::uint64_t last_replaced_ = 0;  // the generation of the last `replace` or `remove`
  RecentlyRelated related_;
};

}  // namespace chancery::rooms
