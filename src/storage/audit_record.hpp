// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Audit records: what each change says of itself, committed with it.
//
// Four compartments, each committed to with a salt of its own, so that one can be opened or
// destroyed without the others: c = SHA-256("mxaudit/c/v1" 0x00 salt compartment), and the record's
// commitment C = SHA-256("mxaudit/r/v1" 0x00 c_who c_act c_object c_context). C is what the
// transparency log will hold; compartments and salts are the body, sealed like a record.

#include "storage/wrapped_keys.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace chancery::storage {

struct AuditRecord {
  std::string kind;                  // "user", "admin", "server": the class of the act, in clear
  std::string commitment;            // 32 bytes: C
  std::array<std::string, 4> parts;  // 32 bytes each: c_who, c_act, c_object, c_context
  std::string sealed_body;           // a record (storage/record.hpp), bound to C
  std::vector<PutWrappedKey> keys;   // made for sealed_body; stored in the same change
};

}  // namespace chancery::storage
