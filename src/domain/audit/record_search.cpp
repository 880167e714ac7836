// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/audit/record_search.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chancery::audit {
namespace {

// Opening one takes microseconds; nobody else's work waits longer than for a page of them.
constexpr std::size_t kPage = 200;
// Records are made before they are committed, by clocks that are set now and then: one this much
// older than what is wanted says that no later one is met any more.
constexpr std::int64_t kOutOfOrder = std::chrono::milliseconds(std::chrono::hours(1)).count();

bool is_wanted(const OpenedRecord& record, const Wanted& wanted) {
  if (record.at < wanted.since) return false;
  if (!wanted.who.empty() && record.who != wanted.who) return false;
  return wanted.act.empty() || record.act == wanted.act || record.act.starts_with(wanted.act + ".");
}

bool is_too_old(const OpenedRecord& record, const Wanted& wanted) {
  return record.at.milliseconds + kOutOfOrder < wanted.since.milliseconds;
}

}  // namespace

runtime::Task<Found> RecordSearch::find(Wanted wanted) {
  Found found;
  storage::StreamPosition before = wanted.before;
  std::size_t opened = 0;
  while (true) {
    const std::vector<storage::StoredAuditRecord> page =
        co_await store_.load_audit_records(before, kPage);
    for (const storage::StoredAuditRecord& stored : page) {
      if (found.records.size() >= wanted.limit || opened >= most_opened_) {
        found.next = before;
        co_return found;
      }
      before = stored.position;
      ++opened;
      auto record = open_audit_record(stored, keys_);
      if (!record) {
        found.unreadable.push_back({.position = stored.position, .why = record.error()});
        continue;
      }
      if (is_too_old(*record, wanted)) co_return found;
      if (is_wanted(*record, wanted)) found.records.push_back(*std::move(record));
    }
    if (page.size() < kPage) co_return found;
  }
}

}  // namespace chancery::audit
