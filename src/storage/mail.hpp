// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail as stored: what waits to be handed to the operator's mail server.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::storage {

struct StoredMail {
  std::string id;  // 16 random bytes
  base::Timestamp next_attempt_at;
  std::int64_t attempts = 0;  // that failed
  base::Timestamp expires_at;
  std::string record;  // storage/record.hpp over addresses and message
};
// What the record of a mail is bound to.
[[nodiscard]] inline std::string mail_binding(const std::string& id) { return "mail\n" + id; }

// --- mutations -------------------------------------------------------------------------------

struct QueueMail {
  StoredMail mail;
};
struct NoteMailFailure {
  std::string id;
  std::int64_t attempts = 0;
  base::Timestamp next_attempt_at;
};
// Handed over, or given up.
struct RemoveMail {
  std::string id;
};

// --- what is read ----------------------------------------------------------------------------

class MailStore {
 public:
  virtual ~MailStore() = default;
  // When attempts are due: up to now, and those after a time at which none can be.
  struct Due {
    base::Timestamp now;
    base::Timestamp latest;
  };
  // Those whose next attempt is due, oldest first.
  virtual runtime::Task<std::vector<StoredMail>> load_due_mail(Due due, std::size_t most) = 0;
  // When the next attempt is; absent when no mail waits.
  virtual runtime::Task<std::optional<base::Timestamp>> find_next_mail() = 0;
};

}  // namespace chancery::storage
