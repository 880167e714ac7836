// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unread counters: what notified each member since they last read, in memory.
//
// A counter is made when somebody first asks, by a scan back to the receipt, and brought up to date
// by the next question: who asks after an acknowledgement has the message counted. The first who
// asks has what is new made ready for all members (LatestEvents), who are then told at once.
// Receipts, redactions and leaving are taken from the feed of committed changes; a counter made
// under other push rules than today's is made anew. Those not asked for lately go when the budget
// is used up. What a question costs follows what is new since the last one.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/push/flat_events.hpp"
#include "domain/push/latest_events.hpp"
#include "domain/push/member_view.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/unread_list.hpp"
#include "domain/push/unread_scan.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/unread.hpp"
#include "domain/sync/unread_counter.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::push {

class UnreadCounters final : public sync::UnreadCounter {
 public:
  struct Limits {
    std::size_t memory_bytes = std::size_t{32} * 1'024 * 1'024;
    // Events of a room that are looked at, and so the most that are counted.
    std::size_t most_events = 1'000;
    // Rooms whose latest events are kept ready for everybody; 0: each member's are looked at alone.
    std::size_t rooms_at_hand = 128;
  };
  // Make it after the others: its reader of the feed must come after theirs.
  struct Ports {
    rooms::Rooms& rooms;
    rooms::Receipts& receipts;
    PushRules& rules;
    storage::CommittedChanges& feed;  // a reader is added
  };
  explicit UnreadCounters(Ports ports) : UnreadCounters(ports, Limits()) {}
  UnreadCounters(Ports ports, Limits limits);

  // Nothing for who is not joined.
  runtime::Task<rooms::UnreadCounts> count(protocol::UserId user, rooms::RoomPtr room) override;

  // The same, where the counter and what is new in the room are in memory.
  [[nodiscard]] std::optional<rooms::UnreadCounts> find_at_hand(const protocol::UserId& user,
                                                                const rooms::Room& room) override;

  struct Sums {
    std::uint64_t unread = 0;
    std::uint64_t calls = 0;  // among them
  };
  // None for who is not joined, as in the two below.
  runtime::Task<Sums> sum(protocol::UserId user, rooms::RoomPtr room);
  runtime::Task<bool> is_unread(protocol::UserId user, rooms::RoomPtr room,
                                storage::EventNumber event);
  // Positions after < p ≤ until.
  struct Span {
    storage::StreamPosition after;
    storage::StreamPosition until;
  };
  // What is unread there, oldest first.
  runtime::Task<std::vector<UnreadEvent>> load_unread(protocol::UserId user, rooms::RoomPtr room,
                                                      Span span);

  // Counters in memory.
  [[nodiscard]] std::size_t size() const;

 private:
  // Called once, at most, and under the lock.
  using Show = std::function<void(const UnreadList&)>;
  using Uses = std::list<std::pair<storage::RoomNumber, protocol::UserId>>;
  struct Counter {
    std::uint64_t id = 0;
    bool is_made = false;
    bool was_used = false;  // since it was last considered to go
    storage::StreamPosition counted_until;
    std::uint64_t rules_version = 0;
    std::uint64_t rules_change = 0;  // PushRules::changes_near, before `rules` were asked for
    RulesInForce rules;
    UnreadList unread;
    // The member event may have left memory, and would be read for each message.
    MemberName name;
    ReadMarks ahead;  // receipts since the counter began, for events that it has not seen yet
    std::size_t rules_bytes = 0;
    std::size_t bytes = 0;
    Uses::iterator use;
  };
  struct CountersOfRoom {
    std::unordered_map<protocol::UserId, Counter> by_user;
    std::uint64_t redactions = 0;                      // since one of them began
    std::shared_ptr<const LatestEvents> latest;        // null: not ready
    std::list<storage::RoomNumber>::iterator at_hand;  // valid while they are
  };
  // The rules of a user, and what PushRules::changes_near said before.
  struct CurrentRules {
    RulesInForce rules;
    std::uint64_t change = 0;
  };
  // What a scan starts from; what it finds counts only if nothing changed meanwhile.
  struct Start {
    std::uint64_t id = 0;
    std::uint64_t redactions = 0;
    bool is_made = false;
    storage::StreamPosition counted_until;
    MemberName name;
    enum class Next : std::uint8_t {
      nothing,     // who asks is not joined, or `show` was called
      make_ready,  // the latest events, for all members
      scan,
    };
    Next next = Next::scan;
    std::shared_ptr<const LatestEvents> latest;  // as far as they are ready
  };

  // False when that takes more than is at hand.
  template <typename ShowIt>
  bool show_at_hand(const protocol::UserId& user, const rooms::Room& room, const ShowIt& show);
  runtime::Task<> show_unread(protocol::UserId user, rooms::RoomPtr room, Show show);
  Start begin(const protocol::UserId& user, const rooms::Room& room, const CurrentRules& current,
              const Show& show);
  runtime::Task<> make_ready(Start start, protocol::UserId user, rooms::RoomPtr room);
  runtime::Task<Scanned> scan(const Start& start, rooms::RoomPtr room, UnreadScan::Range range,
                              const MemberView& view);
  enum class Outcome : std::uint8_t { shown, scan_again };
  Outcome finish(const Start& start, const MemberView& view, const UnreadScan::Range& range,
                 Scanned scanned, const Show& show);

  runtime::Task<> show_afresh(protocol::UserId user, rooms::RoomPtr room, Show show);

  void apply(const storage::CommittedChange& committed);
  void apply(const storage::PutReceipt& receipt);
  void drop(storage::RoomNumber room, const protocol::UserId& user);
  void drop(storage::RoomNumber room);
  void take_out(storage::RoomNumber room, const std::vector<storage::EventNumber>& gone);

  // Under the lock.
  Counter* find(storage::RoomNumber room, const protocol::UserId& user);
  Counter& make(storage::RoomNumber room, const protocol::UserId& user);
  void erase(storage::RoomNumber room, const protocol::UserId& user);
  bool is_as_begun(const Start& start, storage::RoomNumber room, const Counter* counter) const;
  // False when an event of `latest` is about the member.
  static bool may_catch_up(const Counter& counter, const protocol::UserId& user,
                           const LatestEvents& latest);
  void catch_up(Counter& counter, const protocol::UserId& user, const LatestEvents& latest);
  void keep_ready(storage::RoomNumber room, std::shared_ptr<const LatestEvents> latest);
  void forget_ready(CountersOfRoom& counters);
  void note_counted(Counter& counter, storage::StreamPosition until);
  void weigh(Counter& counter);
  void trim();

  Ports ports_;
  const Limits limits_;
  FlatEvents flat_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, CountersOfRoom> rooms_;
  Uses uses_;                               // newest first; asking gives another round
  std::list<storage::RoomNumber> at_hand_;  // rooms whose latest events are ready, newest first
  std::size_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace chancery::push
