// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The search among audit records: back from the newest, opening each and checking it.
//
// What is sealed has no index: whatever is looked for, every record since the time named is opened
// on the way. A search ends after kMostOpened records and says where another goes on.
//
// Concurrency: any scheduler; it lets others run after each page.
// Failure:     StorageError. A record that does not open is counted, and ends nothing.

#include "domain/audit/opened_record.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace chancery::audit {

// What is "" or 0 matches everything.
struct Wanted {
  std::string who;  // a user id, or "server"
  std::string act;  // "account.login_failed", or a module: "account"
  base::Timestamp since;
  storage::StreamPosition before;
  std::size_t limit = 100;
};

struct UnreadableRecord {
  storage::StreamPosition position;
  Unreadable why;
};

struct Found {
  std::vector<OpenedRecord> records;  // the newest first
  // What did not open, on the way to those; it may or may not have been looked for.
  std::vector<UnreadableRecord> unreadable;
  // Where another search goes on (Wanted::before); absent when everything was looked at.
  std::optional<storage::StreamPosition> next;
};

class RecordSearch {
 public:
  static constexpr std::size_t kMostOpened = 200'000;

  RecordSearch(storage::AuditStore& store, storage::RecordKeys& keys,
               std::size_t most_opened = kMostOpened)
      : store_(store), keys_(keys), most_opened_(most_opened) {}

  runtime::Task<Found> find(Wanted wanted);

 private:
  storage::AuditStore& store_;
  storage::RecordKeys& keys_;
  std::size_t most_opened_;
};

}  // namespace chancery::audit
