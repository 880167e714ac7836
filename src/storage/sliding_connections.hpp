// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Connections of sliding sync as stored: how much of its rooms a client has been told.
//
// They live in memory; one lies here when it had to leave there. It goes with its device.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>

namespace chancery::storage {

struct SlidingConnectionKey {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string connection;  // the client's name for it; may be ""
  friend auto operator<=>(const SlidingConnectionKey&, const SlidingConnectionKey&) = default;
};
// What the record of a connection is bound to.
[[nodiscard]] inline std::string sliding_connection_binding(const SlidingConnectionKey& key) {
  return "sliding_connection\n" + key.user.text() + "\n" + key.device.text() + "\n" +
         key.connection;
}

// --- mutations -------------------------------------------------------------------------------

// Replaces the connection of that key. Of its device the `most` last used stay.
struct PutSlidingConnection {
  SlidingConnectionKey key;
  base::Timestamp used_at;
  std::string record;  // storage/record.hpp
  std::size_t most = 0;
};
struct RemoveSlidingConnection {
  SlidingConnectionKey key;
};
// Those last used before `before`.
struct RemoveOldSlidingConnections {
  base::Timestamp before;
};

// --- what is read ----------------------------------------------------------------------------

class SlidingConnectionStore {
 public:
  virtual ~SlidingConnectionStore() = default;
  // Its record; absent when there is none.
  virtual runtime::Task<std::optional<std::string>> find_sliding_connection(
      SlidingConnectionKey key) = 0;
};

}  // namespace chancery::storage
