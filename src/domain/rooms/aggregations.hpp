// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Aggregations: what others made of an event, bundled into it as one person may see it: its newest
// edit, its thread, what refers to it.
//
// What ignored people said, what the history hides from the viewer and what was redacted is left
// out, of counts too. A state event shows nothing; a redacted one shows its thread and what refers
// to it, but no edit.
//
// Concurrency: any thread.
// Spec: client-server, "Aggregations of child events", "Event replacements", "Threading".

#include "domain/rooms/client_event.hpp"
#include "domain/rooms/relation_summaries.hpp"
#include "domain/rooms/visible_history.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace chancery::rooms {

class Aggregations {
 public:
  Aggregations(Rooms& rooms, VisibleHistory& visible, RelationSummaries& summaries)
      : rooms_(rooms), visible_(visible), summaries_(summaries) {}

  // The value of `m.relations` for each of `events`, in their order; "" where there is none.
  runtime::Task<std::vector<std::string>> describe(std::vector<CachedEventPtr> events,
                                                   ClientView view);

  // False only if there is none for any of them: then nobody needs to ask. At once.
  [[nodiscard]] bool may_describe(const std::vector<CachedEventPtr>& events) {
    return std::ranges::any_of(
        events, [this](const CachedEventPtr& event) { return summaries_.may_have(*event); });
  }

  // The newest edit in force that `user` may see; null: there is none.
  runtime::Task<CachedEventPtr> edit_of(CachedEventPtr event, protocol::UserId user);

  // The thread of `root` as `user` may see it.
  struct Thread {
    std::size_t count = 0;    // of replies; 0: there is no thread
    bool takes_part = false;  // whether they began it or spoke in it
  };
  runtime::Task<Thread> thread_of(CachedEventPtr root, protocol::UserId user);

 private:
  // Of one event, as the viewer may see it. All zero: nothing.
  struct Seen {
    storage::EventNumber edit;
    std::vector<storage::EventNumber> references;
    storage::EventNumber latest;  // of the thread
    std::size_t count = 0;        // of the thread
    bool takes_part = false;

    [[nodiscard]] bool is_empty() const {
      return edit.value == 0 && references.empty() && latest.value == 0;
    }
  };
  runtime::Task<Seen> look(CachedEventPtr event, protocol::UserId user);
  // Null when it was redacted a moment ago, or there is none.
  runtime::Task<CachedEventPtr> get_unredacted(storage::EventNumber number);
  runtime::Task<std::string> describe_one(Seen seen, ClientView view);
  runtime::Task<> append_edit(std::string& out, const Seen& seen, const ClientView& view);
  runtime::Task<> append_references(std::string& out, const Seen& seen);
  runtime::Task<> append_thread(std::string& out, const Seen& seen, const ClientView& view);

  Rooms& rooms_;
  VisibleHistory& visible_;
  RelationSummaries& summaries_;
};

}  // namespace chancery::rooms
