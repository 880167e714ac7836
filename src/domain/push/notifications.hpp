// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Notifications: the events that notified a user, of all rooms, newest first.
//
// Nothing is kept for them: the timelines of the rooms that the user is joined to are read
// backwards and put to the user's push rules of today, up to a bound a page.
//
// Concurrency: any thread.
// Failure:     StorageError.
// Spec:        client-server, "Listing notifications".

#include "base/json.hpp"
#include "domain/push/flat_events.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <optional>
#include <vector>

namespace chancery::push {

struct Notification {
  rooms::CachedEventPtr event;
  protocol::RoomId room;
  base::JsonArray actions;
  enum class Read : std::uint8_t { no, yes } read = Read::no;
};

struct NotificationPage {
  std::vector<Notification> notifications;
  std::optional<storage::StreamPosition> next;  // where the next page begins; absent: at the end
};

class Notifications {
 public:
  static constexpr std::size_t kMostScanned = 2'000;  // events a page
  static constexpr std::size_t kMostOnPage = 100;

  struct Ports {
    rooms::Rooms& rooms;
    rooms::Receipts& receipts;
    PushRules& rules;
  };
  explicit Notifications(Ports ports) : ports_(ports) {}

  enum class Only : std::uint8_t { all, highlights };
  struct Request {
    protocol::UserId user;
    storage::StreamPosition until;  // the newest position that counts
    std::size_t limit = 20;
    Only only = Only::all;
  };
  // A page may have fewer than asked for, even none, and yet have a next.
  runtime::Task<NotificationPage> load(Request request);

 private:
  Ports ports_;
  FlatEvents flat_;
};

}  // namespace chancery::push
