// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sticky events of a sliding answer: of every room that the client's lists hold, in their
// windows or not, and of those it subscribes to.
//
// The client goes on by a token of its own, as with messages to devices: what is behind it is told
// until it comes back, the oldest first. What the answer's timelines show is not told beside them.
// Of a room that the person came into since then all is told, however much.
//
// Concurrency: any thread; the connection's turn is held.
// Spec: MSC4480, MSC4354.

#include "domain/accounts/ignored_users.hpp"
#include "domain/rooms/sticky_events.hpp"
#include "domain/sync/sliding_rooms.hpp"
#include "domain/sync/telling_draft.hpp"

#include <string>
#include <vector>

namespace chancery::sync {

class SlidingSticky {
 public:
  struct Ports {
    rooms::Memberships& memberships;
    rooms::StickyEvents& sticky;
    accounts::IgnoredUsers& ignored;
  };
  explicit SlidingSticky(Ports ports) : ports_(ports) {}

  // Appends the extension where it is asked for. Returns whether it is news.
  runtime::Task<bool> add(std::string& out, const SlidingAnswer& answer, const TellingDraft& draft);

 private:
  struct Found {
    rooms::CachedEventPtr event;
    const rooms::UserRoom* room = nullptr;
    bool is_backlog = false;  // of a room that the person came into since
  };
  runtime::Task<std::vector<Found>> find(const SlidingAnswer& answer,
                                         const rooms::CurrentRooms& own,
                                         storage::StreamPosition after);

  Ports ports_;
};

}  // namespace chancery::sync
