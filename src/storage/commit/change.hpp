// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes: everything that is stored, as lists of typed mutations with their preconditions.
//
// A change is made whole or not at all, gets one StreamPosition, and carries its audit record.
// Each aggregate declares its mutations in its own header; this one lists them. To add one: its
// struct there, its name here, its `apply` (or `holds` for a Require…) in storage/sql.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/audit_record.hpp"
#include "storage/events.hpp"
#include "storage/positions.hpp"
#include "storage/wrapped_keys.hpp"

namespace chancery::storage {

// Checked first, in order; the first that does not hold fails the change with StorageConflict.
using Precondition = std::variant<RequireRoomAbsent, RequireRoomHead>;

using Mutation = std::variant<AppendEvent, PutStateNodes, CreateRoom, SetRoomHead, SetMembership,
                              RememberTransaction, PutWrappedKey, ReplaceEventRecord>;

struct Change {
  std::vector<Precondition> preconditions;
  std::vector<Mutation> mutations;
  std::optional<AuditRecord> audit;  // absent only where nobody acts (housekeeping)
};

}  // namespace chancery::storage
