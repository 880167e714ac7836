// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_sync.hpp"

#include "storage/sql/columns.hpp"

#include <string_view>
#include <utility>

namespace chancery::storage::sql {
namespace {

constexpr Statement kPutConnection(
    "INSERT INTO sliding_connections (user_id, device_id, connection_id, used_at, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id, device_id, connection_id) DO UPDATE SET "
    "used_at = excluded.used_at, record = excluded.record");
constexpr Statement kTrimConnections(
    "DELETE FROM sliding_connections WHERE user_id = ?1 AND device_id = ?2 AND connection_id NOT "
    "IN (SELECT connection_id FROM sliding_connections WHERE user_id = ?1 AND device_id = ?2 "
    "ORDER BY used_at DESC, connection_id LIMIT CAST(?3 AS INTEGER))");
constexpr Statement kRemoveConnection(
    "DELETE FROM sliding_connections WHERE user_id = ?1 AND device_id = ?2 AND connection_id = ?3");
constexpr Statement kRemoveOldConnections("DELETE FROM sliding_connections WHERE used_at < ?1");
constexpr Statement kRemoveOfDevice(
    "DELETE FROM sliding_connections WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kPutSubscription(
    "INSERT INTO thread_subscriptions (user_id, room, thread_id, state, position) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id, room, thread_id) DO UPDATE SET "
    "state = excluded.state, position = excluded.position");
constexpr Statement kRemoveSubscriptions("DELETE FROM thread_subscriptions WHERE user_id = ?1");
constexpr Statement kNoteStay(
    "INSERT INTO removed_stays (user_id, position, room, room_id, ended, at) "
    "VALUES (?1, ?2, ?3, ?4, ?2, ?5)");
// Whose first member event is a ban never was in the room.
constexpr Statement kNoteEndedStay(
    "INSERT INTO removed_stays (user_id, position, room, room_id, ended, at) "
    "VALUES (?1, ?2, ?3, ?4, COALESCE((SELECT e.position FROM events e "
    "WHERE e.number = ?6 AND e.replaces <> 0), 0), ?5)");
constexpr Statement kForgetStays("DELETE FROM removed_stays WHERE at < ?1");

}  // namespace

void apply(Writer& writer, const PutSlidingConnection& put, StreamPosition) {
  const std::string_view user = put.key.user.text();
  const Blob device{put.key.device.text()};
  writer.execute(kPutConnection, {user, device, Blob{put.key.connection}, put.used_at.milliseconds,
                                  Blob{put.record}});
  writer.execute(kTrimConnections, {user, device, static_cast<std::int64_t>(put.most)});
}

void apply(Writer& writer, const RemoveSlidingConnection& remove, StreamPosition) {
  writer.execute(kRemoveConnection, {std::string_view(remove.key.user.text()),
                                     Blob{remove.key.device.text()}, Blob{remove.key.connection}});
}

void apply(Writer& writer, const RemoveOldSlidingConnections& remove, StreamPosition) {
  writer.execute(kRemoveOldConnections, {remove.before.milliseconds});
}

void apply(Writer& writer, const PutThreadSubscription& put, StreamPosition position) {
  writer.execute(
      kPutSubscription,
      {std::string_view(put.user.text()), column(put.room), std::string_view(put.thread.text()),
       static_cast<std::int64_t>(std::to_underlying(put.following)), column(position)});
}

void apply(Writer& writer, const NoteRemovedStays& note, StreamPosition position) {
  const std::string_view id = note.id.text();
  for (const NoteRemovedStays::Stay& stay : note.stays) {
    const std::string_view user = stay.user.text();
    if (stay.end == NoteRemovedStays::Stay::End::now) {
      writer.execute(kNoteStay,
                     {user, column(position), column(note.room), id, note.at.milliseconds});
    } else {
      writer.execute(kNoteEndedStay, {user, column(position), column(note.room), id,
                                      note.at.milliseconds, column(stay.event)});
    }
  }
}

void apply(Writer& writer, const ForgetRemovedStays& forget, StreamPosition) {
  writer.execute(kForgetStays, {forget.before.milliseconds});
}

void remove_sliding_connections_of(Writer& writer, const protocol::UserId& user,
                                   const protocol::DeviceId& device) {
  writer.execute(kRemoveOfDevice, {std::string_view(user.text()), Blob{device.text()}});
}

void remove_thread_subscriptions_of(Writer& writer, const protocol::UserId& user) {
  writer.execute(kRemoveSubscriptions, {std::string_view(user.text())});
}

}  // namespace chancery::storage::sql
