// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The search modules, put together: the index, who fills it, and who asks it.

#include "domain/search/indexer.hpp"
#include "domain/search/search.hpp"
#include "server/room_modules.hpp"
#include "server/stores.hpp"

namespace chancery::server {

struct SearchModules {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    runtime::Random& random;
  };
  SearchModules(Stores& stores, const Ports& ports);

  // Keeps the index up to date, until cancelled.
  runtime::Task<> keep_index(runtime::CancelToken cancel);

  search::Indexer indexer;
  search::Search search;
};

}  // namespace chancery::server
