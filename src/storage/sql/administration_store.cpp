// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/administration_store.hpp"

#include "storage/sql/columns.hpp"

#include <limits>
#include <utility>

namespace chancery::storage::sql {
namespace {

// Each list is ordered by one text or one number, which ?order chooses, up or down as ?down says;
// whatever is equal then stands in the order of its name.
#define CHANCERY_SORT(text, number, down, name)                      \
  " ORDER BY CASE WHEN CAST(" down " AS INTEGER) = 0 THEN " text     \
  " ELSE '' END, CASE WHEN CAST(" down " AS INTEGER) = 1 THEN " text \
  " ELSE '' END DESC, CASE WHEN CAST(" down                          \
  " AS INTEGER) = 0 THEN "                                           \
  "(" number ") ELSE -(" number ") END, " name

// --- reports ---------------------------------------------------------------------------------

#define CHANCERY_REPORT_COLUMNS "id, reporter, at, room_id, event_id, about, record"
#define CHANCERY_REPORT_FILTER                               \
  " FROM reports WHERE lower(reporter) LIKE ?1 ESCAPE '\\' " \
  "AND lower(room_id) LIKE ?2 ESCAPE '\\'"
constexpr Statement kReportsUp("SELECT " CHANCERY_REPORT_COLUMNS CHANCERY_REPORT_FILTER
                               " ORDER BY id LIMIT ?3 OFFSET ?4");
constexpr Statement kReportsDown("SELECT " CHANCERY_REPORT_COLUMNS CHANCERY_REPORT_FILTER
                                 " ORDER BY id DESC LIMIT ?3 OFFSET ?4");
constexpr Statement kCountReports("SELECT COUNT(*)" CHANCERY_REPORT_FILTER);
constexpr Statement kFindReport("SELECT " CHANCERY_REPORT_COLUMNS " FROM reports WHERE id = ?1");

// --- rates -----------------------------------------------------------------------------------

constexpr Statement kRateExceptions(
    "SELECT user_id, per_second, burst FROM rate_exceptions ORDER BY user_id");

// --- accounts --------------------------------------------------------------------------------

#define CHANCERY_ACCOUNT_FILTER                                                        \
  " FROM accounts a "                                                                  \
  "LEFT JOIN profile_fields n ON n.user_id = a.user_id AND n.field = 'displayname' "   \
  "LEFT JOIN profile_fields v ON v.user_id = a.user_id AND v.field = 'avatar_url' "    \
  "WHERE lower(a.user_id) LIKE ?1 ESCAPE '\\' "                                        \
  "AND (lower(a.user_id) LIKE ?2 ESCAPE '\\' OR lower(n.value) LIKE ?3 ESCAPE '\\') "  \
  "AND a.role >= ?4 AND a.role <= ?5 AND a.deactivated >= ?6 AND a.deactivated <= ?7 " \
  "AND a.locked >= ?8 AND a.locked <= ?9"
#define CHANCERY_ACCOUNT_TEXT                                                          \
  "CASE CAST(?10 AS INTEGER) WHEN 0 THEN a.user_id WHEN 1 THEN COALESCE(n.value, '') " \
  "WHEN 2 THEN COALESCE(v.value, '') WHEN 3 THEN a.user_type ELSE '' END"
#define CHANCERY_ACCOUNT_NUMBER                                                   \
  "CASE CAST(?10 AS INTEGER) WHEN 4 THEN CASE WHEN a.role = 0 THEN 1 ELSE 0 END " \
  "WHEN 5 THEN CASE WHEN a.role = 2 THEN 1 ELSE 0 END WHEN 6 THEN a.deactivated " \
  "WHEN 7 THEN a.locked WHEN 8 THEN a.suspended WHEN 9 THEN a.erased "            \
  "WHEN 10 THEN a.created_at ELSE 0 END"
constexpr Statement kListAccounts(
    "SELECT a.user_id, a.role, a.deactivated, a.locked, a.erased, a.suspended, a.created_at, "
    "a.user_type, n.value, v.value" CHANCERY_ACCOUNT_FILTER CHANCERY_SORT(
        CHANCERY_ACCOUNT_TEXT, CHANCERY_ACCOUNT_NUMBER, "?11",
        "a.user_id") " LIMIT ?12 OFFSET ?13");
constexpr Statement kCountAccounts("SELECT COUNT(*)" CHANCERY_ACCOUNT_FILTER);

// --- media -----------------------------------------------------------------------------------

#define CHANCERY_MEDIA_TEXT \
  "CASE CAST(?2 AS INTEGER) WHEN 1 THEN media_id WHEN 3 THEN quarantined_by ELSE '' END"
#define CHANCERY_MEDIA_NUMBER \
  "CASE CAST(?2 AS INTEGER) WHEN 0 THEN created_at WHEN 2 THEN size WHEN 4 THEN safe ELSE 0 END"
constexpr Statement kListMedia(
    "SELECT media_id, user_id, created_at, expires_at, size, file, record, quarantined_by, safe "
    "FROM media WHERE user_id = ?1 AND file IS NOT NULL" CHANCERY_SORT(
        CHANCERY_MEDIA_TEXT, CHANCERY_MEDIA_NUMBER, "?3", "media_id") " LIMIT ?4 OFFSET ?5");
constexpr Statement kCountMedia(
    "SELECT COUNT(*) FROM media WHERE user_id = ?1 AND file IS NOT NULL");
// ?3: '"mxc://our.name/', as a profile begins that shows media of ours.
constexpr Statement kOldMedia(
    "SELECT media_id FROM media m WHERE media_id > ?6 AND file IS NOT NULL AND created_at < ?1 "
    "AND size > ?2 "
    "AND (CAST(?4 AS INTEGER) = 1 OR NOT EXISTS (SELECT 1 FROM profile_fields p "
    "WHERE p.field = 'avatar_url' AND p.value = ?3 || m.media_id || '\"')) "
    "ORDER BY media_id LIMIT ?5");

constexpr Statement kNoticesSender("SELECT 1 FROM notices_senders WHERE user_id = ?1");

// Pictures of previews are nobody's, and stored under an id without a name.
#define CHANCERY_USE_FILTER                                                      \
  " FROM media m LEFT JOIN profile_fields n ON n.user_id = m.user_id "           \
  "AND n.field = 'displayname' WHERE m.file IS NOT NULL AND m.created_at >= ?1 " \
  "AND m.user_id NOT LIKE '@:%' "                                                \
  "AND m.created_at <= ?2 AND (lower(m.user_id) LIKE ?3 ESCAPE '\\' "            \
  "OR lower(n.value) LIKE ?3 ESCAPE '\\') GROUP BY m.user_id, n.value"
#define CHANCERY_USE_TEXT \
  "CASE CAST(?4 AS INTEGER) WHEN 0 THEN m.user_id WHEN 1 THEN COALESCE(n.value, '') ELSE '' END"
#define CHANCERY_USE_NUMBER                                                                 \
  "CASE CAST(?4 AS INTEGER) WHEN 2 THEN COUNT(*) WHEN 3 THEN CAST(SUM(m.size) AS INTEGER) " \
  "ELSE 0 END"
constexpr Statement kListUse(
    "SELECT m.user_id, n.value, COUNT(*), CAST(SUM(m.size) AS INTEGER)" CHANCERY_USE_FILTER
        CHANCERY_SORT(CHANCERY_USE_TEXT, CHANCERY_USE_NUMBER, "?5",
                      "m.user_id") " LIMIT ?6 OFFSET ?7");
constexpr Statement kCountUse("SELECT COUNT(*) FROM (SELECT m.user_id" CHANCERY_USE_FILTER
                              ") AS used");

// --- rooms -----------------------------------------------------------------------------------

// Of rooms that are there: what is left of removed ones is no room's.
constexpr Statement kLargestRooms(
    "SELECT e.room, CAST(SUM(LENGTH(e.record)) AS INTEGER) AS bytes FROM events e "
    "JOIN rooms r ON r.number = e.room GROUP BY e.room ORDER BY bytes DESC, e.room LIMIT ?1");

// What holds `part`, without regard to ASCII case; everything where it is empty.
std::string pattern_of(std::string_view part, std::string_view before = "%",
                       std::string_view after = "%") {
  if (part.empty()) return "%";
  std::string pattern(before);
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  pattern += after;
  return pattern;
}

std::int64_t number_of(Sorting sorting) { return sorting == Sorting::descending ? 1 : 0; }

struct Range {
  std::int64_t least;
  std::int64_t most;
};

Range range_of(AccountQuery::Shown shown) {
  switch (shown) {
    case AccountQuery::Shown::without:
      return {0, 0};
    case AccountQuery::Shown::with:
      return {0, 1};
    case AccountQuery::Shown::alone:
      return {1, 1};
  }
  return {0, 1};
}

Range roles_of(const AccountQuery& query) {
  using Shown = AccountQuery::Shown;
  Range roles{static_cast<std::int64_t>(AccountRole::guest),
              static_cast<std::int64_t>(AccountRole::owner)};
  if (query.guests == Shown::without) roles.least = static_cast<std::int64_t>(AccountRole::user);
  if (query.guests == Shown::alone) roles.most = static_cast<std::int64_t>(AccountRole::guest);
  if (query.admins == Shown::without) --roles.most;
  if (query.admins == Shown::alone) roles.least = static_cast<std::int64_t>(AccountRole::owner);
  return roles;
}

StoredReport to_report(const Rows& rows, std::size_t row) {
  StoredReport stored{.id = rows.integer(row, 0),
                      .report = {.reporter = protocol::UserId::trusted(rows.text(row, 1)),
                                 .at = {rows.integer(row, 2)},
                                 .room = rows.text(row, 3),
                                 .event = rows.text(row, 4),
                                 .about = std::nullopt,
                                 .record = rows.text(row, 6)}};
  if (!rows.text(row, 5).empty()) {
    stored.report.about = protocol::UserId::trusted(rows.text(row, 5));
  }
  return stored;
}

ListedAccount to_account(const Rows& rows, std::size_t row) {
  return {.account = {.user = protocol::UserId::trusted(rows.text(row, 0)),
                      .password_hash = {},
                      .role = static_cast<AccountRole>(rows.integer(row, 1)),
                      .standing = {.deactivated = rows.integer(row, 2) != 0,
                                   .locked = rows.integer(row, 3) != 0,
                                   .erased = rows.integer(row, 4) != 0,
                                   .suspended = rows.integer(row, 5) != 0},
                      .created_at = {rows.integer(row, 6)},
                      .user_type = rows.text(row, 7)},
          .display_name = rows.text(row, 8),
          .avatar_url = rows.text(row, 9)};
}

ListedMedia to_media(const Rows& rows, std::size_t row) {
  return {.media_id = rows.text(row, 0),
          .media = {.user = protocol::UserId::trusted(rows.text(row, 1)),
                    .created_at = {rows.integer(row, 2)},
                    .expires_at = {rows.integer(row, 3)},
                    .file = MediaFile{.name = rows.text(row, 5),
                                      .size = static_cast<std::uint64_t>(rows.integer(row, 4)),
                                      .record = rows.text(row, 6)},
                    .quarantined_by = rows.text(row, 7),
                    .safe = rows.integer(row, 8) != 0}};
}

ListedMediaUse to_use(const Rows& rows, std::size_t row) {
  return {.user = protocol::UserId::trusted(rows.text(row, 0)),
          .display_name = rows.text(row, 1),
          .count = rows.integer(row, 2),
          .bytes = rows.integer(row, 3)};
}

template <typename Row>
PageOf<Row> to_page(const Rows& rows, const Rows& count, Row (*to_row)(const Rows&, std::size_t)) {
  PageOf<Row> page;
  page.rows.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) page.rows.push_back(to_row(rows, row));
  page.total = count.integer(0, 0);
  return page;
}

}  // namespace

