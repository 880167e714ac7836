// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/event_store.hpp"

#include "base/base64.hpp"
#include "storage/errors.hpp"
#include "storage/sql/columns.hpp"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <utility>

// The columns that to_event, to_room and to_membership read, in their order.
#define CHANCERY_EVENT_COLUMNS                                                                \
  "e.number, e.room, e.position, e.event_id, e.record, e.state_after, e.redacted_because, "   \
  "e.device, e.client_transaction, e.replaces, e.delay_id, "                                  \
  "EXISTS (SELECT 1 FROM relations a WHERE a.related_event = e.event_id AND a.room = e.room " \
  "AND a.aggregated = 1)"
#define CHANCERY_ROOM_COLUMNS "number, room_id, version, state, depth, extremities, last_position"
#define CHANCERY_MEMBERSHIP_COLUMNS \
  "m.room, r.room_id, m.user_id, m.membership, m.event, m.position, m.forgotten"

namespace chancery::storage::sql {
namespace {

constexpr Statement kGetNode("SELECT bytes FROM state_nodes WHERE name = ?1");
constexpr Statement kFindEvent("SELECT " CHANCERY_EVENT_COLUMNS
                               " FROM events e WHERE e.event_id = ?1");
// The same, eight at a time; nothing has the id "".
constexpr Statement kFindEightEvents("SELECT " CHANCERY_EVENT_COLUMNS
                                     " FROM events e WHERE e.event_id "
                                     "IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
constexpr Statement kGetEvent("SELECT " CHANCERY_EVENT_COLUMNS
                              " FROM events e WHERE e.number = ?1");
// Eight at a time; what is asked for twice, or 0, is not found twice.
constexpr Statement kGetEightEvents("SELECT " CHANCERY_EVENT_COLUMNS
                                    " FROM events e "
                                    "WHERE e.number IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
constexpr Statement kTimelineBackwards(
    "SELECT " CHANCERY_EVENT_COLUMNS
    " FROM events e WHERE e.room = ?1 AND e.position > ?2 AND e.position <= ?3 "
    "ORDER BY e.position DESC, e.number DESC LIMIT ?4");
constexpr Statement kTimelineForwards(
    "SELECT " CHANCERY_EVENT_COLUMNS
    " FROM events e WHERE e.room = ?1 AND e.position > ?2 AND e.position <= ?3 "
    "ORDER BY e.position, e.number LIMIT ?4");
constexpr Statement kEventsForwards("SELECT " CHANCERY_EVENT_COLUMNS
                                    " FROM events e WHERE e.position > ?1 AND e.position <= ?2 "
                                    "ORDER BY e.position, e.number LIMIT ?3");
constexpr Statement kRelations("SELECT " CHANCERY_EVENT_COLUMNS
                               " FROM relations x JOIN events e ON e.number = x.number "
                               "WHERE x.related_event = ?1 AND x.room = ?2 AND x.position < ?3 "
                               "ORDER BY x.position DESC, x.number DESC LIMIT ?4");
constexpr Statement kAggregated(
    "SELECT " CHANCERY_EVENT_COLUMNS
    " FROM relations x JOIN events e ON e.number = x.number "
    "WHERE x.related_event = ?1 AND x.room = ?2 AND x.position < ?3 AND x.aggregated = 1 "
    "ORDER BY x.position DESC, x.number DESC LIMIT ?4");
// One that has a type, and all.
#define CHANCERY_RELATIONS_IN(type)                                 \
  "SELECT " CHANCERY_EVENT_COLUMNS                                  \
  " FROM relations x JOIN events e ON e.number = x.number "         \
  "WHERE x.related_event = ?1 AND x.room = ?2 AND x.position > ?3 " \
  "AND x.position <= ?4 " type
constexpr Statement kRelationsBackwards(
    CHANCERY_RELATIONS_IN("ORDER BY x.position DESC, x.number DESC LIMIT ?5"));
constexpr Statement kRelationsForwards(
    CHANCERY_RELATIONS_IN("ORDER BY x.position, x.number LIMIT ?5"));
constexpr Statement kTypedBackwards(CHANCERY_RELATIONS_IN(
    "AND x.relation_type = ?6 ORDER BY x.position DESC, x.number DESC LIMIT ?5"));
constexpr Statement kTypedForwards(
    CHANCERY_RELATIONS_IN("AND x.relation_type = ?6 ORDER BY x.position, x.number LIMIT ?5"));
// Walks the replies from the newest on and stops when it has as many threads as are wanted.
constexpr Statement kRelated(
    "SELECT r.related_event, r.position FROM relations r "
    "WHERE r.room = ?1 AND r.relation_type = ?2 AND r.position < ?3 AND r.position <= ?5 "
    "AND NOT EXISTS ("
    "SELECT 1 FROM relations n WHERE n.room = r.room AND n.relation_type = r.relation_type "
    "AND n.related_event = r.related_event AND n.position > r.position AND n.position <= ?5) "
    "ORDER BY r.position DESC LIMIT ?4");
constexpr Statement kRelatedBy(
    "SELECT related_event FROM relations "
    "WHERE room = ?1 AND relation_type = ?2 AND position = ?3 LIMIT 1");
constexpr Statement kFindRoom("SELECT " CHANCERY_ROOM_COLUMNS " FROM rooms WHERE room_id = ?1");
constexpr Statement kLoadRooms("SELECT " CHANCERY_ROOM_COLUMNS " FROM rooms ORDER BY number");
constexpr Statement kBlockedRooms(
    "SELECT room_id, blocked_by, at FROM blocked_rooms ORDER BY room_id");
constexpr Statement kRemovedRooms("SELECT room FROM removed_rooms ORDER BY room");
constexpr Statement kMembershipsOf(
    "SELECT " CHANCERY_MEMBERSHIP_COLUMNS
    " FROM memberships m JOIN rooms r ON r.number = m.room WHERE m.user_id = ?1 ORDER BY m.room");
constexpr Statement kMembershipsIn("SELECT " CHANCERY_MEMBERSHIP_COLUMNS
                                   " FROM memberships m JOIN rooms r ON r.number = m.room "
                                   "WHERE m.room = ?1 ORDER BY m.user_id");
constexpr Statement kCurrentMemberships(
    "SELECT " CHANCERY_MEMBERSHIP_COLUMNS
    " FROM memberships m JOIN rooms r ON r.number = m.room "
    "WHERE m.membership = 'join' OR m.membership = 'invite' ORDER BY m.room, m.user_id");
constexpr Statement kChangedMemberships(
    "SELECT " CHANCERY_MEMBERSHIP_COLUMNS
    " FROM memberships m JOIN rooms r ON r.number = m.room "
    "WHERE m.position > ?1 AND m.position <= ?2 "
    "AND m.room IN (SELECT own.room FROM memberships own WHERE own.user_id = ?3) "
    "ORDER BY m.position, m.room, m.user_id");
constexpr Statement kTransactionsBehind(
    "SELECT user_id, scope, client_transaction, at FROM transactions "
    "WHERE (user_id, scope, client_transaction) > (?1, ?2, ?3) "
    "ORDER BY user_id, scope, client_transaction LIMIT ?4");
constexpr Statement kFindTransaction(
    "SELECT result FROM transactions "
    "WHERE user_id = ?1 AND scope = ?2 AND client_transaction = ?3");
constexpr Statement kStickyEvents(
    "SELECT s.event, s.room, s.position, s.sticky_until FROM sticky_events s "
    // Those of a room that was removed may be there still, but nobody is told of them.
    "JOIN rooms r ON r.number = s.room WHERE s.sticky_until > ?1 ORDER BY s.position, s.event");
// What was removed had numbers, too: meta knows them, see apply_administration.cpp.
constexpr Statement kLastEventNumber(
    "SELECT MAX(given.number) FROM (SELECT MAX(number) AS number FROM events "
    "UNION ALL SELECT number FROM meta WHERE name = 'last_event_number') AS given");
constexpr Statement kLastRoomNumber(
    "SELECT MAX(given.number) FROM (SELECT MAX(number) AS number FROM rooms "
    "UNION ALL SELECT number FROM meta WHERE name = 'last_room_number') AS given");

std::int64_t limit_column(std::size_t limit) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  return static_cast<std::int64_t>(std::min(limit, kMost));
}

// Positions that no commit has reached ("until the end") must stay comparable as signed numbers.
std::int64_t bound_column(StreamPosition position) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(position.value, kMost));
}

StoredEvent to_event(const Rows& rows, std::size_t row) {
  return {.number = to_event_number(rows.integer(row, 0)),
          .room = to_room_number(rows.integer(row, 1)),
          .position = to_position(rows.integer(row, 2)),
          .id = protocol::EventId::trusted(rows.text(row, 3)),
          .record = rows.text(row, 4),
          .state_after = to_state_root(rows.text(row, 5)),
          .replaces = to_event_number(rows.integer(row, 9)),
          .redacted_because = rows.text(row, 6),
          .sender_device = rows.text(row, 7),
          .transaction = rows.text(row, 8),
          .delay_id = rows.is_null(row, 10) ? std::string() : rows.text(row, 10),
          .is_related_to = rows.integer(row, 11) != 0};
}

StoredRoom to_room(const Rows& rows, std::size_t row) {
  return {.number = to_room_number(rows.integer(row, 0)),
          .id = protocol::RoomId::trusted(rows.text(row, 1)),
          .version = rows.text(row, 2),
          .state = to_state_root(rows.text(row, 3)),
          .depth = rows.integer(row, 4),
          .forward_extremities = unpack_event_ids(rows.text(row, 5)),
          .last_position = to_position(rows.integer(row, 6))};
}

StoredMembership to_membership(const Rows& rows, std::size_t row) {
  return {.room = to_room_number(rows.integer(row, 0)),
          .room_id = protocol::RoomId::trusted(rows.text(row, 1)),
          .user = protocol::UserId::trusted(rows.text(row, 2)),
          .membership = rows.text(row, 3),
          .event = to_event_number(rows.integer(row, 4)),
          .position = to_position(rows.integer(row, 5)),
          .forgotten = rows.integer(row, 6) != 0};
}

template <typename Row, typename Read>
std::vector<Row> read_all(const Rows& rows, Read read) {
  std::vector<Row> all;
  all.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) all.push_back(read(rows, row));
  return all;
}

}  // namespace

