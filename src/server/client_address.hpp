// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Client addresses: who a request really is from, where a trusted proxy stands between.

#include "http/outbound_rules.hpp"

#include <string>
#include <string_view>

namespace chancery::server {

// `peer` unless it is a trusted proxy; else the last address of X-Forwarded-For that is none.
// An entry that is no numeric address ends the search: what stands before it may be invented.
[[nodiscard]] std::string find_client_address(std::string_view peer, std::string_view forwarded_for,
                                              const http::DestinationList& trusted);

}  // namespace chancery::server
