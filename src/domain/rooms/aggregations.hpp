// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Aggregations: what others made of an event, bundled into it: its newest edit, its thread, what
// refers to it.
//
// What relates to an event is summed up once and kept until another relation or a redaction comes
// by the feed of committed changes; that an event has none is kept too, so that a sync asks the
// store about nothing that is new.
//
// Concurrency: any thread.
// Spec: client-server, "Aggregations of child events", "Event replacements", "Threading".

#include "domain/rooms/client_event.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/commit/committer.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chancery::rooms {

class Aggregations {
 public:
  // Adds a reader to the feed, after that of `rooms`.
  Aggregations(Rooms& rooms, storage::CommittedChanges& feed);

  // The value of `m.relations` for each of `events`, in their order; "" where there is none.
  runtime::Task<std::vector<std::string>> describe(std::vector<CachedEventPtr> events,
                                                   ClientView view);

  // The newest edit in force; null: there is none.
  runtime::Task<CachedEventPtr> edit_of(CachedEventPtr event);

  // What belongs to a thread's root.
  struct Thread {
    CachedEventPtr latest;  // null: there is no thread
    std::size_t count = 0;
    std::unordered_set<protocol::UserId> senders;
  };
  runtime::Task<Thread> thread_of(CachedEventPtr root);

 private:
  struct Summary {
    CachedEventPtr edit;
    std::vector<protocol::EventId> references;
    Thread thread;
    [[nodiscard]] bool is_empty() const { return !edit && references.empty() && !thread.latest; }
  };
  using SummaryPtr = std::shared_ptr<const Summary>;  // null: nothing relates

  runtime::Task<SummaryPtr> get(CachedEventPtr event);
  runtime::Task<SummaryPtr> sum_up(CachedEventPtr event);
  runtime::Task<std::string> describe_one(const Summary& summary, ClientView view);
  void apply(const storage::AppendEvent& append);
  void keep(const protocol::EventId& event, SummaryPtr summary);

  Rooms& rooms_;
  std::mutex mutex_;
  std::unordered_map<protocol::EventId, SummaryPtr> summaries_;
  std::uint64_t generation_ = 0;  // counts what was forgotten
};

}  // namespace chancery::rooms
