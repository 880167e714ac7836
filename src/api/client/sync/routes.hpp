// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of syncing, and of the threads that a user follows.

#include "api/boundary/route.hpp"
#include "domain/accounts/filters.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "domain/sync/sliding_engine.hpp"
#include "domain/sync/sync_engine.hpp"

#include <vector>

namespace chancery::client {

struct SyncServices {
  sync::SyncEngine& engine;
  sync::SlidingEngine& sliding;
  accounts::Filters& filters;
  accounts::Presence& presence;
  rooms::ThreadSubscriptions& threads;
  storage::CommittedChanges& feed;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> sync_routes(const SyncServices& services);

[[nodiscard]] boundary::Route sync_route(SyncServices services);
[[nodiscard]] boundary::Route sliding_sync_route(SyncServices services);
[[nodiscard]] boundary::Route simplified_sliding_sync_route(SyncServices services);
[[nodiscard]] std::vector<boundary::Route> thread_subscription_routes(SyncServices services);
[[nodiscard]] boundary::Route thread_subscriptions_route(SyncServices services);

}  // namespace chancery::client
