// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room directory as the API asks for it and shows it.

#include "api/boundary/call.hpp"
#include "domain/rooms/directory.hpp"

namespace chancery::client {

[[nodiscard]] rooms::DirectoryQuery read_directory_query(const base::JsonObject& body);
[[nodiscard]] base::JsonObject shown_room_json(const rooms::ShownRoom& room);
// With what summaries say besides.
[[nodiscard]] base::JsonObject summary_json(const rooms::ShownRoom& room);
[[nodiscard]] http::Response describe_page(const rooms::DirectoryPage& page);
// M_NOT_FOUND when another server's directory is asked for: there is no federation.
void check_own_server(const rooms::Directory& directory, const boundary::Call& call);

}  // namespace chancery::client
