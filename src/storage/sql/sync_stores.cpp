// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/sync_stores.hpp"

#include "storage/errors.hpp"
#include "storage/sql/columns.hpp"

#include <utility>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindConnection(
    "SELECT record FROM sliding_connections WHERE user_id = ?1 AND device_id = ?2 AND "
    "connection_id = ?3");
constexpr Statement kFindSubscription(
    "SELECT room, thread_id, state, position FROM thread_subscriptions WHERE user_id = ?1 AND "
    "room = ?2 AND thread_id = ?3");
constexpr Statement kLoadSubscriptions(
    "SELECT room, thread_id, state, position FROM thread_subscriptions WHERE user_id = ?1 AND "
    "position > ?2 AND position <= ?3 ORDER BY position DESC LIMIT CAST(?4 AS INTEGER)");
constexpr Statement kLoadStays(
    "SELECT room, room_id, position, ended, at FROM removed_stays "
    "WHERE user_id = ?1 AND position > ?2 AND position <= ?3 ORDER BY position, room");
constexpr Statement kLastRemovals(
    "SELECT user_id, MAX(position) FROM removed_stays GROUP BY user_id ORDER BY user_id");

StoredThreadSubscription to_subscription(const Rows& rows, std::size_t row) {
  const std::int64_t state = rows.integer(row, 2);
  if (state < 0 || state > std::to_underlying(ThreadFollowing::manual)) {
    throw StorageCorrupt("a thread subscription has an unknown state");
  }
  return {.room = to_room_number(rows.integer(row, 0)),
          .thread = protocol::EventId::trusted(rows.text(row, 1)),
          .following = static_cast<ThreadFollowing>(state),
          .position = to_position(rows.integer(row, 3))};
}

}  // namespace

runtime::Task<std::optional<std::string>> SqlSlidingConnectionStore::find_sliding_connection(
    SlidingConnectionKey key) {
  const Rows rows = co_await reader_.read(
      kFindConnection,
      {std::string_view(key.user.text()), Blob{key.device.text()}, Blob{key.connection}});
  if (rows.empty()) co_return std::nullopt;
  co_return rows.text(0, 0);
}

runtime::Task<std::optional<StoredThreadSubscription>>
SqlThreadSubscriptionStore::find_thread_subscription(protocol::UserId user, RoomNumber room,
                                                     protocol::EventId thread) {
  const Rows rows = co_await reader_.read(
      kFindSubscription,
      {std::string_view(user.text()), column(room), std::string_view(thread.text())});
  if (rows.empty()) co_return std::nullopt;
  co_return to_subscription(rows, 0);
}

runtime::Task<std::vector<StoredThreadSubscription>>
SqlThreadSubscriptionStore::load_thread_subscriptions(protocol::UserId user, StreamPosition after,
                                                      StreamPosition until, std::size_t limit) {
  const Rows rows =
      co_await reader_.read(kLoadSubscriptions, {std::string_view(user.text()), column(after),
                                                 column(until), static_cast<std::int64_t>(limit)});
  std::vector<StoredThreadSubscription> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(to_subscription(rows, row));
  co_return found;
}

runtime::Task<std::vector<RemovedStay>> SqlRemovedStayStore::load_removed_stays(
    protocol::UserId user, StreamPosition after, StreamPosition until) {
  const Rows rows = co_await reader_.read(
      kLoadStays, {std::string_view(user.text()), column(after), column(until)});
  std::vector<RemovedStay> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back({.room = to_room_number(rows.integer(row, 0)),
                     .id = protocol::RoomId::trusted(rows.text(row, 1)),
                     .removed = to_position(rows.integer(row, 2)),
                     .ended = to_position(rows.integer(row, 3)),
                     .at = {rows.integer(row, 4)}});
  }
  co_return found;
}

runtime::Task<std::vector<std::pair<protocol::UserId, StreamPosition>>>
SqlRemovedStayStore::load_last_removals() {
  const Rows rows = co_await reader_.read(kLastRemovals, {});
  std::vector<std::pair<protocol::UserId, StreamPosition>> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.emplace_back(protocol::UserId::trusted(rows.text(row, 0)),
                       to_position(rows.integer(row, 1)));
  }
  co_return found;
}

}  // namespace chancery::storage::sql
