// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_events.hpp"

#include "protocol/relations.hpp"
#include "storage/sql/columns.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindRoom("SELECT 1 FROM rooms WHERE room_id = ?1");
constexpr Statement kLoadExtremities("SELECT extremities FROM rooms WHERE number = ?1");
constexpr Statement kAddEvent(
    "INSERT INTO events (number, room, position, event_id, state_after, replaces, "
    "redacted_because, device, client_transaction, record, delay_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
constexpr Statement kAddSticky(
    "INSERT INTO sticky_events (event, room, position, sticky_until) VALUES (?1, ?2, ?3, ?4)");
constexpr Statement kForgetSticky("DELETE FROM sticky_events WHERE sticky_until < ?1");
constexpr Statement kAddRelation(
    "INSERT INTO relations (related_event, room, position, number, relation_type, aggregated) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
constexpr Statement kAddStateNode(
    "INSERT INTO state_nodes (name, bytes) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING");
constexpr Statement kAddRoom(
    "INSERT INTO rooms (number, room_id, version, state, depth, extremities, last_position) "
    "VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)");
constexpr Statement kSetHead(
    "UPDATE rooms SET state = ?2, depth = ?3, extremities = ?4, last_position = ?5 "
    "WHERE number = ?1");
constexpr Statement kSetMembership(
    "INSERT INTO memberships (room, user_id, membership, event, position, forgotten) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (room, user_id) DO UPDATE SET "
    "membership = excluded.membership, event = excluded.event, position = excluded.position, "
    "forgotten = excluded.forgotten");
constexpr Statement kAddTransaction(
    "INSERT INTO transactions (user_id, scope, client_transaction, result, at) "
    "VALUES (?1, ?2, ?3, ?4, ?5)");
constexpr Statement kForgetTransaction(
    "DELETE FROM transactions "
    "WHERE user_id = ?1 AND scope = ?2 AND client_transaction = ?3 AND at < ?4");
constexpr Statement kReplaceRecord(
    "UPDATE events SET record = ?2, redacted_because = ?3 WHERE number = ?1");
constexpr Statement kRemoveRelation("DELETE FROM relations WHERE number = ?1");
constexpr Statement kRemoveSticky("DELETE FROM sticky_events WHERE event = ?1");
constexpr Statement kRemoveEvent("DELETE FROM events WHERE number = ?1 AND room = ?2");

}  // namespace

bool holds(Writer& writer, const RequireRoomAbsent& required) {
  return writer.query(kFindRoom, {std::string_view(required.room.text())}).empty();
}

bool holds(Writer& writer, const RequireRoomPresent& required) {
  return !writer.query(kLoadExtremities, {column(required.room)}).empty();
}

bool holds(Writer& writer, const RequireRoomHead& required) {
  const Rows rows = writer.query(kLoadExtremities, {column(required.room)});
  if (rows.empty()) return false;
  std::vector<protocol::EventId> found = unpack_event_ids(rows.text(0, 0));
  std::vector<protocol::EventId> wanted = required.forward_extremities;
  std::ranges::sort(found, {}, &protocol::EventId::text);
  std::ranges::sort(wanted, {}, &protocol::EventId::text);
  return found == wanted;
}

void apply(Writer& writer, const AppendEvent& append, StreamPosition position) {
  const std::string& id = append.event->id().text();
  const Parameter delay_id =
      append.delay_id.empty() ? Parameter(nullptr) : Parameter(Blob{append.delay_id});
  writer.execute(kAddEvent,
                 {column(append.number), column(append.room), column(position), Blob{id},
                  column(append.state_after), column(append.replaces), Blob{}, Blob{append.device},
                  Blob{append.transaction}, Blob{append.record}, delay_id});
  if (append.sticky_until.milliseconds != 0) {
    // By our clock alone: an application service says of its events what time it likes.
    writer.execute(kForgetSticky, {append.now.milliseconds});
    writer.execute(kAddSticky, {column(append.number), column(append.room), column(position),
                                append.sticky_until.milliseconds});
  }
  if (append.related_event.empty()) return;
  const std::int64_t aggregated = protocol::is_aggregated(append.relation_type) ? 1 : 0;
  writer.execute(kAddRelation, {Blob{append.related_event}, column(append.room), column(position),
                                column(append.number), Blob{append.relation_type}, aggregated});
}

void apply(Writer& writer, const PutStateNodes& put, StreamPosition) {
  for (const StateNode& node : put.nodes) {
    writer.execute(kAddStateNode, {column(node.name), Blob{node.bytes}});
  }
}

void apply(Writer& writer, const CreateRoom& create, StreamPosition position) {
  const StateRoot empty;
  writer.execute(kAddRoom,
                 {column(create.number), std::string_view(create.room.text()),
                  std::string_view(create.version), column(empty), Blob{}, column(position)});
}

void apply(Writer& writer, const SetRoomHead& set, StreamPosition position) {
  const std::string extremities = pack_event_ids(set.forward_extremities);
  writer.execute(kSetHead, {column(set.room), column(set.state), set.depth, Blob{extremities},
                            column(position)});
}

void apply(Writer& writer, const SetMembership& set, StreamPosition position) {
  const std::int64_t forgotten = set.forgotten == SetMembership::Forgotten::yes ? 1 : 0;
  writer.execute(kSetMembership, {column(set.room), std::string_view(set.user.text()),
                                  std::string_view(set.membership), column(set.event),
                                  column(position), forgotten});
}

void apply(Writer& writer, const RememberTransaction& remember, StreamPosition) {
  writer.execute(kAddTransaction,
                 {std::string_view(remember.user.text()), Blob{remember.scope},
                  Blob{remember.transaction}, Blob{remember.result}, remember.at.milliseconds});
}

void apply(Writer& writer, const ForgetTransactions& forget, StreamPosition) {
  for (const TransactionId& id : forget.ids) {
    writer.execute(kForgetTransaction, {std::string_view(id.user.text()), Blob{id.scope},
                                        Blob{id.transaction}, forget.before.milliseconds});
  }
}

void apply(Writer& writer, const ReplaceEventRecord& replace, StreamPosition) {
  writer.execute(kReplaceRecord, {column(replace.number), Blob{replace.record},
                                  Blob{replace.redacted_because.text()}});
}

void apply(Writer& writer, const RemoveEvents& remove, StreamPosition) {
  for (const EventNumber number : remove.numbers) {
    writer.execute(kRemoveRelation, {column(number)});
    writer.execute(kRemoveSticky, {column(number)});
    writer.execute(kRemoveEvent, {column(number), column(remove.room)});
  }
}

}  // namespace chancery::storage::sql
