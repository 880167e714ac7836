// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Search over a RoomHouse, for tests.
//
// Requires: linked with chancery_search, chancery_rooms, chancery_sqlite, chancery_test_support.

#include "domain/search/indexer.hpp"
#include "domain/search/search.hpp"
#include "storage/sql/search_index_store.hpp"
#include "tests/support/room_house.hpp"
#include "tests/support/seeded_random.hpp"

#include <memory>

namespace chancery::support {

// What is in memory while a server runs. Made again after RoomHouse::restart.
struct SearchServices {
  explicit SearchServices(RoomHouse& house)
      : index(house.store().reader()),
        indexer({.rooms = house->rooms,
                 .index = index,
                 .keys = house->keys,
                 .committer = house.store().committer(),
                 .random = random}),
        search({.rooms = house->rooms,
                .visible = house->visible,
                .aggregations = house->aggregations,
                .index = index,
                .keys = house->keys,
                .indexer = indexer}) {
    house.run(indexer.load());
  }

  SeededRandom random;
  storage::sql::SqlSearchIndexStore index;
  search::Indexer indexer;
  search::Search search;
};

}  // namespace chancery::support
