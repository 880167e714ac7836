// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/audit_store.hpp"

#include <cstdint>
#include <limits>

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadAuditRecords(
    "SELECT position, kind, commitment, parts, sealed_body FROM audit_records "
    "WHERE position < ?1 ORDER BY position DESC LIMIT ?2");

}  // namespace

runtime::Task<std::vector<StoredAuditRecord>> SqlAuditStore::load_audit_records(
    StreamPosition before, std::size_t limit) {
  const std::int64_t end = before.value == 0 ? std::numeric_limits<std::int64_t>::max()
                                             : static_cast<std::int64_t>(before.value);
  const Rows rows =
      co_await reader_.read(kLoadAuditRecords, {end, static_cast<std::int64_t>(limit)});
  std::vector<StoredAuditRecord> records;
  records.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    records.push_back({.position = {static_cast<std::uint64_t>(rows.integer(row, 0))},
                       .kind = rows.text(row, 1),
                       .commitment = rows.text(row, 2),
                       .parts = rows.text(row, 3),
                       .sealed_body = rows.text(row, 4)});
  }
  co_return records;
}

}  // namespace chancery::storage::sql
