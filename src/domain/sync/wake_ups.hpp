// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wake-ups: who of those that wait in a sync must look again.
//
// A waiting sync hangs on its user's bell. What is committed, and what changes in memory (typing,
// presence), rings the bells of those whom it concerns; only users with a sync waiting have one.
//
// Concurrency: any thread.

#include "domain/accounts/presence.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/typing.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace chancery::sync {

class WakeUps {
 public:
  struct Ports {
    storage::CommittedChanges& feed;  // a follower is added
    rooms::Memberships& memberships;
    rooms::Typing& typing;
    accounts::Presence& presence;
  };
  explicit WakeUps(Ports ports);

  // The user's bell while anyone holds it.
  [[nodiscard]] std::shared_ptr<runtime::Bell> bell_of(const protocol::UserId& user);
  void ring(const protocol::UserId& user);
  // The server stops: whoever waits is woken, and from now on nobody may wait.
  void end_waiting();
  [[nodiscard]] bool may_wait() const;

 private:
  storage::FeedReader follower();
  void ring_room(storage::RoomNumber room);
  void ring_sharing(const protocol::UserId& user);

  Ports ports_;
  mutable std::mutex mutex_;
  std::unordered_map<protocol::UserId, std::weak_ptr<runtime::Bell>> bells_;
  std::size_t sweep_at_ = 1'024;  // so many bells: those that nobody holds go
  bool has_ended_ = false;
};

}  // namespace chancery::sync