runtime::Task<std::shared_ptr<const std::string>> SqlEventStore::get_node(StateRoot name) {
  const Rows rows = co_await reader_.read(kGetNode, {column(name)});
  // Page encryption does not notice a changed byte; the node's name does.
  if (rows.empty() || name_state_node(rows.text(0, 0)) != name) {
    throw StorageCorrupt(fmt::format("state node {} is {}", base::encode_hex(column(name).bytes),
                                     rows.empty() ? "missing" : "damaged"));
  }
  co_return std::make_shared<const std::string>(rows.text(0, 0));
}

runtime::Task<std::optional<StoredEvent>> SqlEventStore::find_event(protocol::EventId id) {
  const Rows rows = co_await reader_.read(kFindEvent, {Blob{id.text()}});
  if (rows.empty()) co_return std::nullopt;
  co_return to_event(rows, 0);
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::find_events_by_id(
    std::vector<protocol::EventId> ids) {
  constexpr std::size_t kAtOnce = 8;
  std::vector<StoredEvent> events;
  for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
    Parameters parameters;
    for (std::size_t i = at; i < at + kAtOnce; ++i) {
      parameters.emplace_back(Blob{i < ids.size() ? std::string_view(ids[i].text()) : ""});
    }
    const Rows rows = co_await reader_.read(kFindEightEvents, std::move(parameters));
    for (std::size_t row = 0; row < rows.size(); ++row) events.push_back(to_event(rows, row));
  }
  co_return events;
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::get_events(
    std::vector<EventNumber> numbers) {
  std::vector<StoredEvent> events = co_await find_events(numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i < events.size() && events[i].number == numbers[i]) continue;
    throw StorageCorrupt(fmt::format("no event {}", numbers[i].value));
  }
  co_return events;
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::find_events(
    std::vector<EventNumber> numbers) {
  constexpr std::size_t kAtOnce = 8;
  std::unordered_map<EventNumber, StoredEvent> found;
  for (std::size_t at = 0; at < numbers.size(); at += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, numbers.size() - at);
    Parameters parameters;
    for (std::size_t i = 0; i < (count == 1 ? 1 : kAtOnce); ++i) {
      parameters.emplace_back(i < count ? column(numbers[at + i]) : std::int64_t{0});
    }
    const Rows rows =
        co_await reader_.read(count == 1 ? kGetEvent : kGetEightEvents, std::move(parameters));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      StoredEvent event = to_event(rows, row);
      const EventNumber number = event.number;
      found.insert_or_assign(number, std::move(event));
    }
  }
  std::vector<StoredEvent> events;
  events.reserve(numbers.size());
  for (const EventNumber number : numbers) {
    const auto event = found.find(number);
    if (event != found.end()) events.push_back(event->second);
  }
  co_return events;
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::load_timeline(TimelineRange range) {
  const Statement& statement =
      range.direction == Direction::backwards ? kTimelineBackwards : kTimelineForwards;
  const Rows rows =
      co_await reader_.read(statement, {column(range.room), bound_column(range.after),
                                        bound_column(range.until), limit_column(range.limit)});
  co_return read_all<StoredEvent>(rows, to_event);
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::load_events(StreamPosition after,
                                                                   StreamPosition until,
                                                                   std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kEventsForwards, {bound_column(after), bound_column(until), limit_column(limit)});
  co_return read_all<StoredEvent>(rows, to_event);
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::load_relations(RoomNumber room,
                                                                      protocol::EventId event,
                                                                      StreamPosition before,
                                                                      std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kRelations, {Blob{event.text()}, column(room), bound_column(before), limit_column(limit)});
  co_return read_all<StoredEvent>(rows, to_event);
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::load_aggregated(RoomNumber room,
                                                                       protocol::EventId event,
                                                                       StreamPosition before,
                                                                       std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kAggregated, {Blob{event.text()}, column(room), bound_column(before), limit_column(limit)});
  co_return read_all<StoredEvent>(rows, to_event);
}

