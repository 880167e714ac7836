// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/account_store.hpp"

#include <algorithm>
#include <limits>

// The columns that the to_… functions read, in their order.
#define CHANCERY_ACCOUNT_COLUMNS \
  "user_id, password_hash, role, deactivated, locked, erased, suspended, created_at, user_type"
#define CHANCERY_DEVICE_COLUMNS                                                     \
  "user_id, device_id, display_name, created_at, last_seen_at, last_seen_address, " \
  "last_seen_agent"
#define CHANCERY_REGISTRATION_TOKEN_COLUMNS "token, uses_allowed, completed, expires_at, created_at"

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindAccount("SELECT " CHANCERY_ACCOUNT_COLUMNS
                                 " FROM accounts WHERE user_id = ?1");
constexpr Statement kLoadAccounts("SELECT " CHANCERY_ACCOUNT_COLUMNS
                                  " FROM accounts WHERE user_id > ?1 ORDER BY user_id LIMIT ?2");
constexpr Statement kCountAccounts("SELECT COUNT(*) FROM accounts");
constexpr Statement kLoadEndedMembers(
    "SELECT user_id FROM accounts WHERE deactivated = 1 AND user_id > ?1 AND EXISTS "
    "(SELECT 1 FROM memberships m WHERE m.user_id = accounts.user_id "
    "AND m.membership IN ('join', 'invite', 'knock')) ORDER BY user_id LIMIT ?2");
constexpr Statement kLoadJoinedGuests(
    "SELECT user_id FROM accounts WHERE role = ?3 AND user_id > ?1 AND EXISTS "
    "(SELECT 1 FROM memberships m WHERE m.user_id = accounts.user_id "
    "AND m.membership = 'join') ORDER BY user_id LIMIT ?2");
constexpr Statement kLoadGuestsIn(
    "SELECT m.user_id FROM memberships m JOIN accounts a ON a.user_id = m.user_id "
    "WHERE m.room = ?1 AND m.membership = 'join' AND a.role = ?2 ORDER BY m.user_id");
constexpr Statement kLoadErased("SELECT user_id FROM accounts WHERE erased = 1 ORDER BY user_id");
constexpr Statement kFindAccessToken(
    "SELECT user_id, device_id, created_at, expires_at, authenticated_at, pair, replaces, "
    "client_id FROM access_tokens WHERE hash = ?1");
constexpr Statement kFindRefreshToken(
    "SELECT user_id, device_id, created_at, expires_at, authenticated_at, replaces, client_id, "
    "family "
    "FROM refresh_tokens WHERE hash = ?1");
constexpr Statement kFindTokenFamily(
    "SELECT user_id, device_id, client_id FROM refresh_tokens WHERE family = ?1 LIMIT 1");
constexpr Statement kFindDevice("SELECT " CHANCERY_DEVICE_COLUMNS
                                " FROM devices WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kLoadDevices("SELECT " CHANCERY_DEVICE_COLUMNS
                                 " FROM devices WHERE user_id = ?1 ORDER BY device_id");
constexpr Statement kFindRegistrationToken("SELECT " CHANCERY_REGISTRATION_TOKEN_COLUMNS
                                           " FROM registration_tokens WHERE token = ?1");
constexpr Statement kLoadRegistrationTokens("SELECT " CHANCERY_REGISTRATION_TOKEN_COLUMNS
                                            " FROM registration_tokens ORDER BY token");
constexpr Statement kFindSetupLink("SELECT expires_at FROM setup_links WHERE hash = ?1");

constexpr auto kGuest = static_cast<std::int64_t>(AccountRole::guest);

std::int64_t to_limit(std::size_t limit) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
}

std::vector<protocol::UserId> to_users(const Rows& rows) {
  std::vector<protocol::UserId> users;
  users.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    users.push_back(protocol::UserId::trusted(rows.text(row, 0)));
  }
  return users;
}

StoredAccount to_account(const Rows& rows, std::size_t row) {
  return {.user = protocol::UserId::trusted(rows.text(row, 0)),
          .password_hash = rows.text(row, 1),
          .role = static_cast<AccountRole>(rows.integer(row, 2)),
          .standing = {.deactivated = rows.integer(row, 3) != 0,
                       .locked = rows.integer(row, 4) != 0,
                       .erased = rows.integer(row, 5) != 0,
                       .suspended = rows.integer(row, 6) != 0},
          .created_at = {rows.integer(row, 7)},
          .user_type = rows.text(row, 8)};
}

StoredDevice to_device(const Rows& rows, std::size_t row) {
  return {.user = protocol::UserId::trusted(rows.text(row, 0)),
          .device = protocol::DeviceId::trusted(rows.text(row, 1)),
          .display_name = rows.text(row, 2),
          .created_at = {rows.integer(row, 3)},
          .last_seen_at = {rows.integer(row, 4)},
          .last_seen_address = rows.text(row, 5),
          .last_seen_agent = rows.text(row, 6)};
}

StoredRegistrationToken to_registration_token(const Rows& rows, std::size_t row) {
  StoredRegistrationToken token{.token = rows.text(row, 0),
                                .uses_allowed = std::nullopt,
                                .completed = rows.integer(row, 2),
                                .expires_at = {rows.integer(row, 3)},
                                .created_at = {rows.integer(row, 4)}};
  if (!rows.is_null(row, 1)) token.uses_allowed = rows.integer(row, 1);
  return token;
}

template <typename Value>
std::vector<Value> read_all(const Rows& rows, Value (*to_value)(const Rows&, std::size_t)) {
  std::vector<Value> values;
  values.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) values.push_back(to_value(rows, row));
  return values;
}

}  // namespace

