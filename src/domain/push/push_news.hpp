// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// News for pushers: what of the committed changes concerns people who have any.
//
// A follower of the feed: it hears of a change after the sender was answered, notes it, and rings.
//
// Concurrency: any thread.

#include "domain/push/pushers.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"
#include "storage/pushers.hpp"

#include <map>
#include <mutex>
#include <set>
#include <unordered_set>
#include <vector>

namespace chancery::push {

struct News {
  struct OfRoom {
    storage::StreamPosition first;  // new events begin here
    bool has_redaction = false;
  };
  struct Invite {
    protocol::UserId user;
    storage::RoomNumber room;
    storage::EventNumber event;
    storage::StreamPosition position;
  };
  std::map<std::uint32_t, OfRoom> rooms;  // by number
  std::vector<Invite> invites;
  std::set<protocol::UserId> readers;        // who may have less unread than before
  std::set<protocol::UserId> changed_rules;  // push rules, ignored users
  std::set<protocol::UserId> changed_pushers;
  std::vector<storage::PusherKey> taken_over;  // others' pushers of these keys went
  storage::StreamPosition until;               // all this is of changes up to here

  void note_room(storage::RoomNumber room, storage::StreamPosition first);
  void add(News later);
};

class PushNews {
 public:
  // Adds a follower to the feed. Before the first commit.
  PushNews(storage::PusherStore& store, storage::CommittedChanges& feed);

  // Before the first question.
  runtime::Task<> load();
  // What came since the last call.
  [[nodiscard]] News take();
  // Rings when there is something to take.
  [[nodiscard]] runtime::Bell& bell() { return bell_; }
  // Those of `users` who have pushers; some may have removed the last one meanwhile. Costs what the
  // fewer take, `users` or all owners of pushers.
  [[nodiscard]] std::vector<protocol::UserId> owners_among(
      const std::unordered_set<protocol::UserId>& users) const;
  [[nodiscard]] std::vector<protocol::UserId> owners() const;

 private:
  void note(const storage::CommittedChange& committed);

  storage::PusherStore& store_;
  runtime::Bell bell_;
  mutable std::mutex mutex_;
  std::unordered_set<protocol::UserId> owners_;
  News news_;
};

}  // namespace chancery::push
