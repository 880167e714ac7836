// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unread counts: how many events of a room notify a user since they last read it.
//
// The counts of a (room, user) are made from the timeline after the receipt when first asked for,
// and kept up by what is committed after that.
//
// Concurrency: any thread.
// Spec: client-server, "Receiving notifications": notification_count, highlight_count, and
// unread_thread_notifications.

#include <cstdint>
#include <map>
#include <string>

namespace chancery::rooms {

struct UnreadCount {
  std::uint64_t notifications = 0;
  std::uint64_t highlights = 0;
  friend bool operator==(const UnreadCount&, const UnreadCount&) = default;
};

struct UnreadCounts {
  UnreadCount whole_room;                      // threads included
  UnreadCount main;                            // without what belongs to threads
  std::map<std::string, UnreadCount> threads;  // by root, those with any
};

}  // namespace chancery::rooms
