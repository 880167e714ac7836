// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_rooms.hpp"

#include "storage/sql/columns.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindAlias("SELECT 1 FROM aliases WHERE alias = ?1");
constexpr Statement kPutReceipt(
    "INSERT INTO receipts (room, user_id, type, thread, event_id, event_position, at, position) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (room, user_id, type, thread) DO UPDATE "
    "SET event_id = excluded.event_id, event_position = excluded.event_position, "
    "at = excluded.at, position = excluded.position");
constexpr Statement kRemoveOverruled(
    "DELETE FROM receipts WHERE room = ?1 AND user_id = ?2 AND type = ?3 "
    "AND length(thread) > 0 AND event_position <= ?4");
constexpr Statement kPutAlias(
    "INSERT INTO aliases (alias, room, creator) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (alias) DO UPDATE SET room = excluded.room, creator = excluded.creator");
constexpr Statement kRemoveAlias("DELETE FROM aliases WHERE alias = ?1");
constexpr Statement kShowRoom(
    "INSERT INTO shown_rooms (room) VALUES (?1) ON CONFLICT (room) DO NOTHING");
constexpr Statement kHideRoom("DELETE FROM shown_rooms WHERE room = ?1");
constexpr Statement kShowOnNetwork(
    "INSERT INTO network_rooms (service, network, room) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (service, network, room) DO NOTHING");
constexpr Statement kHideOnNetwork(
    "DELETE FROM network_rooms WHERE service = ?1 AND network = ?2 AND room = ?3");

}  // namespace

bool holds(Writer& writer, const RequireAliasAbsent& required) {
  return writer.query(kFindAlias, {Blob{required.alias.text()}}).empty();
}

void apply(Writer& writer, const PutReceipt& put, StreamPosition position) {
  if (put.thread.empty()) {
    writer.execute(kRemoveOverruled, {column(put.room), std::string_view(put.user.text()),
                                      std::string_view(put.type), column(put.event_position)});
  }
  writer.execute(kPutReceipt, {column(put.room), std::string_view(put.user.text()),
                               std::string_view(put.type), Blob{put.thread}, Blob{put.event.text()},
                               column(put.event_position), put.at.milliseconds, column(position)});
}

void apply(Writer& writer, const PutAlias& put, StreamPosition) {
  writer.execute(kPutAlias,
                 {Blob{put.alias.text()}, column(put.room), std::string_view(put.creator.text())});
}

void apply(Writer& writer, const RemoveAlias& remove, StreamPosition) {
  writer.execute(kRemoveAlias, {Blob{remove.alias.text()}});
}

void apply(Writer& writer, const SetRoomVisibility& set, StreamPosition) {
  const bool shown = set.shown == SetRoomVisibility::Shown::yes;
  writer.execute(shown ? kShowRoom : kHideRoom, {column(set.room)});
}

void apply(Writer& writer, const SetNetworkVisibility& set, StreamPosition) {
  const bool shown = set.shown == SetRoomVisibility::Shown::yes;
  writer.execute(shown ? kShowOnNetwork : kHideOnNetwork,
                 {Blob{set.service}, Blob{set.network}, column(set.room)});
}

}  // namespace chancery::storage::sql
