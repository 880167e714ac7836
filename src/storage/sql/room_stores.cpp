// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/room_stores.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadReceipts(
    "SELECT user_id, type, thread, event_id, event_position, at, position FROM receipts "
    "WHERE room = ?1 ORDER BY position, user_id, type, thread");
constexpr Statement kLoadLastReceipts("SELECT room, MAX(position) FROM receipts GROUP BY room");
constexpr Statement kFindAlias("SELECT alias, room, creator FROM aliases WHERE alias = ?1");
constexpr Statement kLoadAliases(
    "SELECT alias, room, creator FROM aliases WHERE room = ?1 ORDER BY alias");
constexpr Statement kLoadShownRooms("SELECT room FROM shown_rooms ORDER BY room");
constexpr Statement kLoadNetworkRooms(
    "SELECT room FROM network_rooms WHERE service = ?1 AND network = ?2 ORDER BY room");
constexpr Statement kLoadAllNetworkRooms("SELECT DISTINCT room FROM network_rooms ORDER BY room");

std::vector<RoomNumber> to_rooms(const Rows& rows) {
  std::vector<RoomNumber> rooms;
  rooms.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rooms.push_back(to_room_number(rows.integer(row, 0)));
  }
  return rooms;
}

StoredAlias to_alias(const Rows& rows, std::size_t row) {
  return {.alias = protocol::RoomAlias::trusted(rows.text(row, 0)),
          .room = to_room_number(rows.integer(row, 1)),
          .creator = protocol::UserId::trusted(rows.text(row, 2))};
}

}  // namespace

runtime::Task<std::vector<StoredReceipt>> SqlReceiptStore::load_receipts(RoomNumber room) {
  const Rows rows = co_await reader_.read(kLoadReceipts, {column(room)});
  std::vector<StoredReceipt> receipts;
  receipts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    receipts.push_back({.user = protocol::UserId::trusted(rows.text(row, 0)),
                        .type = rows.text(row, 1),
                        .thread = rows.text(row, 2),
                        .event = protocol::EventId::trusted(rows.text(row, 3)),
                        .event_position = to_position(rows.integer(row, 4)),
                        .at = {rows.integer(row, 5)},
                        .position = to_position(rows.integer(row, 6))});
  }
  co_return receipts;
}

runtime::Task<std::vector<std::pair<RoomNumber, StreamPosition>>>
SqlReceiptStore::load_last_receipts() {
  const Rows rows = co_await reader_.read(kLoadLastReceipts, {});
  std::vector<std::pair<RoomNumber, StreamPosition>> last;
  last.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    last.emplace_back(to_room_number(rows.integer(row, 0)), to_position(rows.integer(row, 1)));
  }
  co_return last;
}

runtime::Task<std::optional<StoredAlias>> SqlDirectoryStore::find_alias(protocol::RoomAlias alias) {
  const Rows rows = co_await reader_.read(kFindAlias, {Blob{alias.text()}});
  if (rows.empty()) co_return std::nullopt;
  co_return to_alias(rows, 0);
}

runtime::Task<std::vector<StoredAlias>> SqlDirectoryStore::load_aliases(RoomNumber room) {
  const Rows rows = co_await reader_.read(kLoadAliases, {column(room)});
  std::vector<StoredAlias> aliases;
  aliases.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) aliases.push_back(to_alias(rows, row));
  co_return aliases;
}

runtime::Task<std::vector<RoomNumber>> SqlDirectoryStore::load_shown_rooms() {
  co_return to_rooms(co_await reader_.read(kLoadShownRooms, {}));
}

runtime::Task<std::vector<RoomNumber>> SqlDirectoryStore::load_network_rooms(std::string service,
                                                                             std::string network) {
  co_return to_rooms(co_await reader_.read(kLoadNetworkRooms, {Blob{service}, Blob{network}}));
}

runtime::Task<std::vector<RoomNumber>> SqlDirectoryStore::load_all_network_rooms() {
  co_return to_rooms(co_await reader_.read(kLoadAllNetworkRooms, {}));
}

}  // namespace chancery::storage::sql