runtime::Task<std::vector<StoredEvent>> SqlEventStore::load_relations(RelationRange range) {
  const bool is_backwards = range.direction == Direction::backwards;
  Parameters parameters{Blob{range.event.text()}, column(range.room), bound_column(range.after),
                        bound_column(range.until), limit_column(range.limit)};
  const Statement* statement = is_backwards ? &kRelationsBackwards : &kRelationsForwards;
  if (!range.relation_type.empty()) {
    statement = is_backwards ? &kTypedBackwards : &kTypedForwards;
    parameters.emplace_back(Blob{range.relation_type});
  }
  const Rows rows = co_await reader_.read(*statement, std::move(parameters));
  co_return read_all<StoredEvent>(rows, to_event);
}

runtime::Task<std::vector<RelatedEvent>> SqlEventStore::load_related(RelatedRange range) {
  const Rows rows = co_await reader_.read(
      kRelated, {column(range.room), Blob{range.relation_type}, bound_column(range.before),
                 limit_column(range.limit), bound_column(range.until)});
  std::vector<RelatedEvent> related;
  related.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    related.push_back({.event = protocol::EventId::trusted(rows.text(row, 0)),
                       .newest = to_position(rows.integer(row, 1))});
  }
  co_return related;
}

runtime::Task<std::optional<protocol::EventId>> SqlEventStore::find_related_by(
    RoomNumber room, std::string relation_type, StreamPosition position) {
  const Rows rows =
      co_await reader_.read(kRelatedBy, {column(room), Blob{relation_type}, column(position)});
  if (rows.empty()) co_return std::nullopt;
  co_return protocol::EventId::trusted(rows.text(0, 0));
}

