// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Key backups as the API writes them.

#include "api/boundary/call.hpp"
#include "domain/devices/key_backups.hpp"

#include <string>
#include <vector>

namespace chancery::client {

// The `version` parameter. M_MISSING_PARAM without it.
[[nodiscard]] std::string backup_version(const boundary::Call& call);
[[nodiscard]] http::Response describe_backup(const storage::StoredKeyBackup& backup);
[[nodiscard]] http::Response describe_stored(const devices::KeyBackups::Stored& stored);

// {"rooms": {room: {"sessions": …}}}
[[nodiscard]] http::Response rooms_response(const std::vector<storage::BackedUpSession>& sessions);
// {"sessions": {session: …}}
[[nodiscard]] http::Response sessions_response(
    const std::vector<storage::BackedUpSession>& sessions);
// The one session; M_NOT_FOUND without it.
[[nodiscard]] http::Response session_response(
    const std::vector<storage::BackedUpSession>& sessions);

}  // namespace chancery::client
