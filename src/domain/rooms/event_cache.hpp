// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The event cache: events by number, within a budget of bytes, least recently used out first.
//
// What is missing is read from the store, opened under the record keys and parsed, once.
//
// Concurrency: any thread.
// Failure:     StorageError; StorageCorrupt when a record does not open.

#include "domain/rooms/cached_event.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/room_version.hpp"
#include "runtime/task.hpp"
#include "storage/events.hpp"
#include "storage/record.hpp"

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
  // Null when this server has no such event.
  runtime::Task<CachedEventPtr> find(protocol::EventId id);
  // Rows as the store gave them, through the cache.
  runtime::Task<std::vector<CachedEventPtr>> open(std::vector<storage::StoredEvent> rows);

  void put(CachedEventPtr event);
  void forget(storage::EventNumber number);
  // Forgets events whose `unsigned` shows `number`, because it was redacted.
  void forget_showing(storage::EventNumber number);

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
  runtime::Task<Shown> load_shown(const std::vector<storage::StoredEvent>& rows);
  void trim();

  std::size_t budget_;
  Ports ports_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<storage::EventNumber, Entries::iterator> by_number_;
  std::unordered_map<protocol::EventId, storage::EventNumber> numbers_;
  std::size_t bytes_ = 0;
};

}  // namespace chancery::rooms
