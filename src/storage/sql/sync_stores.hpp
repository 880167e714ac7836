// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Connections of sliding sync, thread subscriptions and stays in removed rooms read from tables.

#include "storage/removed_stays.hpp"
#include "storage/sliding_connections.hpp"
#include "storage/sql/database.hpp"
#include "storage/thread_subscriptions.hpp"

namespace chancery::storage::sql {

class SqlSlidingConnectionStore final : public SlidingConnectionStore {
 public:
  explicit SqlSlidingConnectionStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<std::string>> find_sliding_connection(
      SlidingConnectionKey key) override;

 private:
  Reader& reader_;
};

class SqlThreadSubscriptionStore final : public ThreadSubscriptionStore {
 public:
  explicit SqlThreadSubscriptionStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredThreadSubscription>> find_thread_subscription(
      protocol::UserId user, RoomNumber room, protocol::EventId thread) override;
  runtime::Task<std::vector<StoredThreadSubscription>> load_thread_subscriptions(
      protocol::UserId user, StreamPosition after, StreamPosition until,
      std::size_t limit) override;

 private:
  Reader& reader_;
};

class SqlRemovedStayStore final : public RemovedStayStore {
 public:
  explicit SqlRemovedStayStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<RemovedStay>> load_removed_stays(protocol::UserId user,
                                                             StreamPosition after,
                                                             StreamPosition until) override;
  runtime::Task<std::vector<std::pair<protocol::UserId, StreamPosition>>> load_last_removals()
      override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
