// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/application_service_store.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kFind(
    "SELECT told, reaches, transaction_id, record FROM service_deliveries WHERE service = ?1");

}  // namespace

runtime::Task<std::optional<StoredDelivery>> SqlServiceStore::find_delivery(std::string service) {
  const Rows rows = co_await reader_.read(kFind, {Blob{service}});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredDelivery{.told = to_position(rows.integer(0, 0)),
                           .reaches = to_position(rows.integer(0, 1)),
                           .transaction = rows.text(0, 2),
                           .record = rows.text(0, 3)};
}

}  // namespace chancery::storage::sql
