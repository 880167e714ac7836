// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes by which clients read before /sync was there.
//
// COMPAT: deprecated since r0 of the specification, and still part of it; made of what the newer
// endpoints are made of, with timelines alone: typing, receipts and the like come by /sync.

#include "api/boundary/route.hpp"
#include "api/client/room_reads/routes.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/rooms/directory.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/sync/wake_ups.hpp"

#include <vector>

namespace chancery::client {

struct OldReadServices {
  RoomReadServices reads;
  rooms::VisibleHistory& visible;
  rooms::Directory& directory;
  accounts::AccountData& account_data;
  sync::WakeUps& wake_ups;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> old_read_routes(const OldReadServices& services);

// One a file.
[[nodiscard]] boundary::Route event_by_id(OldReadServices services);
[[nodiscard]] boundary::Route event_stream(OldReadServices services);
[[nodiscard]] boundary::Route initial_sync(OldReadServices services);
[[nodiscard]] boundary::Route room_initial_sync(OldReadServices services);

}  // namespace chancery::client
