// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Purge of history: removes what was said in a room before some event or some time, for good.
//
// State stays, for the room is made of it, and so does what the next event follows. What people of
// this server sent is removed only where that is asked for: nobody else may have it. What was said
// leaves the search index by and by. A stop of the server ends a purge between two pieces; asked
// for again it goes on.
//
// Concurrency: any scheduler; one purge of a room at a time, beside whoever writes there.
// Failure:     ApiError; afterwards in the status.
// Lifetime:    await `stop` before it dies.
// Spec:        Synapse's admin API, "Purge History".

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/admin/long_acts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/search/indexer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::admin {

struct PurgeRequest {
  protocol::RoomId room;
  // Up to this event, which stays; without one, what its sender dates before `until_time`.
  std::optional<protocol::EventId> until_event;
  base::Timestamp until_time;
  enum class Ours : std::uint8_t { keep, remove } ours = Ours::keep;
};

struct PurgeStatus : ActStatus {
  protocol::RoomId room;
  std::size_t removed = 0;  // events
};

class HistoryPurge {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    search::Indexer& index;
    accounts::AuditedCommits& commits;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  HistoryPurge(Ports ports, protocol::ServerName server)
      : ports_(ports),
        server_(std::move(server)),
        acts_("history-purge", ports.clock, ports.random) {}

  // In the background. Returns the id to ask for. Throws not_found where there is no such room, or
  // no such event in it.
  runtime::Task<std::string> begin(accounts::Session by, PurgeRequest request);
  [[nodiscard]] const LongActs<PurgeStatus>& acts() const { return acts_; }
  runtime::Task<> stop() { co_await acts_.stop(); }

 private:
  using ActPtr = LongActs<PurgeStatus>::ActPtr;
  struct Scope;
  using Page = std::vector<rooms::CachedEventPtr>;
  runtime::Task<> run(accounts::Session by, Scope scope, ActPtr act);
  // Returns how many were removed.
  runtime::Task<std::size_t> remove_some(const Scope& scope, Page page);
  // What the event edits; absent when it edits nothing that is there.
  runtime::Task<std::optional<storage::EventNumber>> find_edited(storage::RoomNumber room,
                                                                 const rooms::CachedEvent& event);
  [[nodiscard]] bool may_go(const Scope& scope, const rooms::CachedEvent& event) const;

  Ports ports_;
  protocol::ServerName server_;
  LongActs<PurgeStatus> acts_;
};

}  // namespace chancery::admin
