// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/pusher_store.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoad(
    "SELECT user_id, app_id, pushkey_hash, device_id, record, behind_after FROM pushers "
    "WHERE user_id = ?1 ORDER BY app_id, pushkey_hash");
constexpr Statement kLoadBehind(
    "SELECT user_id, app_id, pushkey_hash, device_id, record, behind_after FROM pushers "
    "WHERE behind_after > 0 ORDER BY behind_after");
constexpr Statement kLoadOwners("SELECT DISTINCT user_id FROM pushers");
constexpr Statement kFindProgress("SELECT number FROM meta WHERE name = 'push_progress'");

std::vector<StoredPusher> to_pushers(const Rows& rows) {
  std::vector<StoredPusher> pushers;
  pushers.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    pushers.push_back({.key = {.user = protocol::UserId::trusted(rows.text(row, 0)),
                               .app_id = rows.text(row, 1),
                               .pushkey_hash = rows.text(row, 2)},
                       .device = protocol::DeviceId::trusted(rows.text(row, 3)),
                       .record = rows.text(row, 4),
                       .behind_after = to_position(rows.integer(row, 5))});
  }
  return pushers;
}

}  // namespace

runtime::Task<std::vector<StoredPusher>> SqlPusherStore::load_pushers(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoad, {std::string_view(user.text())});
  co_return to_pushers(rows);
}

runtime::Task<std::vector<protocol::UserId>> SqlPusherStore::load_pusher_owners() {
  const Rows rows = co_await reader_.read(kLoadOwners, {});
  std::vector<protocol::UserId> owners;
  owners.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    owners.push_back(protocol::UserId::trusted(rows.text(row, 0)));
  }
  co_return owners;
}

runtime::Task<std::vector<StoredPusher>> SqlPusherStore::load_pushers_behind() {
  const Rows rows = co_await reader_.read(kLoadBehind, {});
  co_return to_pushers(rows);
}

runtime::Task<std::optional<StreamPosition>> SqlPusherStore::find_push_progress() {
  const Rows rows = co_await reader_.read(kFindProgress, {});
  if (rows.empty()) co_return std::nullopt;
  co_return to_position(rows.integer(0, 0));
}

}  // namespace chancery::storage::sql