runtime::Task<std::optional<StoredRoom>> SqlEventStore::find_room(protocol::RoomId id) {
  const Rows rows = co_await reader_.read(kFindRoom, {std::string_view(id.text())});
  if (rows.empty()) co_return std::nullopt;
  co_return to_room(rows, 0);
}

runtime::Task<std::vector<StoredRoom>> SqlEventStore::load_rooms() {
  const Rows rows = co_await reader_.read(kLoadRooms, {});
  co_return read_all<StoredRoom>(rows, to_room);
}

runtime::Task<std::vector<StoredBlock>> SqlEventStore::load_blocked_rooms() {
  const Rows rows = co_await reader_.read(kBlockedRooms, {});
  std::vector<StoredBlock> blocks;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    blocks.push_back({.room = protocol::RoomId::trusted(rows.text(row, 0)),
                      .by = protocol::UserId::trusted(rows.text(row, 1)),
                      .at = {rows.integer(row, 2)}});
  }
  co_return blocks;
}

runtime::Task<std::vector<RoomNumber>> SqlEventStore::load_removed_rooms() {
  const Rows rows = co_await reader_.read(kRemovedRooms, {});
  std::vector<RoomNumber> numbers;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    numbers.push_back(to_room_number(rows.integer(row, 0)));
  }
  co_return numbers;
}

