// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The latest events of a room, ready for the push rules of all its members.
//
// What a message says to the rules that everyone starts with, which thread it is in, what its
// sender may do: worked out once, by whoever asks first. A few events, none of them long: whoever
// has not looked for longer than that reads the timeline.
//
// Concurrency: immutable; share between threads.
// Failure:     StorageError.

#include "domain/push/flat_events.hpp"
#include "domain/push/member_view.hpp"
#include "domain/push/unread_list.hpp"
#include "domain/rooms/rooms.hpp"
#include "protocol/push_evaluation.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chancery::push {

// An event in its room as it was then.
struct LatestEvent {
  LatestEvent(rooms::CachedEventPtr of, std::shared_ptr<const FlatMessage> flattened,
              RoomView in_room, std::string in_thread);

  // What the rules of a member say. Requires: somebody else sent it. Valid as long as the rules.
  [[nodiscard]] const protocol::PushOutcome& evaluate(const RulesInForce& rules,
                                                      const MemberName& name) const;

  rooms::CachedEventPtr event;
  std::shared_ptr<const FlatMessage> flat;
  RoomView room;
  std::string thread;                   // as receipts name it
  std::optional<std::string> root;      // of the thread that it says itself that it is in
  protocol::SharedPushAnswers answers;  // refers to `flat` and `room`
};

class LatestEvents {
 public:
  static constexpr std::size_t kMostEvents = 8;
  static constexpr std::size_t kMostBytes = std::size_t{8} * 1'024;  // of their texts

  struct Start {
    storage::StreamPosition after;               // nothing before this is wanted
    std::shared_ptr<const LatestEvents> before;  // as they were known; null: not at all
  };
  static runtime::Task<std::shared_ptr<const LatestEvents>> load(rooms::Rooms& rooms,
                                                                 FlatEvents& flat,
                                                                 rooms::RoomPtr room, Start start);

  // These are all events of the room with after < position ≤ until, oldest first.
  [[nodiscard]] storage::StreamPosition after() const { return after_; }
  [[nodiscard]] storage::StreamPosition until() const { return until_; }
  [[nodiscard]] const std::vector<std::shared_ptr<const LatestEvent>>& events() const {
    return events_;
  }

 private:
  // Before those that are there; false where it has no place any more.
  bool prepend(std::shared_ptr<const LatestEvent> older);

  storage::StreamPosition after_;
  storage::StreamPosition until_;
  std::vector<std::shared_ptr<const LatestEvent>> events_;
  std::size_t bytes_ = 0;
};

}  // namespace chancery::push