runtime::Task<PageOf<StoredReport>> SqlAdministrationStore::load_reports(ReportQuery query) {
  const std::string reporter = pattern_of(query.reporter);
  const std::string room = pattern_of(query.room);
  const Statement& list = query.sorting == Sorting::descending ? kReportsDown : kReportsUp;
  const Rows rows = co_await reader_.read(list, {std::string_view(reporter), std::string_view(room),
                                                 query.page.limit, query.page.from});
  const Rows count =
      co_await reader_.read(kCountReports, {std::string_view(reporter), std::string_view(room)});
  co_return to_page<StoredReport>(rows, count, to_report);
}

runtime::Task<std::optional<StoredReport>> SqlAdministrationStore::find_report(std::int64_t id) {
  const Rows rows = co_await reader_.read(kFindReport, {id});
  if (rows.empty()) co_return std::nullopt;
  co_return to_report(rows, 0);
}

runtime::Task<std::vector<StoredRateException>> SqlAdministrationStore::load_rate_exceptions() {
  const Rows rows = co_await reader_.read(kRateExceptions, {});
  std::vector<StoredRateException> exceptions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    exceptions.push_back({.user = protocol::UserId::trusted(rows.text(row, 0)),
                          .per_second = rows.integer(row, 1),
                          .burst = rows.integer(row, 2)});
  }
  co_return exceptions;
}

