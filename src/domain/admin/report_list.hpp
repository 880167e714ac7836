// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reports as the owners of the server read them: the reason, and the event that it is about.
//
// The event is shown because somebody who could see it handed it on; nothing else of its room is.
//
// Concurrency: any scheduler.
// Failure:     ApiError not_found; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/administration.hpp"
#include "storage/record.hpp"

#include <string>

namespace chancery::admin {

struct ReportFacts {
  storage::StoredReport stored;
  std::string reason;
  std::string room_name;        // "" when there is none, or the room is gone
  std::string canonical_alias;  // likewise
};

class ReportList {
 public:
  struct Ports {
    storage::AdministrationStore& store;
    storage::RecordKeys& keys;
    rooms::Rooms& rooms;
    accounts::AuditedCommits& commits;
  };
  explicit ReportList(Ports ports) : ports_(ports) {}

  runtime::Task<storage::PageOf<ReportFacts>> load(storage::ReportQuery query);
  // That it was read is on record. Throws not_found.
  runtime::Task<ReportFacts> read(accounts::Session by, std::int64_t id);
  // The event that the report is about; null when it is about none, or the event is gone.
  runtime::Task<rooms::CachedEventPtr> find_event(const ReportFacts& report);
  // Throws not_found.
  runtime::Task<> remove(accounts::Session by, std::int64_t id);

 private:
  runtime::Task<ReportFacts> describe(storage::StoredReport stored);

  Ports ports_;
};

}  // namespace chancery::admin
