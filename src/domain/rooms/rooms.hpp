// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The registry of rooms: each room of this server, loaded into memory when first asked for.
//
// It also keeps one array of the last position of every room, and owns the index of memberships,
// the event cache and the next event number. Its reader of the feed of committed changes must be
// the first, so that later readers (sync's wake-ups) find memory up to date.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/rooms/event_cache.hpp"
#include "domain/rooms/memberships.hpp"
#include "domain/rooms/position_array.hpp"
#include "domain/rooms/room.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/cached_state_nodes.hpp"
#include "storage/commit/committer.hpp"
#include "storage/events.hpp"
#include "storage/record.hpp"

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

class Rooms final : public RoomVersions {
 public:
  struct Limits {
    std::size_t event_cache_bytes = std::size_t{64} * 1024 * 1024;
    std::size_t state_node_cache_bytes = std::size_t{16} * 1024 * 1024;
    // Of rooms in memory: their members and entries of state, and some for each room. Those in use
    // stay whatever they weigh.
    std::size_t room_entries = 1'000'000;
  };
  Rooms(storage::EventStore& events, storage::RecordKeys& keys, storage::CommittedChanges& feed,
        Limits limits);
  ~Rooms() override;

  // Before the first question.
  runtime::Task<> load();

  // Null when this server has no such room, or has it no more.
  runtime::Task<RoomPtr> find(protocol::RoomId id);
  // The same by number, for whoever works without a request: a room may go at any time.
  runtime::Task<RoomPtr> find(storage::RoomNumber number);
  // Requires: it was given by this server. 503 M_UNKNOWN when the room is removed just now.
  runtime::Task<RoomPtr> get(storage::RoomNumber number);
  // The same where it is in memory; else null.
  [[nodiscard]] RoomPtr find_loaded(storage::RoomNumber number) { return look_up(number).loaded; }
  // Absent when this server has no such room.
  [[nodiscard]] std::optional<storage::RoomNumber> find_number(const protocol::RoomId& id) const;
  // Empty for a room that was removed before this program started.
  [[nodiscard]] protocol::RoomId get_id(storage::RoomNumber number) const;
  // Absent when there is no such room any more.
  [[nodiscard]] std::optional<protocol::RoomId> find_id(storage::RoomNumber number) const;
  // Every room, in the order of creation.
  [[nodiscard]] std::vector<storage::RoomNumber> numbers() const;
  // By whom nobody of ours may enter the room; absent when anyone may.
  [[nodiscard]] std::optional<storage::StoredBlock> find_block(const protocol::RoomId& id) const;
  // Throws ApiError forbidden when nobody may.
  void require_not_blocked(const protocol::RoomId& id) const;
  // The position of the room's newest event; 0 when unknown. A few nanoseconds.
  [[nodiscard]] storage::StreamPosition last_position(storage::RoomNumber number) const {
    return last_positions_.get(number);
  }

  [[nodiscard]] Memberships& memberships() { return memberships_; }
  [[nodiscard]] EventCache& events() { return cache_; }
  // State nodes through a cache, for states of the past.
  [[nodiscard]] storage::StateNodes& state_nodes() { return nodes_; }
  // Nodes that were just made, to be read before they are stored.
  void keep_state_nodes(const std::vector<storage::StateNode>& nodes) { nodes_.keep(nodes); }
  [[nodiscard]] storage::EventStore& store() { return events_; }

  // Events of one room: `after` < position ≤ `until`, newest first when backwards; from memory
  // where it reaches. See storage::TimelineRange.
  runtime::Task<std::vector<CachedEventPtr>> load_timeline(storage::TimelineRange range);
  // The same where memory has all of it; else absent. `room`: the range's.
  [[nodiscard]] std::optional<std::vector<CachedEventPtr>> find_timeline(
      const Room& room, const storage::TimelineRange& range);

  [[nodiscard]] storage::EventNumber next_event_number();
  [[nodiscard]] storage::RoomNumber next_room_number();

  runtime::Task<const protocol::RoomVersion*> get_version(storage::RoomNumber room) override;

 private:
  struct Known {
    protocol::RoomId id;
    const protocol::RoomVersion* version = nullptr;
    RoomPtr loaded;
    std::weak_ptr<Room> living;                    // evicted, but someone still holds it
    std::size_t entries = 0;                       // that it counts for while it is in memory
    std::list<storage::RoomNumber>::iterator use;  // valid while it is in memory
    // Kept as long as the program runs: someone may still hold its number.
    enum class State : std::uint8_t { there, removed } state = State::there;
  };
  void apply(const storage::CommittedChange& change);
  void start_room(const storage::CreateRoom& created);
  void remove_room(const storage::RemoveRoom& removed);
  // What memory has of a room. One that was removed is not there.
  struct Looked {
    bool is_there = false;
    RoomPtr loaded;  // null: it must be loaded
  };
  [[nodiscard]] Looked look_up(storage::RoomNumber number);
  [[nodiscard]] RoomPtr find_living(storage::RoomNumber number) const;
  void note_growth(storage::RoomNumber number);
  // Null when it was removed meanwhile.
  runtime::Task<RoomPtr> load_room(storage::RoomNumber number);
  runtime::Task<CoreState> load_core(const std::vector<storage::StateEntry>& state);
  Known* find_known(storage::RoomNumber number) const;
  // Null when it was removed meanwhile.
  RoomPtr keep(RoomPtr room);
  // These with the mutex held.
  void weigh(Known& known);
  void let_go(Known& known);
  void trim();

  storage::EventStore& events_;
  Limits limits_;
  EventCache cache_;
  Memberships memberships_;
  storage::CachedStateNodes nodes_;
  PositionArray last_positions_;
  std::atomic<std::uint64_t> last_event_number_ = 0;
  std::atomic<std::uint32_t> last_room_number_ = 0;

  mutable std::mutex mutex_;
  std::unordered_map<protocol::RoomId, storage::RoomNumber> numbers_;
  std::unordered_map<storage::RoomNumber, std::unique_ptr<Known>> known_;
  std::list<storage::RoomNumber> loaded_;  // last used first
  std::size_t entries_ = 0;                // of them all
  std::unordered_map<protocol::RoomId, storage::StoredBlock> blocked_;
  runtime::Turnstiles<storage::RoomNumber> loading_;
};

}  // namespace chancery::rooms
