// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/personal_store.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadProfile(
    "SELECT field, value FROM profile_fields WHERE user_id = ?1 ORDER BY field");
constexpr Statement kFindField(
    "SELECT value FROM profile_fields WHERE user_id = ?1 AND field = ?2");
constexpr Statement kFindAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND room_id = ?2 AND type = ?3");
constexpr Statement kLoadAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND position > ?2 ORDER BY position, room_id, type");
constexpr Statement kLoadRoomAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND room_id = ?2 ORDER BY type");
constexpr Statement kMeasureAccountData(
    "SELECT CASE WHEN room_id = ?2 AND type = ?3 THEN 1 ELSE 0 END AS is_this, COUNT(*), "
    "CAST(SUM(bytes) AS INTEGER) FROM account_data WHERE user_id = ?1 AND type <> ?4 "
    "GROUP BY is_this");
constexpr Statement kFindFilter("SELECT filter FROM filters WHERE user_id = ?1 AND filter_id = ?2");
constexpr Statement kCountFilters("SELECT COUNT(*) FROM filters WHERE user_id = ?1");

StoredAccountData to_account_data(const Rows& rows, std::size_t row) {
  return {.room = rows.text(row, 0),
          .type = rows.text(row, 1),
          .record = rows.text(row, 2),
          .position = to_position(rows.integer(row, 3))};
}

}  // namespace

runtime::Task<std::vector<StoredProfileField>> SqlProfileStore::load_profile(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadProfile, {std::string_view(user.text())});
  std::vector<StoredProfileField> fields;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    fields.push_back({.field = rows.text(row, 0), .value = rows.text(row, 1)});
  }
  co_return fields;
}

runtime::Task<std::optional<std::string>> SqlProfileStore::find_profile_field(protocol::UserId user,
                                                                              std::string field) {
  const Rows rows =
      co_await reader_.read(kFindField, {std::string_view(user.text()), std::string_view(field)});
  if (rows.empty()) co_return std::nullopt;
  co_return rows.text(0, 0);
}

runtime::Task<std::optional<StoredAccountData>> SqlAccountDataStore::find_account_data(
    protocol::UserId user, std::string room, std::string type) {
  const Rows rows = co_await reader_.read(kFindAccountData,
                                          {std::string_view(user.text()), Blob{room}, Blob{type}});
  if (rows.empty()) co_return std::nullopt;
  co_return to_account_data(rows, 0);
}

runtime::Task<std::vector<StoredAccountData>> SqlAccountDataStore::load_account_data(
    protocol::UserId user, StreamPosition after) {
  const Rows rows =
      co_await reader_.read(kLoadAccountData, {std::string_view(user.text()), column(after)});
  std::vector<StoredAccountData> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(to_account_data(rows, row));
  co_return found;
}

runtime::Task<std::vector<StoredAccountData>> SqlAccountDataStore::load_room_account_data(
    protocol::UserId user, std::string room) {
  const Rows rows =
      co_await reader_.read(kLoadRoomAccountData, {std::string_view(user.text()), Blob{room}});
  std::vector<StoredAccountData> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(to_account_data(rows, row));
  co_return found;
}

runtime::Task<AccountDataUse> SqlAccountDataStore::measure_account_data(protocol::UserId user,
                                                                        std::string room,
                                                                        std::string type) {
  const Rows rows = co_await reader_.read(
      kMeasureAccountData,
      {std::string_view(user.text()), Blob{room}, Blob{type}, Blob{"m.fully_read"}});
  AccountDataUse use;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto bytes = static_cast<std::uint64_t>(rows.integer(row, 2));
    use.items += static_cast<std::uint64_t>(rows.integer(row, 1));
    use.bytes += bytes;
    if (rows.integer(row, 0) != 0) use.this_bytes = bytes;
  }
  co_return use;
}

runtime::Task<std::optional<std::string>> SqlFilterStore::find_filter(protocol::UserId user,
                                                                      std::string id) {
  const Rows rows =
      co_await reader_.read(kFindFilter, {std::string_view(user.text()), std::string_view(id)});
  if (rows.empty()) co_return std::nullopt;
  co_return rows.text(0, 0);
}

runtime::Task<std::uint64_t> SqlFilterStore::count_filters(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kCountFilters, {std::string_view(user.text())});
  co_return static_cast<std::uint64_t>(rows.integer(0, 0));
}

}  // namespace chancery::storage::sql
