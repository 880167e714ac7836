// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The recorder: makes the audit record that a change carries.
//
// An act says who did it, what it was, to what, and in which circumstances; the recorder salts and
// commits to each of the four and seals them. Content of messages is never in an act: its event id
// is.
//
// Concurrency: any thread.

#include "base/json.hpp"
#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "storage/audit_record.hpp"

#include <string>
#include <string_view>

namespace chancery::audit {

struct Act {
  std::string_view kind = "user";  // "user", "admin" or "server"
  std::string who;                 // a user id, or "server"
  std::string device;              // "" when none
  std::string act;                 // "room.send", "account.login", …: module.verb
  std::string object;              // event id, user id, media id, …
  std::string context;             // room id, or ""
  std::string rule;                // the policy or auth rule that let it pass, or ""
};

class Recorder {
 public:
  virtual ~Recorder() = default;
  // Takes about 5 us.
  [[nodiscard]] virtual storage::AuditRecord record(const Act& act) = 0;
};

}  // namespace chancery::audit