runtime::Task<std::vector<StoredMembership>> SqlEventStore::load_memberships_of(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kMembershipsOf, {std::string_view(user.text())});
  co_return read_all<StoredMembership>(rows, to_membership);
}

runtime::Task<std::vector<StoredMembership>> SqlEventStore::load_memberships_in(RoomNumber room) {
  const Rows rows = co_await reader_.read(kMembershipsIn, {column(room)});
  co_return read_all<StoredMembership>(rows, to_membership);
}

runtime::Task<std::vector<StoredMembership>> SqlEventStore::load_current_memberships() {
  const Rows rows = co_await reader_.read(kCurrentMemberships, {});
  co_return read_all<StoredMembership>(rows, to_membership);
}

runtime::Task<std::vector<StoredMembership>> SqlEventStore::load_memberships_changed(
    protocol::UserId viewer, StreamPosition after, StreamPosition until) {
  const Rows rows = co_await reader_.read(
      kChangedMemberships,
      {bound_column(after), bound_column(until), std::string_view(viewer.text())});
  co_return read_all<StoredMembership>(rows, to_membership);
}

runtime::Task<EventStore::TransactionPage> SqlEventStore::load_transactions(
    std::optional<TransactionId> behind, std::size_t limit) {
  const TransactionId from = behind ? *std::move(behind) : TransactionId{};
  const Rows rows = co_await reader_.read(kTransactionsBehind,
                                          {std::string_view(from.user.text()), Blob{from.scope},
                                           Blob{from.transaction}, limit_column(limit)});
  TransactionPage page;
  page.ids.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    page.ids.emplace_back(TransactionId{.user = protocol::UserId::trusted(rows.text(row, 0)),
                                        .scope = rows.text(row, 1),
                                        .transaction = rows.text(row, 2)},
                          base::Timestamp{rows.integer(row, 3)});
  }
  co_return page;
}

runtime::Task<std::optional<std::string>> SqlEventStore::find_transaction(protocol::UserId user,
                                                                          std::string scope,
                                                                          std::string transaction) {
  const Rows rows = co_await reader_.read(
      kFindTransaction, {std::string_view(user.text()), Blob{scope}, Blob{transaction}});
  if (rows.empty()) co_return std::nullopt;
  co_return rows.text(0, 0);
}

runtime::Task<std::vector<StickyEvent>> SqlEventStore::load_sticky_events(base::Timestamp now) {
  const Rows rows = co_await reader_.read(kStickyEvents, {now.milliseconds});
  std::vector<StickyEvent> sticky;
  sticky.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sticky.push_back({.number = to_event_number(rows.integer(row, 0)),
                      .room = to_room_number(rows.integer(row, 1)),
                      .position = to_position(rows.integer(row, 2)),
                      .until = {rows.integer(row, 3)}});
  }
  co_return sticky;
}

runtime::Task<EventNumber> SqlEventStore::load_last_event_number() {
  const Rows rows = co_await reader_.read(kLastEventNumber, {});
  co_return to_event_number(rows.integer(0, 0));
}

runtime::Task<RoomNumber> SqlEventStore::load_last_room_number() {
  const Rows rows = co_await reader_.read(kLastRoomNumber, {});
  co_return to_room_number(rows.integer(0, 0));
}

}  // namespace chancery::storage::sql
