// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The audit store over SQL.

#include "storage/audit_store.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlAuditStore final : public AuditStore {
 public:
  explicit SqlAuditStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<StoredAuditRecord>> load_audit_records(StreamPosition before,
                                                                   std::size_t limit) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
