// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/user_directory_store.hpp"

#include <algorithm>
#include <limits>

namespace chancery::storage::sql {
namespace {

// The rows are cut off before anything is joined to them, so that hidden people cost no more.
constexpr Statement kLoadDirectory(
    "SELECT w.word, w.user_id, a.deactivated, a.locked, a.erased, a.suspended, n.value, v.value "
    "FROM (SELECT word, user_id FROM directory_words "
    "WHERE (word, user_id) > (?1, ?2) AND word < ?3 ORDER BY word, user_id LIMIT ?4) w "
    "JOIN accounts a ON a.user_id = w.user_id "
    "LEFT JOIN profile_fields n ON n.user_id = w.user_id AND n.field = 'displayname' "
    "LEFT JOIN profile_fields v ON v.user_id = w.user_id AND v.field = 'avatar_url' "
    "ORDER BY w.word, w.user_id");
constexpr Statement kLoadNamedPeople(
    "SELECT a.user_id, a.deactivated, a.locked, a.erased, a.suspended, n.value FROM accounts a "
    "LEFT JOIN profile_fields n ON n.user_id = a.user_id AND n.field = 'displayname' "
    "WHERE a.user_id > ?1 ORDER BY a.user_id LIMIT ?2");
constexpr Statement kFindFilling(
    "SELECT rules, until, complete FROM directory_filling WHERE id = 1");

std::int64_t limit_of(std::size_t limit) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
}

// From four columns.
AccountStanding standing_at(const Rows& rows, std::size_t row, std::size_t column) {
  return {.deactivated = rows.integer(row, column) != 0,
          .locked = rows.integer(row, column + 1) != 0,
          .erased = rows.integer(row, column + 2) != 0,
          .suspended = rows.integer(row, column + 3) != 0};
}

}  // namespace

runtime::Task<std::vector<DirectoryRow>> SqlDirectoryWordStore::load_directory(
    std::string prefix, std::optional<DirectoryPlace> after, std::size_t limit) {
  const std::string word = after ? after->word : prefix;
  const std::string user = after ? after->user.text() : std::string();
  const std::string end = prefix + '\xFF';  // in no UTF-8, and after everything that is
  const Rows rows = co_await reader_.read(
      kLoadDirectory, {Blob{word}, std::string_view(user), Blob{end}, limit_of(limit)});
  std::vector<DirectoryRow> found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back(
        {.place = {.word = rows.text(row, 0), .user = protocol::UserId::trusted(rows.text(row, 1))},
         .standing = standing_at(rows, row, 2),
         .display_name = rows.text(row, 6),
         .avatar_url = rows.text(row, 7)});
  }
  co_return found;
}

runtime::Task<std::vector<NamedPerson>> SqlDirectoryWordStore::load_named_people(
    protocol::UserId after, std::size_t limit) {
  const Rows rows =
      co_await reader_.read(kLoadNamedPeople, {std::string_view(after.text()), limit_of(limit)});
  std::vector<NamedPerson> people;
  people.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    people.push_back({.user = protocol::UserId::trusted(rows.text(row, 0)),
                      .standing = standing_at(rows, row, 1),
                      .display_name = rows.text(row, 5)});
  }
  co_return people;
}

runtime::Task<std::optional<DirectoryFilling>> SqlDirectoryWordStore::find_directory_filling() {
  const Rows rows = co_await reader_.read(kFindFilling, {});
  if (rows.empty()) co_return std::nullopt;
  co_return DirectoryFilling{.rules = rows.text(0, 0),
                             .until = protocol::UserId::trusted(rows.text(0, 1)),
                             .is_complete = rows.integer(0, 2) != 0};
}

}  // namespace chancery::storage::sql
