// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_administration.hpp"

#include "storage/sql/apply_search.hpp"
#include "storage/sql/columns.hpp"

#include <array>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kAddReport(
    "INSERT INTO reports (id, reporter, at, room_id, event_id, about, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
constexpr Statement kRemoveReport("DELETE FROM reports WHERE id = ?1");

constexpr Statement kBlockRoom(
    "INSERT INTO blocked_rooms (room_id, blocked_by, at) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (room_id) DO NOTHING");
constexpr Statement kUnblockRoom("DELETE FROM blocked_rooms WHERE room_id = ?1");

// Every table that names rooms by their number, but for those of the search index and for what goes
// piece by piece below: events, of which there may be millions. A test holds what a removal leaves
// against the tables that there are.
constexpr std::array<Statement, 9> kForgetByNumber{{
    Statement("DELETE FROM receipts WHERE room = ?1"),
    Statement("DELETE FROM aliases WHERE room = ?1"),
    Statement("DELETE FROM shown_rooms WHERE room = ?1"),
    Statement("DELETE FROM memberships WHERE room = ?1"),
    Statement("DELETE FROM thread_subscriptions WHERE room = ?1"),
    Statement("DELETE FROM delayed_events WHERE room = ?1"),
    Statement("DELETE FROM sticky_events WHERE room = ?1"),
    Statement("DELETE FROM network_rooms WHERE room = ?1"),
    Statement("DELETE FROM rooms WHERE number = ?1"),
}};
// And those that name it by its id.
constexpr Statement kForgetAccountData("DELETE FROM account_data WHERE room_id = ?1");
constexpr Statement kNoteRemoval(
    "INSERT INTO removed_rooms (room) VALUES (?1) ON CONFLICT (room) DO NOTHING");

// The numbers of what is removed are not given again.
constexpr Statement kKeepRoomNumber(
    "UPDATE meta SET number = ?1 WHERE name = 'last_room_number' AND number < ?1");
constexpr Statement kKeepEventNumber(
    "UPDATE meta SET number = (SELECT MAX(number) FROM events) "
    "WHERE name = 'last_event_number' AND number < (SELECT MAX(number) FROM events)");

constexpr Statement kForgetRelations(
    "DELETE FROM relations WHERE (related_event, room, position, number) IN "
    "(SELECT related_event, room, position, number FROM relations WHERE room = ?1 LIMIT ?2)");
constexpr Statement kForgetEvents(
    "DELETE FROM events WHERE number IN "
    "(SELECT number FROM events WHERE room = ?1 ORDER BY position, number LIMIT ?2)");
constexpr Statement kEndRemoval(
    "DELETE FROM removed_rooms WHERE room = ?1 "
    "AND NOT EXISTS (SELECT 1 FROM events WHERE room = ?1) "
    "AND NOT EXISTS (SELECT 1 FROM relations WHERE room = ?1) "
    "AND NOT EXISTS (SELECT 1 FROM search_postings WHERE room = ?1)");

constexpr Statement kPutRateException(
    "INSERT INTO rate_exceptions (user_id, per_second, burst) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id) DO UPDATE SET per_second = excluded.per_second, "
    "burst = excluded.burst");
constexpr Statement kNoteNoticesSender(
    "INSERT INTO notices_senders (user_id) VALUES (?1) ON CONFLICT (user_id) DO NOTHING");
constexpr Statement kRemoveRateException("DELETE FROM rate_exceptions WHERE user_id = ?1");

}  // namespace

void apply(Writer& writer, const AddReport& add, StreamPosition position) {
  const std::string_view about = add.about ? std::string_view(add.about->text()) : "";
  writer.execute(kAddReport,
                 {column(position), std::string_view(add.reporter.text()), add.at.milliseconds,
                  std::string_view(add.room), Blob{add.event}, about, Blob{add.record}});
}

void apply(Writer& writer, const RemoveReport& remove, StreamPosition) {
  writer.execute(kRemoveReport, {remove.id});
}

void apply(Writer& writer, const BlockRoom& block, StreamPosition) {
  writer.execute(kBlockRoom, {std::string_view(block.room.text()),
                              std::string_view(block.by.text()), block.at.milliseconds});
}

void apply(Writer& writer, const UnblockRoom& unblock, StreamPosition) {
  writer.execute(kUnblockRoom, {std::string_view(unblock.room.text())});
}

void apply(Writer& writer, const RemoveRoom& remove, StreamPosition) {
  const std::int64_t number = column(remove.number);
  writer.execute(kKeepRoomNumber, {number});
  for (const Statement& forget : kForgetByNumber) writer.execute(forget, {number});
  forget_indexed(writer, remove.number);
  writer.execute(kForgetAccountData, {Blob{remove.room.text()}});
  writer.execute(kNoteRemoval, {number});
}

void apply(Writer& writer, const RemoveRoomEvents& remove, StreamPosition) {
  const std::int64_t number = column(remove.room);
  const auto most = static_cast<std::int64_t>(remove.most);
  writer.execute(kKeepEventNumber, {});
  writer.execute(kForgetRelations, {number, most});
  writer.execute(kForgetEvents, {number, most});
  forget_postings(writer, remove.room, most);  // about as many
  writer.execute(kEndRemoval, {number});
}

void apply(Writer& writer, const PutRateException& put, StreamPosition) {
  writer.execute(kPutRateException, {std::string_view(put.user.text()), put.per_second, put.burst});
}

void apply(Writer& writer, const RemoveRateException& remove, StreamPosition) {
  writer.execute(kRemoveRateException, {std::string_view(remove.user.text())});
}

void apply(Writer& writer, const NoteNoticesSender& note, StreamPosition) {
  writer.execute(kNoteNoticesSender, {std::string_view(note.user.text())});
}

}  // namespace chancery::storage::sql
