// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Receipts as stored: for each room, user, type and thread the event last read.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chancery::storage {

// An unthreaded one takes the place of the user's threaded ones of its type that name no newer
// event: it says as much.
struct PutReceipt {
  RoomNumber room;
  protocol::UserId user;
  std::string type;    // "m.read", "m.read.private"
  std::string thread;  // "": unthreaded; "main", or the id of a thread's root
  protocol::EventId event;
  StreamPosition event_position;
  base::Timestamp at;
};

struct StoredReceipt {
  protocol::UserId user;
  std::string type;
  std::string thread;
  protocol::EventId event;
  StreamPosition event_position;
  base::Timestamp at;
  StreamPosition position;  // when it was put
};

class ReceiptStore {
 public:
  virtual ~ReceiptStore() = default;
  virtual runtime::Task<std::vector<StoredReceipt>> load_receipts(RoomNumber room) = 0;
  // The position of the newest receipt of each room that has any.
  virtual runtime::Task<std::vector<std::pair<RoomNumber, StreamPosition>>>
  load_last_receipts() = 0;
};

}  // namespace chancery::storage