runtime::Task<PageOf<ListedAccount>> SqlAdministrationStore::list_accounts(AccountQuery query) {
  const std::string user_id = pattern_of(query.user_id);
  const std::string localpart = pattern_of(query.name, "@%", "%:%");
  const std::string name = pattern_of(query.name);
  const Range roles = roles_of(query);
  const Range deactivated = range_of(query.deactivated);
  const Range locked = range_of(query.locked);
  Parameters parameters{std::string_view(user_id),
                        std::string_view(localpart),
                        std::string_view(name),
                        roles.least,
                        roles.most,
                        deactivated.least,
                        deactivated.most,
                        locked.least,
                        locked.most};
  const Rows count = co_await reader_.read(kCountAccounts, parameters);
  parameters.emplace_back(static_cast<std::int64_t>(query.order));
  parameters.emplace_back(number_of(query.sorting));
  parameters.emplace_back(query.page.limit);
  parameters.emplace_back(query.page.from);
  const Rows rows = co_await reader_.read(kListAccounts, std::move(parameters));
  co_return to_page<ListedAccount>(rows, count, to_account);
}

runtime::Task<PageOf<ListedMedia>> SqlAdministrationStore::list_media(MediaQuery query) {
  const std::string_view user = query.user.text();
  const Rows count = co_await reader_.read(kCountMedia, {user});
  const Rows rows = co_await reader_.read(
      kListMedia, {user, static_cast<std::int64_t>(query.order), number_of(query.sorting),
                   query.page.limit, query.page.from});
  co_return to_page<ListedMedia>(rows, count, to_media);
}

