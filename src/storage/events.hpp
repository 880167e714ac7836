// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events and rooms as stored: the timeline, state roots, memberships, transaction ids.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError; StorageCorrupt when a record does not open.

#include "base/time.hpp"
#include "protocol/event.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"
#include "storage/state_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::storage {

// --- mutations -------------------------------------------------------------------------------

// Adds an event to its room's timeline at the change's position.
struct AppendEvent {
  EventNumber number;
  RoomNumber room;
  protocol::EventPtr event;
  std::string record;     // storage/record.hpp over event->canonical(), bound to the event id
  StateRoot state_after;  // the room's state with this event
  EventNumber replaces;   // the state event that this one takes the place of; 0: none
  // The relation it declares, for lookups; empty when none.
  std::string relation_type;
  std::string related_event;
  // The client's transaction that made it, "" when none: echoed to that device in `unsigned`.
  std::string device;
  std::string transaction;
  std::string delay_id;          // of the delayed event that became this; "" for all others
  base::Timestamp sticky_until;  // 0: it is not sticky
  base::Timestamp now = {};      // by our clock: what was sticky until before is forgotten
};
struct PutStateNodes {
  std::vector<StateNode> nodes;  // those that exist already are left alone
};
struct CreateRoom {
  RoomNumber number;
  protocol::RoomId room;
  std::string version;
};
// The room's tip: what the next event builds on.
struct SetRoomHead {
  RoomNumber room;
  StateRoot state;
  std::int64_t depth = 0;
  std::vector<protocol::EventId> forward_extremities;
};
struct SetMembership {
  RoomNumber room;
  protocol::UserId user;
  std::string membership;  // join, invite, leave, ban, knock
  EventNumber event;
  enum class Forgotten : std::uint8_t { no, yes } forgotten = Forgotten::no;
};
// `scope` is the device (or token) and the endpoint: the same transaction id elsewhere is another.
struct RememberTransaction {
  protocol::UserId user;
  std::string scope;
  std::string transaction;
  std::string result;  // what the repeated request is answered with
  base::Timestamp at;
};
// What was remembered before `before` under these ids: repeated now, the request is a new one.
struct TransactionId {
  protocol::UserId user;
  std::string scope;
  std::string transaction;
};
struct ForgetTransactions {
  std::vector<TransactionId> ids;
  base::Timestamp before;
};
// A redaction took effect: the record now holds the redacted event.
struct ReplaceEventRecord {
  EventNumber number;
  std::string record;
  protocol::EventId redacted_because;
};

// Nobody of ours may enter the room, whether we know it or not.
struct BlockRoom {
  protocol::RoomId room;
  protocol::UserId by;
  base::Timestamp at;
};
struct UnblockRoom {
  protocol::RoomId room;
};

// The room is gone from every list; its events lie there until RemoveRoomEvents has been made often
// enough. Whoever keeps something for rooms reads this in the feed.
struct RemoveRoom {
  RoomNumber number;
  protocol::RoomId room;
};
// At most `most` events of a removed room, the oldest first.
struct RemoveRoomEvents {
  RoomNumber room;
  std::size_t most = 0;
};
// These events of a room that stays, and that they related to others. Requires: none of them is
// state, none is a forward extremity. Whoever keeps events in memory reads this in the feed.
struct RemoveEvents {
  RoomNumber room;
  std::vector<EventNumber> numbers;
};

// --- preconditions ---------------------------------------------------------------------------

struct RequireRoomAbsent {
  static constexpr std::string_view kName = "room_absent";
  protocol::RoomId room;
};
struct RequireRoomHead {
  static constexpr std::string_view kName = "room_head";
  RoomNumber room;
  std::vector<protocol::EventId> forward_extremities;
};

// The room was not removed.
struct RequireRoomPresent {
  static constexpr std::string_view kName = "room_present";
  RoomNumber room;
};

// --- what is read ----------------------------------------------------------------------------

struct StoredEvent {
  EventNumber number;
  RoomNumber room;
  StreamPosition position;
  protocol::EventId id;
  std::string record;
  StateRoot state_after;
  EventNumber replaces;
  std::string redacted_because;  // event id; "" when not redacted
  std::string sender_device;     // see AppendEvent
  std::string transaction;
  std::string delay_id;
  bool is_related_to = false;  // by others, in a way that events show; see load_aggregated
};

// An event that every member of the room is told of until that time.
struct StickyEvent {
  EventNumber number;
  RoomNumber room;
  StreamPosition position;
  base::Timestamp until;
};

struct StoredRoom {
  RoomNumber number;
  protocol::RoomId id;
  std::string version;
  StateRoot state;
  std::int64_t depth = 0;
  std::vector<protocol::EventId> forward_extremities;
  StreamPosition last_position;  // of its newest event
};

struct StoredBlock {
  protocol::RoomId room;
  protocol::UserId by;
  base::Timestamp at;
};

struct StoredMembership {
  RoomNumber room;
  protocol::RoomId room_id;
  protocol::UserId user;
  std::string membership;
  EventNumber event;
  StreamPosition position;  // when it became so
  bool forgotten = false;
};

enum class Direction : std::uint8_t { forwards, backwards };