runtime::Task<std::optional<StoredAccount>> SqlAccountStore::find_account(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kFindAccount, {std::string_view(user.text())});
  if (rows.empty()) co_return std::nullopt;
  co_return to_account(rows, 0);
}

runtime::Task<std::vector<StoredAccount>> SqlAccountStore::load_accounts(protocol::UserId after,
                                                                         std::size_t limit) {
  const auto most = static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
  const Rows rows = co_await reader_.read(kLoadAccounts, {std::string_view(after.text()), most});
  co_return read_all<StoredAccount>(rows, to_account);
}

runtime::Task<std::vector<protocol::UserId>> SqlAccountStore::load_ended_members(
    protocol::UserId after, std::size_t limit) {
  co_return to_users(
      co_await reader_.read(kLoadEndedMembers, {std::string_view(after.text()), to_limit(limit)}));
}

runtime::Task<std::vector<protocol::UserId>> SqlAccountStore::load_joined_guests(
    protocol::UserId after, std::size_t limit) {
  co_return to_users(co_await reader_.read(
      kLoadJoinedGuests, {std::string_view(after.text()), to_limit(limit), kGuest}));
}

runtime::Task<std::vector<protocol::UserId>> SqlAccountStore::load_guests_in(RoomNumber room) {
  co_return to_users(
      co_await reader_.read(kLoadGuestsIn, {static_cast<std::int64_t>(room.value), kGuest}));
}

runtime::Task<std::uint64_t> SqlAccountStore::count_accounts() {
  const Rows rows = co_await reader_.read(kCountAccounts, {});
  co_return static_cast<std::uint64_t>(rows.integer(0, 0));
}

runtime::Task<std::vector<protocol::UserId>> SqlAccountStore::load_erased() {
  const Rows rows = co_await reader_.read(kLoadErased, {});
  std::vector<protocol::UserId> erased;
  erased.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    erased.push_back(protocol::UserId::trusted(rows.text(row, 0)));
  }
  co_return erased;
}

runtime::Task<std::optional<StoredAccessToken>> SqlSessionStore::find_access_token(
    std::string hash) {
  const Rows rows = co_await reader_.read(kFindAccessToken, {Blob{hash}});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredAccessToken{.hash = std::move(hash),
                              .user = protocol::UserId::trusted(rows.text(0, 0)),
                              .device = protocol::DeviceId::trusted(rows.text(0, 1)),
                              .created_at = {rows.integer(0, 2)},
                              .expires_at = {rows.integer(0, 3)},
                              .authenticated_at = {rows.integer(0, 4)},
                              .pair = rows.text(0, 5),
                              .replaces = rows.text(0, 6),
                              .client = rows.text(0, 7)};
}

runtime::Task<std::optional<StoredRefreshToken>> SqlSessionStore::find_refresh_token(
    std::string hash) {
  const Rows rows = co_await reader_.read(kFindRefreshToken, {Blob{hash}});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredRefreshToken{.hash = std::move(hash),
                               .user = protocol::UserId::trusted(rows.text(0, 0)),
                               .device = protocol::DeviceId::trusted(rows.text(0, 1)),
                               .created_at = {rows.integer(0, 2)},
                               .expires_at = {rows.integer(0, 3)},
                               .authenticated_at = {rows.integer(0, 4)},
                               .replaces = rows.text(0, 5),
                               .client = rows.text(0, 6),
                               .family = rows.text(0, 7)};
}

runtime::Task<std::optional<TokenFamily>> SqlSessionStore::find_token_family(std::string family) {
  const Rows rows = co_await reader_.read(kFindTokenFamily, {std::string_view(family)});
  if (rows.empty()) co_return std::nullopt;
  co_return TokenFamily{.user = protocol::UserId::trusted(rows.text(0, 0)),
                        .device = protocol::DeviceId::trusted(rows.text(0, 1)),
                        .client = rows.text(0, 2)};
}

runtime::Task<std::optional<StoredDevice>> SqlSessionStore::find_device(protocol::UserId user,
                                                                        protocol::DeviceId device) {
  const Rows rows =
      co_await reader_.read(kFindDevice, {std::string_view(user.text()), Blob{device.text()}});
  if (rows.empty()) co_return std::nullopt;
  co_return to_device(rows, 0);
}

runtime::Task<std::vector<StoredDevice>> SqlSessionStore::load_devices(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadDevices, {std::string_view(user.text())});
  co_return read_all<StoredDevice>(rows, to_device);
}

runtime::Task<std::optional<StoredRegistrationToken>> SqlRegistrationStore::find_registration_token(
    std::string token) {
  const Rows rows = co_await reader_.read(kFindRegistrationToken, {std::string_view(token)});
  if (rows.empty()) co_return std::nullopt;
  co_return to_registration_token(rows, 0);
}

runtime::Task<std::vector<StoredRegistrationToken>>
SqlRegistrationStore::load_registration_tokens() {
  const Rows rows = co_await reader_.read(kLoadRegistrationTokens, {});
  co_return read_all<StoredRegistrationToken>(rows, to_registration_token);
}

runtime::Task<std::optional<base::Timestamp>> SqlRegistrationStore::find_setup_link(
    std::string hash) {
  const Rows rows = co_await reader_.read(kFindSetupLink, {Blob{hash}});
  if (rows.empty()) co_return std::nullopt;
  co_return base::Timestamp{rows.integer(0, 0)};
}

}  // namespace chancery::storage::sql
