// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Delayed events read from tables.

#include "storage/delayed_events.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlDelayedEventStore final : public DelayedEventStore {
 public:
  explicit SqlDelayedEventStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredDelayedEvent>> find_delayed_event(std::string id) override;
  runtime::Task<std::vector<StoredDelayedEvent>> load_delayed_events(
      protocol::UserId user) override;
  runtime::Task<std::vector<StoredDelayedEvent>> load_waiting_delayed_events() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
