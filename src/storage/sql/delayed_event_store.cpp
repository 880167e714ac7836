// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/delayed_event_store.hpp"

#include "storage/sql/columns.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

#define CHANCERY_DELAYED_EVENT_COLUMNS \
  "delay_id, user_id, room, position, send_at, finalised_at, event_id, error"

constexpr Statement kFind("SELECT " CHANCERY_DELAYED_EVENT_COLUMNS
                          ", record FROM delayed_events WHERE delay_id = ?1");
constexpr Statement kLoadOfUser("SELECT " CHANCERY_DELAYED_EVENT_COLUMNS
                                ", record FROM delayed_events WHERE user_id = ?1 "
                                "ORDER BY send_at, delay_id");
constexpr Statement kLoadWaiting("SELECT " CHANCERY_DELAYED_EVENT_COLUMNS
                                 " FROM delayed_events WHERE finalised_at = 0 "
                                 "ORDER BY send_at, delay_id");

StoredDelayedEvent to_delayed_event(const Rows& rows, std::size_t row) {
  return {.key = {.id = rows.text(row, 0), .user = protocol::UserId::trusted(rows.text(row, 1))},
          .room = to_room_number(rows.integer(row, 2)),
          .position = to_position(rows.integer(row, 3)),
          .send_at = {rows.integer(row, 4)},
          .finalised_at = {rows.integer(row, 5)},
          .event_id = rows.text(row, 6),
          .error = rows.text(row, 7),
          .record = {}};
}

std::vector<StoredDelayedEvent> to_delayed_events(const Rows& rows) {
  std::vector<StoredDelayedEvent> events;
  events.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    events.push_back(to_delayed_event(rows, row));
  }
  return events;
}

}  // namespace

runtime::Task<std::optional<StoredDelayedEvent>> SqlDelayedEventStore::find_delayed_event(
    std::string id) {
  const Rows rows = co_await reader_.read(kFind, {std::string_view(id)});
  if (rows.empty()) co_return std::nullopt;
  StoredDelayedEvent event = to_delayed_event(rows, 0);
  event.record = rows.text(0, 8);
  co_return event;
}

runtime::Task<std::vector<StoredDelayedEvent>> SqlDelayedEventStore::load_delayed_events(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadOfUser, {std::string_view(user.text())});
  std::vector<StoredDelayedEvent> events = to_delayed_events(rows);
  for (std::size_t row = 0; row < rows.size(); ++row) events[row].record = rows.text(row, 8);
  co_return events;
}

runtime::Task<std::vector<StoredDelayedEvent>> SqlDelayedEventStore::load_waiting_delayed_events() {
  const Rows rows = co_await reader_.read(kLoadWaiting, {});
  co_return to_delayed_events(rows);
}

}  // namespace chancery::storage::sql
