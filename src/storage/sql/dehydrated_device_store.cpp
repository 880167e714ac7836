// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/dehydrated_device_store.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFind("SELECT device_id, record FROM dehydrated_devices WHERE user_id = ?1");

}  // namespace

runtime::Task<std::optional<StoredDehydratedDevice>>
SqlDehydratedDeviceStore::find_dehydrated_device(protocol::UserId user) {
  const Rows rows = co_await reader_.read(kFind, {std::string_view(user.text())});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredDehydratedDevice{.user = std::move(user),
                                   .device = protocol::DeviceId::trusted(rows.text(0, 0)),
                                   .record = rows.text(0, 1)};
}

}  // namespace chancery::storage::sql
