// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sliding sync engine: answers with what a connection's client does not know yet, at once when
// there is any of it, or when some comes, or at the end of the client's patience.
//
// Of the rooms that its lists show, only those are looked at where something happened since the
// last answer; all of them only when the client asks for others than before, or when it changed
// which rooms its lists hold. An answer that grows too large leaves the rest for the next.
//
// Concurrency: any scheduler. Of two requests on one connection the newer one goes on; the older
//              one is answered with nothing, at its own position.
// Spec: MSC4186.

#include "domain/sync/removed_rooms.hpp"
#include "domain/sync/sliding_connections.hpp"
#include "domain/sync/sliding_extensions.hpp"
#include "domain/sync/sliding_lists.hpp"
#include "domain/sync/sliding_rooms.hpp"
#include "domain/sync/wake_ups.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace chancery::sync {

class SlidingEngine {
 public:
  struct Ports {
    storage::CommittedChanges& feed;
    rooms::Memberships& memberships;
    rooms::Typing& typing;
    ChangedRooms& changed_rooms;
    RemovedRooms& removed_rooms;
    SlidingConnections& connections;
    SlidingLists& lists;
    SlidingRooms& rooms;
    SlidingExtensions& extensions;
    SentMembers& sent_members;
    WakeUps& wake_ups;
    runtime::Clock& clock;
  };
  // Of one answer: what is over is left for the next.
  struct Limits {
    std::size_t most_bytes = std::size_t{8} * 1024 * 1024;
    std::size_t most_rooms = 2'000;
  };
  explicit SlidingEngine(Ports ports) : SlidingEngine(ports, Limits()) {}
  SlidingEngine(Ports ports, Limits limits) : ports_(ports), limits_(limits) {}

  // The answer's body. Throws ApiError unknown_pos; Cancelled when the client goes.
  runtime::Task<std::string> sync(SlidingRequest request);

 private:
  struct Question {
    const SlidingRequest& request;
    SlidingConnectionPtr connection;
    std::uint64_t request_number = 0;
    SlidingPos from;
    bool is_first = false;  // of its connection
  };
  struct Answer {
    std::string body;
    bool has_news = false;
    Telling telling;
  };
  runtime::Task<SlidingConnectionPtr> open(const SlidingRequest& request,
                                           const std::optional<SlidingPos>& from);
  runtime::Task<Answer> answer(const Question& question);
  // `typing`: since what the client was told of it.
  [[nodiscard]] std::vector<RoomWanted> choose_rooms(const Question& question, const Moment& moment,
                                                     const rooms::Typing::Changes& typing) const;
  [[nodiscard]] bool must_look_at_all(const Question& question) const;
  // Notes what the client shows to have got. Throws ApiError unknown_pos.
  void settle(const Question& question);
  [[nodiscard]] bool has_patience(const Question& question, runtime::SteadyTime deadline) const;
  // Whether nothing at all has happened since what the client was told last, so that there is
  // nothing to look for. False says nothing. Requires: the question is settled.
  [[nodiscard]] bool is_up_to_date(const Question& question) const;
  // Appends the members of `rooms`. Returns whether there are any.
  runtime::Task<bool> tell_rooms(std::string& out, const SlidingAnswer& answer,
                                 const std::vector<RoomWanted>& wanted, TellingDraft& draft);
  // The same of rooms that are no more; all of them, for each takes little.
  runtime::Task<bool> tell_removed_rooms(std::string& out, const SlidingAnswer& answer,
                                         TellingDraft& draft);
  [[nodiscard]] std::string empty_answer(const Question& question) const;

  Ports ports_;
  const Limits limits_;
};

}  // namespace chancery::sync
