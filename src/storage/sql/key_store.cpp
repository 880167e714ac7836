// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/key_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadKeys(
    "SELECT id, kind, scope, epoch, wrapped_by, wrapped FROM wrapped_keys ORDER BY id");

}  // namespace

runtime::Task<std::vector<WrappedKey>> SqlKeyStore::load_keys() {
  const Rows rows = co_await reader_.read(kLoadKeys, {});
  std::vector<WrappedKey> keys;
  keys.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({.id = static_cast<std::uint32_t>(rows.integer(row, 0)),
                    .kind = rows.text(row, 1),
                    .scope = rows.text(row, 2),
                    .epoch = rows.integer(row, 3),
                    .wrapped_by = static_cast<std::uint32_t>(rows.integer(row, 4)),
                    .wrapped = rows.text(row, 5)});
  }
  co_return keys;
}

}  // namespace chancery::storage::sql
