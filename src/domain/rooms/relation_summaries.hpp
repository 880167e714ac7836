// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Relation summaries: what relates to an event, for everybody alike: its edits, its thread, what
// refers to it.
//
// An event to which nothing relates costs no question to the store (EventCache knows). What relates
// to the others is summed up once and kept within a budget, least recently asked for out first,
// until another relation to it, or the redaction or removal of one, comes by the feed of committed
// changes.
//
// Concurrency: any thread.
// Spec: client-server, "Event replacements", "Threading", "Reference relations".

#include "base/time.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/visible_history.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

// Lives in one place: its traces name its senders.
struct RelationSummary {
  enum class Kind : std::uint8_t { edit, thread, reference };

  RelationSummary() = default;
  RelationSummary(const RelationSummary&) = delete;
  RelationSummary& operator=(const RelationSummary&) = delete;

  std::set<protocol::UserId> senders;
  // The edits first, from the one that counts most; then the others, newest first.
  std::vector<EventTrace> traces;
  std::vector<Kind> kinds;  // one for each trace
};
using RelationSummaryPtr = std::shared_ptr<const RelationSummary>;

class RelationSummaries {
 public:
  static constexpr std::size_t kMostKept = 200'000;  // traces, and one for each summary

  // Adds a reader to the feed, after that of `rooms`.
  RelationSummaries(Rooms& rooms, storage::CommittedChanges& feed,
                    std::size_t most_kept = kMostKept);

  // False only when `get` gives null: of most events that is known from memory.
  [[nodiscard]] bool may_have(const CachedEvent& event);
  // Null: nothing relates to it that it shows. State events show nothing.
  runtime::Task<RelationSummaryPtr> get(CachedEventPtr event);

  // How often the store was asked.
  [[nodiscard]] std::uint64_t questions() const;

 private:
  struct Kept {
    RelationSummaryPtr summary;
    std::list<protocol::EventId>::iterator use;
  };
  // Summaries that are being made, and whether something came in between.
  struct Making {
    std::size_t makers = 0;
    bool is_old = false;
  };
  class Turn;

  runtime::Task<RelationSummaryPtr> sum_up(CachedEventPtr event);
  runtime::Task<std::vector<CachedEventPtr>> load_related(CachedEventPtr event);
  void note_change(const protocol::EventId& event);
  void note_gone(const std::vector<storage::EventNumber>& numbers);
  // These with the mutex held.
  Kept* find_kept(const CachedEvent& event);
  void keep(const protocol::EventId& event, RelationSummaryPtr summary);
  void drop(const protocol::EventId& event);

  Rooms& rooms_;
  const std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::unordered_map<protocol::EventId, Kept> kept_;
  std::unordered_map<protocol::EventId, Making> making_;
  // The keys of kept_ of those that hold an event.
  std::unordered_multimap<storage::EventNumber, const protocol::EventId*> holders_;
  std::list<protocol::EventId> uses_;  // of kept_, last used first
  std::size_t size_ = 0;
  std::uint64_t questions_ = 0;
};

}  // namespace chancery::rooms
