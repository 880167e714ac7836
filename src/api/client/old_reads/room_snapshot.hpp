// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A room as the old endpoints show it whole: newest messages, state, and what its viewer keeps of
// it.
//
// Spec: client-server, `RoomInfo` of GET /rooms/{roomId}/initialSync.

#include "api/boundary/call.hpp"
#include "api/client/old_reads/routes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::client {

struct SnapshotWanted {
  rooms::Reading::View view;
  std::optional<rooms::Membership> membership;
  std::size_t limit = 0;  // messages
};
// As JSON. `account_data`: the viewer's, of all rooms.
runtime::Task<std::string> room_snapshot(OldReadServices services, SnapshotWanted wanted,
                                         std::vector<accounts::AccountDataItem> account_data,
                                         rooms::ClientView viewer);

// Those items of `room` ("" for the account's) as a list.
[[nodiscard]] std::string account_data_list(const std::vector<accounts::AccountDataItem>& items,
                                            std::string_view room);
runtime::Task<std::vector<accounts::AccountDataItem>> load_account_data(
    const OldReadServices& services, protocol::UserId user);

// `limit` of the request.
[[nodiscard]] std::size_t read_message_limit(const boundary::Call& call);

}  // namespace chancery::client
