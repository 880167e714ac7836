// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The route of server-side search.

#include "api/boundary/route.hpp"
#include "api/client/room_reads/routes.hpp"
#include "domain/search/search.hpp"

#include <vector>

namespace chancery::client {

struct SearchServices {
  search::Search& search;
  RoomReadServices reads;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> search_routes(const SearchServices& services);

// One a file.
[[nodiscard]] boundary::Route search_events(SearchServices services);

}  // namespace chancery::client