// A stretch of a room's timeline: events with `after` < position ≤ `until` going forwards; going
// backwards from `until` (inclusive) down to `after` (exclusive), newest first. Events of one
// change share its position and follow each other by their numbers: as a page may end between any
// two events, give each event a change of its own (Committer::commit_together).
struct TimelineRange {
  RoomNumber room;
  StreamPosition after;
  StreamPosition until;
  Direction direction = Direction::backwards;
  std::size_t limit = 0;
};

// Events of a room that relate to `event`, `after` < position ≤ `until`; as TimelineRange.
struct RelationRange {
  RoomNumber room;
  protocol::EventId event;
  std::string relation_type;  // "" for all
  StreamPosition after;
  StreamPosition until;
  Direction direction = Direction::backwards;
  std::size_t limit = 0;
};

// What others of a room relate to by one type.
struct RelatedRange {
  RoomNumber room;
  std::string relation_type;
  StreamPosition before;  // the newest such event of each is below this
  StreamPosition until;   // of those at places up to here; all others are as if they were not
  std::size_t limit = 0;
};

// An event that others relate to.
struct RelatedEvent {
  protocol::EventId event;
  StreamPosition newest;  // of those that relate to it
};

class EventStore : public StateNodes {
 public:
  virtual runtime::Task<std::optional<StoredEvent>> find_event(protocol::EventId id) = 0;
  // Those that there are, in no promised order.
  virtual runtime::Task<std::vector<StoredEvent>> find_events_by_id(
      std::vector<protocol::EventId> ids) = 0;
  // In the order asked for; throws StorageCorrupt when one is missing.
  virtual runtime::Task<std::vector<StoredEvent>> get_events(std::vector<EventNumber> numbers) = 0;
  // The same, without those that are not there any more.
  virtual runtime::Task<std::vector<StoredEvent>> find_events(std::vector<EventNumber> numbers) = 0;
  virtual runtime::Task<std::vector<StoredEvent>> load_timeline(TimelineRange range) = 0;
  // Events of all rooms with `after` < position ≤ `until`, oldest first.
  virtual runtime::Task<std::vector<StoredEvent>> load_events(StreamPosition after,
                                                              StreamPosition until,
                                                              std::size_t limit) = 0;
  // Events of the room that relate to `event`, newest first, positions below `before`.
  virtual runtime::Task<std::vector<StoredEvent>> load_relations(RoomNumber room,
                                                                 protocol::EventId event,
                                                                 StreamPosition before,
                                                                 std::size_t limit) = 0;
  virtual runtime::Task<std::vector<StoredEvent>> load_relations(RelationRange range) = 0;

  // The same of those that relate to it in a way that events show (protocol::is_aggregated).
  virtual runtime::Task<std::vector<StoredEvent>> load_aggregated(RoomNumber room,
                                                                  protocol::EventId event,
                                                                  StreamPosition before,
                                                                  std::size_t limit) = 0;

  // Ids of the events that others of the room relate to, those with the newest such event first.
  virtual runtime::Task<std::vector<RelatedEvent>> load_related(RelatedRange range) = 0;

  // What the event at `position` of the room relates to by `relation_type`; absent when nothing.
  // Tells it of redacted events, too. Costs as much as the room has such relations.
  virtual runtime::Task<std::optional<protocol::EventId>> find_related_by(
      RoomNumber room, std::string relation_type, StreamPosition position) = 0;

  virtual runtime::Task<std::optional<StoredRoom>> find_room(protocol::RoomId id) = 0;
  virtual runtime::Task<std::vector<StoredRoom>> load_rooms() = 0;
  virtual runtime::Task<std::vector<StoredBlock>> load_blocked_rooms() = 0;
  // Rooms whose events are not all removed yet.
  virtual runtime::Task<std::vector<RoomNumber>> load_removed_rooms() = 0;
  virtual runtime::Task<std::vector<StoredMembership>> load_memberships_of(
      protocol::UserId user) = 0;
  virtual runtime::Task<std::vector<StoredMembership>> load_memberships_in(RoomNumber room) = 0;
  // All rows where the membership is join or invite, for the index in memory at start.
  virtual runtime::Task<std::vector<StoredMembership>> load_current_memberships() = 0;
  // Rows that became as they are at positions after < p ≤ until, whatever they are, of rooms of
  // which `viewer` has one too.
  virtual runtime::Task<std::vector<StoredMembership>> load_memberships_changed(
      protocol::UserId viewer, StreamPosition after, StreamPosition until) = 0;
  virtual runtime::Task<std::optional<std::string>> find_transaction(protocol::UserId user,
                                                                     std::string scope,
                                                                     std::string transaction) = 0;
  // The next `limit` ids behind `behind` in an order of the store's own; absent: from the start.
  struct TransactionPage {
    std::vector<std::pair<TransactionId, base::Timestamp>> ids;  // when each was remembered
  };
  virtual runtime::Task<TransactionPage> load_transactions(std::optional<TransactionId> behind,
                                                           std::size_t limit) = 0;
  // Those that are sticky after `now`, in order of position.
  virtual runtime::Task<std::vector<StickyEvent>> load_sticky_events(base::Timestamp now) = 0;
  // The highest numbers given so far, also to what is removed since; the next are above them.
  virtual runtime::Task<EventNumber> load_last_event_number() = 0;
  virtual runtime::Task<RoomNumber> load_last_room_number() = 0;
};

}  // namespace chancery::storage
