// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/personal_store.hpp"

#include "storage/sql/columns.hpp"

#include <algorithm>
#include <limits>

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadProfile(
    "SELECT field, value FROM profile_fields WHERE user_id = ?1 ORDER BY field");
constexpr Statement kFindField(
    "SELECT value FROM profile_fields WHERE user_id = ?1 AND field = ?2");
// ?1 is a LIKE pattern for names, ?2 one for user ids, in lower case.
constexpr Statement kSearchProfiles(
    "SELECT a.user_id, n.value, v.value FROM accounts a "
    "LEFT JOIN profile_fields n ON n.user_id = a.user_id AND n.field = 'displayname' "
    "LEFT JOIN profile_fields v ON v.user_id = a.user_id AND v.field = 'avatar_url' "
    "WHERE a.deactivated = 0 AND (lower(n.value) LIKE ?1 ESCAPE '\\' "
    "OR a.user_id LIKE ?2 ESCAPE '\\') "
    // Whose name or id begins so comes first, then those of whom another name does.
    "ORDER BY CASE WHEN lower(n.value) LIKE ?4 ESCAPE '\\' OR a.user_id LIKE ?5 ESCAPE '\\' THEN 0 "
    "WHEN lower(n.value) LIKE ?6 ESCAPE '\\' THEN 1 ELSE 2 END, a.user_id LIMIT ?3");
constexpr Statement kFindAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND room_id = ?2 AND type = ?3");
constexpr Statement kLoadAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND position > ?2 ORDER BY position, room_id, type");
constexpr Statement kLoadRoomAccountData(
    "SELECT room_id, type, record, position FROM account_data "
    "WHERE user_id = ?1 AND room_id = ?2 ORDER BY type");
constexpr Statement kFindFilter("SELECT filter FROM filters WHERE user_id = ?1 AND filter_id = ?2");
constexpr Statement kCountFilters("SELECT COUNT(*) FROM filters WHERE user_id = ?1");

// `term` in lower case (ASCII), its wildcards taken literally.
std::string escape_pattern(std::string_view term) {
  std::string escaped;
  for (const char c : term) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return escaped;
}

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

runtime::Task<std::vector<ProfileMatch>> SqlProfileStore::search_profiles(std::string term,
                                                                          std::size_t limit) {
  const std::string escaped = escape_pattern(term);
  const std::string name = "%" + escaped + "%";
  // Who types the sign of a user id types its beginning; else it is sought in the localpart.
  const std::string id = term.starts_with('@') ? escaped + "%" : "@%" + escaped + "%:%";
  const auto most = static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
  // The name is kept as JSON: a quote stands before it.
  const std::string begins = "\"" + escaped + "%";
  const std::string id_begins = term.starts_with('@') ? id : "@" + escaped + "%";
  const std::string word_begins = "% " + escaped + "%";
  const Rows rows =
      co_await reader_.read(kSearchProfiles, {std::string_view(name), std::string_view(id), most,
                                              std::string_view(begins), std::string_view(id_begins),
                                              std::string_view(word_begins)});
  std::vector<ProfileMatch> matches;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    matches.push_back({.user = protocol::UserId::trusted(rows.text(row, 0)),
                       .display_name = rows.text(row, 1),
                       .avatar_url = rows.text(row, 2)});
  }
  co_return matches;
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
