// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push delivery: tells people's pushers of what notifies them.
//
// It follows the feed, so that nothing is told before it was acknowledged; asks the unread counters
// what is new for each member with a pusher, so that rules are evaluated once for both; and puts it
// into the queues. Every few seconds it stores how far it came, and a restart goes on there:
// nothing is lost, and only what was told since the last time is told twice.
//
// Concurrency: `run` on one scheduler; its feed on any thread.
// Lifetime:    `run` until it is cancelled, then await `stop`.

#include "domain/push/push_news.hpp"
#include "domain/push/push_queues.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/rooms/visible_history.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace chancery::push {

class PushDelivery {
 public:
  static constexpr base::Milliseconds kSaveEvery = std::chrono::seconds(5);
  static constexpr base::Milliseconds kPauseAfterFailure = std::chrono::seconds(2);

  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    PushRules& rules;
    UnreadCounters& counters;
    storage::PusherStore& store;
    storage::Committer& committer;
    runtime::Clock& clock;
  };
  // Adds a follower to the feed.
  PushDelivery(Ports ports, PushQueues& queues);

  // Tells, until cancelled.
  runtime::Task<> run(runtime::CancelToken cancel);
  // After `run` has ended: stores how far it came.
  runtime::Task<> stop();

 private:
  using Only = std::optional<storage::PusherKey>;
  using Span = UnreadCounters::Span;
  runtime::Task<bool> work(runtime::CancelToken cancel);
  runtime::Task<> start();
  runtime::Task<> catch_up(storage::StoredPusher pusher);
  runtime::Task<> tell_pending(runtime::CancelToken cancel);
  runtime::Task<> tell_room(storage::RoomNumber number, News::OfRoom news);
  runtime::Task<std::size_t> tell_member(protocol::UserId user, rooms::RoomPtr room, Span span,
                                         Only only);
  runtime::Task<> tell_invite(News::Invite invite, Only only);
  void skip_pending();
  [[nodiscard]] bool needs_saving() const;
  runtime::Task<> save();

  Ports ports_;
  PushQueues& queues_;
  PushNews news_;
  FlatEvents flat_;
  News pending_;  // taken, and not told yet
  std::unordered_map<storage::RoomNumber, storage::StreamPosition> told_until_;
  storage::StreamPosition evaluated_until_;
  runtime::SteadyTime save_at_ = runtime::SteadyTime::max();
  enum class Stage : std::uint8_t { loading, following } stage_ = Stage::loading;
  bool has_moved_ = false;  // since it was stored how far
};

}  // namespace chancery::push
