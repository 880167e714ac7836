// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Removal of rooms: members out, names given up, nobody in again, and what was said gone.
//
// A room that is purged is gone from every list in one change, which is on record; its events
// follow in pieces, now or after the next start. Members leave by an event of their own, so that
// their clients hear of it; since when they are out is noted for clients that are away.
//
// Concurrency: any scheduler; one removal of a room at a time.
// Failure:     ApiError; a removal in the background notes why it failed.
// Lifetime:    await `stop` before it dies.
// Spec:        Synapse's admin API, "Delete Room".

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/admin/long_acts.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/sending.hpp"
#include "runtime/wait.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace chancery::admin {

struct RemovalRequest {
  protocol::RoomId room;
  // Makes a room that the members find themselves in, with a message that says why.
  std::optional<protocol::UserId> new_room_user;
  std::string room_name;
  std::string message;
  enum class Block : std::uint8_t { no, yes } block = Block::no;
  // `always`: even when some members could not be taken out.
  enum class Purge : std::uint8_t { no, yes, always } purge = Purge::yes;
};

struct RemovalStatus : ActStatus {
  protocol::RoomId room;
  bool is_purging = false;  // the members are out
  std::vector<protocol::UserId> removed;
  std::vector<protocol::UserId> not_removed;
  std::vector<protocol::RoomAlias> aliases;
  std::optional<protocol::RoomId> new_room;
};

class RoomRemoval {
 public:
  struct Ports {
    rooms::WritePorts& write;
    rooms::Creation& creation;
    rooms::MemberActs& members;
    rooms::Sending& sending;
    rooms::Aliases& aliases;
    accounts::Accounts& accounts;
    accounts::AuditedCommits& commits;
  };
  explicit RoomRemoval(Ports ports)
      : ports_(ports), acts_("room-removal", ports.write.clock, ports.write.random) {}

  // Until it is done. A room that nobody here knows can be blocked; else not_found.
  runtime::Task<RemovalStatus> remove(accounts::Session by, RemovalRequest request);
  // In the background. Returns the id to ask for.
  runtime::Task<std::string> begin(accounts::Session by, RemovalRequest request);
  // Those of the last day.
  [[nodiscard]] const LongActs<RemovalStatus>& acts() const { return acts_; }
  [[nodiscard]] std::vector<RemovalStatus> find_of(const protocol::RoomId& room) const;

  runtime::Task<> set_blocked(accounts::Session by, protocol::RoomId room,
                              RemovalRequest::Block block);
  // Housekeeping: a piece of what a stop of the server interrupted.
  runtime::Task<> sweep();
  runtime::Task<> stop() { co_await acts_.stop(); }

 private:
  using RunningPtr = LongActs<RemovalStatus>::ActPtr;
  runtime::Task<RunningPtr> start(const RemovalRequest& request);
  runtime::Task<> run(accounts::Session by, RemovalRequest request, RunningPtr running);
  runtime::Task<> shut_down(accounts::Session by, const RemovalRequest& request,
                            rooms::RoomPtr room, RunningPtr running);
  runtime::Task<protocol::RoomId> make_new_room(const RemovalRequest& request);
  runtime::Task<> take_out(const RemovalRequest& request, rooms::RoomPtr room, RunningPtr running);
  runtime::Task<> bring_along(const RemovalRequest& request, protocol::UserId member,
                              protocol::RoomId new_room);
  runtime::Task<> move_aliases(accounts::Session by, rooms::RoomPtr room, RunningPtr running);
  runtime::Task<> purge(accounts::Session by, rooms::RoomPtr room);
  runtime::Task<> remove_events(storage::RoomNumber room);

  Ports ports_;
  LongActs<RemovalStatus> acts_;
  runtime::Turnstile one_at_a_time_;
  // Whether the store may hold what is left of a removed room; what an earlier run left, at first.
  std::atomic<bool> has_leftovers_{true};
};

}  // namespace chancery::admin
