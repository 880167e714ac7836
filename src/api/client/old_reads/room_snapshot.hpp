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

namespace chancery::client {

struct SnapshotWanted {
  rooms::Reading::View view;
  std::optional<rooms::Membership> membership;
  std::size_t limit = 0;  // messages
};
// As JSON.
runtime::Task<std::string> room_snapshot(OldReadServices services, SnapshotWanted wanted,
                                         rooms::ClientView viewer);

// What the user keeps of `room` ("" for the account), as a list.
runtime::Task<std::string> account_data_list(OldReadServices services, protocol::UserId user,
                                             std::string room);

// `limit` of the request.
[[nodiscard]] std::size_t read_message_limit(const boundary::Call& call);

}  // namespace chancery::client
