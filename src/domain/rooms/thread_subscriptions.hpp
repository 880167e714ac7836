// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thread subscriptions: which threads a person follows, by their own choice or because they were
// mentioned there.
//
// A client subscribes automatically because of an event of the thread. Who has unsubscribed since
// that event is not subscribed again by it, whatever order their clients come in.
//
// Concurrency: any thread.
// Failure:     ApiError not_found, not_in_thread, conflicting_unsubscription; StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.
// Spec:        MSC4306, MSC4308.

#include "domain/rooms/actor.hpp"
#include "domain/rooms/reading.hpp"
#include "domain/rooms/write_ports.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/thread_subscriptions.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chancery::rooms {

class ThreadSubscriptions {
 public:
  static constexpr std::size_t kMostOnPage = 100;
  static constexpr std::size_t kMostFollowed = 10'000;  // of one person, that notifications know

  // Adds a reader to the feed.
  ThreadSubscriptions(WritePorts ports, storage::ThreadSubscriptionStore& store, Reading& reading);

  struct Thread {
    protocol::RoomId room;
    protocol::EventId root;
  };
  // By hand; with `cause` automatically, because of that event.
  runtime::Task<> subscribe(Actor actor, Thread thread, std::optional<protocol::EventId> cause);
  runtime::Task<> unsubscribe(Actor actor, Thread thread);
  // Throws not_found when there is none.
  runtime::Task<storage::ThreadFollowing> get(Actor actor, Thread thread);

  struct Range {
    storage::StreamPosition after;
    storage::StreamPosition until;
    std::size_t limit = 0;
  };
  struct Page {
    std::vector<storage::StoredThreadSubscription> changes;  // newest first
    // There are more in the range, up to here.
    std::optional<storage::StreamPosition> before;
  };
  // At once, without asking the store, when nothing changed since the server started.
  runtime::Task<Page> load_changed(protocol::UserId user, Range range);
  // `"subscribed":{…},"unsubscribed":{…}`, each where there is any.
  void append_changes(std::string& out, const Page& page);

  // The roots of the threads that `user` follows; null: none.
  runtime::Task<std::shared_ptr<const std::unordered_set<std::string>>> load_followed(
      protocol::UserId user);

 private:
  runtime::Task<storage::RoomNumber> find_root(const Actor& actor, const Thread& thread);
  runtime::Task<> put(const Actor& actor, const Thread& thread, storage::PutThreadSubscription row);
  [[nodiscard]] bool may_have_changed(const protocol::UserId& user,
                                      storage::StreamPosition after) const;

  WritePorts ports_;
  storage::ThreadSubscriptionStore& store_;
  Reading& reading_;
  storage::StreamPosition started_at_;
  runtime::Turnstiles<protocol::UserId> turns_;  // one change of a person's at a time
  mutable std::mutex mutex_;
  std::unordered_map<protocol::UserId, storage::StreamPosition> changed_;
};

// A place among a person's changes, as clients carry it around: everything up to there.
[[nodiscard]] std::string thread_changes_token(storage::StreamPosition until);
// Absent when it is none of ours.
[[nodiscard]] std::optional<storage::StreamPosition> parse_thread_changes_token(
    std::string_view text);

}  // namespace chancery::rooms
