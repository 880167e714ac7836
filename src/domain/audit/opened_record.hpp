// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An audit record, opened and held against what it was committed to.
//
// Concurrency: any thread.
// Failure:     values, whatever the record.

#include "base/time.hpp"
#include "storage/audit_store.hpp"
#include "storage/record.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace chancery::audit {

struct OpenedRecord {
  storage::StreamPosition position;
  base::Timestamp at;
  std::string kind;  // what Act says of these
  std::string who;
  std::string device;
  std::string act;
  std::string object;
  std::string context;
  std::string rule;
};

enum class Unreadable : std::uint8_t {
  key_is_gone,  // a key that it was sealed under was destroyed
  altered,      // it does not open, or is not what was committed to
};

// Only what every commitment confirms is answered.
[[nodiscard]] std::expected<OpenedRecord, Unreadable> open_audit_record(
    const storage::StoredAuditRecord& record, storage::RecordKeys& keys);

}  // namespace chancery::audit