runtime::Task<std::vector<std::string>> SqlAdministrationStore::list_old_media(
    OldMediaQuery query) {
  const std::string beginning = "\"mxc://" + query.server + "/";
  const bool takes_profiles = query.profiles == OldMediaQuery::Profiles::take;
  const Rows rows = co_await reader_.read(
      kOldMedia,
      {query.before.milliseconds, query.larger_than, std::string_view(beginning),
       std::int64_t{takes_profiles ? 1 : 0}, query.limit, std::string_view(query.after)});
  std::vector<std::string> ids;
  for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(rows.text(row, 0));
  co_return ids;
}

runtime::Task<PageOf<ListedMediaUse>> SqlAdministrationStore::list_media_use(MediaUseQuery query) {
  const std::string search = pattern_of(query.search);
  const std::int64_t until = query.until_time.milliseconds == 0
                                 ? std::numeric_limits<std::int64_t>::max()
                                 : query.until_time.milliseconds;
  Parameters parameters{query.from_time.milliseconds, until, std::string_view(search)};
  const Rows count = co_await reader_.read(kCountUse, parameters);
  parameters.emplace_back(static_cast<std::int64_t>(query.order));
  parameters.emplace_back(number_of(query.sorting));
  parameters.emplace_back(query.page.limit);
  parameters.emplace_back(query.page.from);
  const Rows rows = co_await reader_.read(kListUse, std::move(parameters));
  co_return to_page<ListedMediaUse>(rows, count, to_use);
}

runtime::Task<bool> SqlAdministrationStore::is_notices_sender(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kNoticesSender, {std::string_view(user.text())});
  co_return !rows.empty();
}

runtime::Task<std::vector<RoomSize>> SqlAdministrationStore::list_largest_rooms(
    std::int64_t limit) {
  const Rows rows = co_await reader_.read(kLargestRooms, {limit});
  std::vector<RoomSize> sizes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sizes.push_back({.room = to_room_number(rows.integer(row, 0)), .bytes = rows.integer(row, 1)});
  }
  co_return sizes;
}

}  // namespace chancery::storage::sql
