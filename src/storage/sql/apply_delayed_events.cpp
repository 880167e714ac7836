// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_delayed_events.hpp"

#include "storage/sql/columns.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kPut(
    "INSERT INTO delayed_events (delay_id, user_id, room, position, send_at, finalised_at, "
    "event_id, error, record) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8) "
    "ON CONFLICT (delay_id) DO UPDATE SET send_at = excluded.send_at, record = excluded.record");
constexpr Statement kFinalise(
    "UPDATE delayed_events SET finalised_at = ?2, event_id = ?3, error = ?4 WHERE delay_id = ?1");
constexpr Statement kForgetOld(
    "DELETE FROM delayed_events WHERE user_id = ?1 AND finalised_at > 0 AND finalised_at < ?2");
// Where there are fewer than that many, nothing is older than what the subquery finds: NULL.
constexpr Statement kForgetMany(
    "DELETE FROM delayed_events WHERE user_id = ?1 AND finalised_at > 0 AND finalised_at <= ("
    "SELECT finalised_at FROM delayed_events WHERE user_id = ?1 AND finalised_at > 0 "
    "ORDER BY finalised_at DESC LIMIT 1 OFFSET ?2)");
constexpr Statement kWaits(
    "SELECT 1 FROM delayed_events WHERE delay_id = ?1 AND user_id = ?2 AND finalised_at = 0");

}  // namespace

void apply(Writer& writer, const PutDelayedEvent& put, StreamPosition position) {
  writer.execute(
      kPut, {std::string_view(put.key.id), std::string_view(put.key.user.text()), column(put.room),
             column(position), put.send_at.milliseconds, Blob{""}, Blob{""}, Blob{put.record}});
}

void apply(Writer& writer, const FinaliseDelayedEvent& finalise, StreamPosition) {
  writer.execute(kFinalise, {std::string_view(finalise.key.id), finalise.at.milliseconds,
                             Blob{finalise.event_id}, Blob{finalise.error}});
}

void apply(Writer& writer, const ForgetFinalisedDelayedEvents& forget, StreamPosition) {
  const std::string_view user = forget.user.text();
  writer.execute(kForgetOld, {user, forget.before.milliseconds});
  writer.execute(kForgetMany, {user, static_cast<std::int64_t>(forget.most)});
}

bool holds(Writer& writer, const RequireDelayedEvent& required) {
  return !writer
              .query(kWaits, {std::string_view(required.key.id),
                              std::string_view(required.key.user.text())})
              .empty();
}

}  // namespace chancery::storage::sql
