// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Delayed events: what people give to the server to be sent later, unless they think better of it.
//
// Each is sent once, not before its time, by whoever gave it and with the rights that they have
// then; what came due while the server was down is sent when it is up. A state event that somebody
// else has set meanwhile is not overwritten: the delayed one counts as cancelled.
//
// Concurrency: any thread; acts on one of them take turns.
// Failure:     ApiError; StorageError, and then nothing changed.
// Spec:        MSC4140.

#include "domain/rooms/delayed_content.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/transactions.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task_group.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/accounts.hpp"
#include "storage/delayed_events.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::rooms {

class DelayedEvents {
 public:
  static constexpr std::size_t kMostFinalised = 1'000;  // that stay, of one person
  static constexpr base::Milliseconds kKept = std::chrono::hours(24 * 7);

  struct Rules {
    base::Milliseconds longest = std::chrono::hours(24);
    std::size_t most = 100;  // that wait, of one person
  };
  struct Ports {
    WritePorts write;
    Sending& sending;
    storage::DelayedEventStore& store;
    storage::AccountStore& accounts;
  };
  DelayedEvents(Ports ports, Rules rules)
      : ports_(std::move(ports)), rules_(rules), transactions_(ports_.write.rooms.store()) {}

  [[nodiscard]] const Rules& rules() const { return rules_; }

  struct Request {
    protocol::RoomId room;
    std::string type;
    std::optional<std::string> state_key;
    base::JsonObject content;
    std::string transaction;  // "" when it has none
    base::Milliseconds delay{0};
    std::optional<std::int64_t> sticky_for;
    // By which form of the proposal: their errors differ.
    enum class Form : std::uint8_t { query, body } form = Form::query;
  };
  // The id by which to act on it. Whoever knows it may.
  runtime::Task<std::string> schedule(Actor actor, Request request);

  enum class Act : std::uint8_t { send, cancel, restart };
  // `by`: absent for whoever knows the id. M_NOT_FOUND where there is none, or it is another's; 409
  // where it was finalised otherwise.
  runtime::Task<> act(std::string id, std::optional<protocol::UserId> by, Act what);

  struct Shown {
    std::string id;
    DelayedContent content;
    base::Timestamp finalised_at;  // 0: it waits
    std::string event_id;          // "" when none was sent
    std::string error;             // JSON; "" when none was in the way
  };
  // Theirs, those that wait and those that did, by their time to be sent.
  runtime::Task<std::vector<Shown>> load(protocol::UserId user);
  runtime::Task<std::optional<Shown>> find(protocol::UserId user, std::string id);

  // Before the first request.
  runtime::Task<> load_waiting();
  // Sends each when it is due, until cancelled.
  runtime::Task<> send_when_due(runtime::CancelToken cancel);

 private:
  static constexpr std::size_t kMostSending = 16;  // at the same time
  struct Waiting {
    protocol::UserId user;
    storage::RoomNumber room;
    base::Timestamp send_at;
  };
  runtime::Task<std::string> schedule_once(const Actor& actor, Request request,
                                           std::optional<TransactionKey> key);
  void check_limits(const Actor& actor, const Request& request);
  runtime::Task<> put(storage::DelayedEventKey key, storage::RoomNumber room,
                      DelayedContent content, std::vector<storage::Mutation> also);
  runtime::Task<> finalise(storage::DelayedEventKey key, std::string error);
  runtime::Task<protocol::EventId> send(storage::StoredDelayedEvent stored);
  runtime::Task<Actor> actor_of(protocol::UserId user, protocol::DeviceId device);
  runtime::Task<bool> is_overtaken(const storage::StoredDelayedEvent& stored,
                                   const DelayedContent& content);
  struct Due {
    std::string id;
    storage::RoomNumber room;
    base::Timestamp send_at;
  };
  runtime::Task<> spawn_due(runtime::TaskGroup& group, runtime::CancelToken cancel);
  runtime::Task<> try_to_send(Due due);
  runtime::Task<> send_due(std::string id);
  [[nodiscard]] DelayedContent open(const storage::StoredDelayedEvent& stored) const;
  // Absent when its key was destroyed, or it is damaged.
  [[nodiscard]] std::optional<DelayedContent> try_open(
      const storage::StoredDelayedEvent& stored) const;
  runtime::Task<std::optional<Shown>> show(storage::StoredDelayedEvent stored);
  // The next of a room in which none is being sent; absent where enough are.
  [[nodiscard]] std::optional<Due> find_next();
  void note_waiting(const storage::DelayedEventKey& key, storage::RoomNumber room,
                    base::Timestamp send_at);
  void note_finalised(const std::string& id);
  // Tries that one again at `until`.
  void postpone(const std::string& id, base::Timestamp until);

  Ports ports_;
  Rules rules_;
  Transactions transactions_;
  runtime::Turnstiles<protocol::UserId> scheduling_;  // by person
  runtime::Turnstiles<std::string> acting_;           // by id
  runtime::Bell bell_;                                // another may be the next
  std::mutex mutex_;
  std::unordered_map<std::string, Waiting> waiting_;
  std::set<std::pair<base::Timestamp, std::string>> by_time_;
  std::map<protocol::UserId, std::set<std::string>> by_user_;
  std::set<storage::RoomNumber> sending_;  // one at a time in a room: they keep their order
};

}  // namespace chancery::rooms
