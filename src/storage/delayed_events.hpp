// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Delayed events as stored: events that wait to be sent, and for a while what became of them.
//
// What is to be sent is sealed under the keys of whom it belongs to.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

struct DelayedEventKey {
  std::string id;
  protocol::UserId user;
  friend bool operator==(const DelayedEventKey&, const DelayedEventKey&) = default;
};
// What the record of a delayed event is bound to.
[[nodiscard]] inline std::string delayed_event_binding(const DelayedEventKey& key) {
  return "delayed event\n" + key.user.text() + "\n" + key.id;
}

// --- mutations -------------------------------------------------------------------------------

// Adds it; or gives another time and record to the one that waits under that key.
struct PutDelayedEvent {
  DelayedEventKey key;
  RoomNumber room;
  base::Timestamp send_at;
  std::string record;  // storage/record.hpp over what is to be sent, as JSON
};
// It waits no longer: it was sent, or will never be.
struct FinaliseDelayedEvent {
  DelayedEventKey key;
  base::Timestamp at;
  std::string event_id;  // "" when none was sent
  std::string error;     // JSON of the error that was in the way; "" when none was
};
// Those of the user that were finalised before `before`, and all but the newest `most`.
struct ForgetFinalisedDelayedEvents {
  protocol::UserId user;
  base::Timestamp before;
  std::size_t most = 0;
};

// --- preconditions ---------------------------------------------------------------------------

// It still waits.
struct RequireDelayedEvent {
  static constexpr std::string_view kName = "delayed_event";
  DelayedEventKey key;
};

// --- what is read ----------------------------------------------------------------------------

struct StoredDelayedEvent {
  DelayedEventKey key;
  RoomNumber room;
  StreamPosition position;  // when it was first given to us
  base::Timestamp send_at;
  base::Timestamp finalised_at;  // 0: it waits
  std::string event_id;
  std::string error;
  std::string record;
};

class DelayedEventStore {
 public:
  virtual ~DelayedEventStore() = default;
  virtual runtime::Task<std::optional<StoredDelayedEvent>> find_delayed_event(std::string id) = 0;
  // Those that wait and those that do not, in the order of their time to be sent.
  virtual runtime::Task<std::vector<StoredDelayedEvent>> load_delayed_events(
      protocol::UserId user) = 0;
  // Everyone's that wait, without their records, in the order of their time.
  virtual runtime::Task<std::vector<StoredDelayedEvent>> load_waiting_delayed_events() = 0;
};

}  // namespace chancery::storage
