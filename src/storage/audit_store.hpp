// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The audit records that there are, read back in the order of their commits.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace chancery::storage {

// As it lies in the database; storage/audit_record.hpp says what is in it.
struct StoredAuditRecord {
  StreamPosition position;
  std::string kind;
  std::string commitment;
  std::string parts;  // the four compartments' commitments, 32 bytes each
  std::string sealed_body;
};

class AuditStore {
 public:
  virtual ~AuditStore() = default;
  // Those before `before`, or of all when it is 0, the newest first.
  virtual runtime::Task<std::vector<StoredAuditRecord>> load_audit_records(StreamPosition before,
                                                                           std::size_t limit) = 0;
};

}  // namespace chancery::storage
