// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push queues: what each pusher has not been told of yet, and the telling.
//
// A queue for each pusher, a task for each queue that has something. What fails is tried again,
// later each time; meanwhile a room's older notices give way to its newest, and beyond a bound the
// oldest are dropped. What was read, redacted or left before its turn is not told.
//
// Concurrency: none; everything on one scheduler.
// Failure:     StorageError from `add`; what fails in a queue is tried again there.
// Lifetime:    await `stop` before it dies.

#include "domain/push/badges.hpp"
#include "domain/push/mail_digests.hpp"
#include "domain/push/notice.hpp"
#include "domain/push/push_gateway.hpp"
#include "domain/push/push_message.hpp"
#include "domain/push/pushers.hpp"
#include "domain/push/slots.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/visible_history.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::push {

class PushQueues {
 public:
  static constexpr std::size_t kMostWaiting = 100;  // of one pusher
  // A notice that could not be told for so long is of no use to anyone.
  static constexpr std::chrono::hours kLongestWait{24};
  static constexpr base::Milliseconds kFirstRetry = std::chrono::seconds(2);
  static constexpr base::Milliseconds kLastRetry = std::chrono::hours(1);
  // By mail what is still unread after a while is told, and then less and less often.
  static constexpr base::Milliseconds kMailDelay = std::chrono::minutes(10);
  static constexpr base::Milliseconds kLongestMailPause = std::chrono::hours(24);
  static constexpr base::Milliseconds kMailRest = std::chrono::hours(12);  // begins anew after
  // Receipts come in bursts.
  static constexpr base::Milliseconds kBadgeDelay = std::chrono::seconds(1);

  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    Pushers& pushers;
    UnreadCounters& counters;
    http::Outbound& outbound;
    MailDigests& digests;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  struct Rules {
    Content content = Content::withheld;
    Slots::Limits slots;
  };
  PushQueues(Ports ports, Rules rules);

  // For every pusher of the person, or for the one named.
  runtime::Task<> add(protocol::UserId user, Notice notice,
                      std::optional<storage::PusherKey> only = std::nullopt);
  // Less may be unread than the person's pushers were told.
  runtime::Task<> refresh_badge(protocol::UserId user);
  // Their pushers are others now.
  void forget_pushers(const protocol::UserId& user);
  // Pushers of that key that belong to others went.
  void take_over(const storage::PusherKey& key);
  [[nodiscard]] Badges& badges() { return badges_; }

  // Where queues stand that are stored as standing elsewhere.
  [[nodiscard]] std::vector<storage::SetPusherBehind> moved_positions() const;
  void note_stored(const std::vector<storage::SetPusherBehind>& positions);
  // At the start: as it is stored.
  runtime::Task<> put_position(storage::SetPusherBehind stored);
  // Notices that wait or are under way.
  [[nodiscard]] std::size_t waiting() const;

  runtime::Task<> stop() { co_await group_.stop(); }

 private:
  struct Queue {
    storage::PusherKey key;
    Pusher pusher;
    std::deque<Notice> waiting;  // oldest first
    std::optional<Notice> under_way;
    bool wants_badge = false;
    std::optional<BadgeCounts> told;     // absent: not known
    std::optional<BadgeCounts> telling;  // by what is under way
    unsigned failures = 0;               // since the last success
    runtime::SteadyTime not_before;
    base::Milliseconds mail_pause{0};  // after the last mail
    runtime::Bell bell;
    enum class Stage : std::uint8_t { idle, running, gone } stage = Stage::idle;
    storage::StreamPosition stored_at;  // behind_after, as it is stored

    [[nodiscard]] bool has_work() const { return !waiting.empty() || wants_badge; }
    [[nodiscard]] storage::StreamPosition behind_after() const;
  };
  using QueuePtr = std::shared_ptr<Queue>;
  using Queues = std::vector<QueuePtr>;
  struct Person {
    Queues queues;
    bool is_current = false;    // the pushers are as stored
    std::uint64_t changes = 0;  // of what is stored, as far as it was told

    void note_change() {
      ++changes;
      is_current = false;
    }
  };

  runtime::Task<Queues> load_queues(protocol::UserId user);
  static void match(Person& person, const protocol::UserId& user, std::vector<Pusher> pushers);
  void put(Queue& queue, Notice notice) const;
  void wake(const QueuePtr& queue);
  static void drop(Queue& queue);
  // Whether its pusher is there and switched on, as far as is known, and as it is stored: it may
  // have gone while others were told.
  [[nodiscard]] static bool is_wanted(const Queue& queue);
  runtime::Task<bool> look_whether_wanted(QueuePtr queue);

  runtime::Task<> drain(QueuePtr queue);
  runtime::Task<> rest(QueuePtr queue);
  runtime::Task<> tell_next(QueuePtr queue);
  runtime::Task<> tell_badge(QueuePtr queue);
  runtime::Task<> tell_by_mail(QueuePtr queue);
  // Absent when it need not be told any more.
  runtime::Task<std::optional<base::JsonObject>> compose(QueuePtr queue, Notice notice);
  runtime::Task<bool> still_stands(protocol::UserId user, rooms::RoomPtr room, Notice notice);
  runtime::Task<std::string> read_state(rooms::RoomPtr room, std::string type, std::string key,
                                        std::string member);
  runtime::Task<> settle(QueuePtr queue, Delivery delivery);
  void back_off(Queue& queue, std::chrono::seconds at_least) const;
  void take_failed_back(Queue& queue) const;

  Ports ports_;
  Rules rules_;
  PushGateway gateway_;
  Badges badges_;
  Slots slots_;
  std::unordered_map<protocol::UserId, Person> people_;
  std::set<QueuePtr> active_;  // that run, or are not stored as done
  runtime::TaskGroup group_{"push queues"};
};

}  // namespace chancery::push
