// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of syncing.

#include "api/boundary/route.hpp"
#include "domain/accounts/filters.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/sync/sync_engine.hpp"

#include <vector>

namespace chancery::client {

struct SyncServices {
  sync::SyncEngine& engine;
  accounts::Filters& filters;
  accounts::Presence& presence;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> sync_routes(const SyncServices& services);

[[nodiscard]] boundary::Route sync_route(SyncServices services);

}  // namespace chancery::client
