// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unread counters: what notified each member since they last read, in memory.
//
// A counter is made when somebody first asks, by a scan back to the receipt, and brought up to date
// by the next question: sending a message costs nothing here, and who asks after an
// acknowledgement has the message counted. Receipts, redactions and leaving are taken from the feed
// of committed changes; a counter made under other push rules than today's is made anew. The least
// recently asked go when the budget is used up. What a question costs follows what is new since the
// last one, not how much is unread.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/push/flat_events.hpp"
#include "domain/push/member_view.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/unread_scan.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/unread.hpp"
#include "domain/sync/unread_counter.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::push {

class UnreadCounters final : public sync::UnreadCounter {
 public:
  struct Limits {
    std::size_t memory_bytes = std::size_t{32} * 1'024 * 1'024;
    // Events of a room that are looked at, and so the most that are counted.
    std::size_t most_events = 1'000;
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

  // Shows `look` what is unread now, oldest first. It is called once, at most, and under the lock:
  // quick, and no question back. Not called for who is not joined.
  using Look = std::function<void(const std::vector<UnreadEvent>&)>;
  runtime::Task<> look_at(protocol::UserId user, rooms::RoomPtr room, Look look);

  // Counters in memory.
  [[nodiscard]] std::size_t size() const;

 private:
  // What is unread, and the sums of it.
  struct Unread {
    std::vector<UnreadEvent> events;  // oldest first
    rooms::UnreadCounts counts;

    void add(std::vector<UnreadEvent> newer);
    // Those for which `is_over` holds.
    template <typename IsOver>
    void take_out(IsOver is_over);
    void take_out_read(const ReadMarks& read);
    void keep_newest(std::size_t most);
    void count(const UnreadEvent& event);
    void count_again();
  };
  using Show = std::function<void(const Unread&)>;
  struct Counter {
    std::uint64_t id = 0;
    std::uint64_t rules_version = 0;
    bool is_made = false;
    storage::StreamPosition counted_until;
    Unread unread;
    // The member event may have left memory, and would be read for each message.
    MemberName name;
    ReadMarks ahead;  // receipts since the counter began, for events that it has not seen yet
    std::size_t bytes = 0;
    std::list<std::pair<storage::RoomNumber, protocol::UserId>>::iterator use;
  };
  struct CountersOfRoom {
    std::unordered_map<protocol::UserId, Counter> by_user;
    std::uint64_t redactions = 0;  // since one of them began
  };
  // What a scan starts from; what it finds counts only if nothing changed meanwhile.
  struct Start {
    std::uint64_t id = 0;
    std::uint64_t redactions = 0;
    bool is_made = false;
    storage::StreamPosition counted_until;
    MemberName name;
    bool is_current = false;  // there was nothing to scan, and `show` was called
  };

  runtime::Task<> show_unread(protocol::UserId user, rooms::RoomPtr room, Show show);
  Start begin(const protocol::UserId& user, const rooms::Room& room, std::uint64_t rules_version,
              const Show& show);
  runtime::Task<Scanned> scan(const Start& start, rooms::RoomPtr room, UnreadScan::Range range,
                              const MemberView& view);
  enum class Outcome : std::uint8_t { shown, scan_again };
  Outcome finish(const Start& start, const MemberView& view, const UnreadScan::Range& range,
                 Scanned scanned, const Show& show);

  runtime::Task<> show_afresh(protocol::UserId user, rooms::RoomPtr room, Show show);

  void apply(const storage::CommittedChange& committed);
  void apply(const storage::PutReceipt& receipt);
  void drop(storage::RoomNumber room, const protocol::UserId& user);
  void take_out(storage::RoomNumber room, const std::vector<storage::EventNumber>& gone);

  // Under the lock.
  Counter* find(storage::RoomNumber room, const protocol::UserId& user);
  void erase(storage::RoomNumber room, const protocol::UserId& user);
  void weigh(Counter& counter);
  void trim();

  Ports ports_;
  const Limits limits_;
  FlatEvents flat_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, CountersOfRoom> rooms_;
  std::list<std::pair<storage::RoomNumber, protocol::UserId>> uses_;  // last asked first
  std::size_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace chancery::push
