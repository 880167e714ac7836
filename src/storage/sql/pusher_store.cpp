// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/pusher_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoad(
    "SELECT app_id, pushkey_hash, device_id, record FROM pushers WHERE user_id = ?1 "
    "ORDER BY app_id, pushkey_hash");

}  // namespace

runtime::Task<std::vector<StoredPusher>> SqlPusherStore::load_pushers(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoad, {std::string_view(user.text())});
  std::vector<StoredPusher> pushers;
  pushers.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    pushers.push_back(
        {.key = {.user = user, .app_id = rows.text(row, 0), .pushkey_hash = rows.text(row, 1)},
         .device = protocol::DeviceId::trusted(rows.text(row, 2)),
         .record = rows.text(row, 3)});
  }
  co_return pushers;
}

}  // namespace chancery::storage::sql
