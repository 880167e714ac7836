// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/search_modules.hpp"

#include "base/log.hpp"
#include "storage/errors.hpp"

#include <chrono>

namespace chancery::server {

SearchModules::SearchModules(Stores& stores, const Ports& ports)
    : indexer({.rooms = ports.rooms,
               .index = stores.search_index,
               .keys = stores.key_ring,
               .committer = stores.committer,
               .random = ports.random}),
      search({.rooms = ports.rooms,
              .visible = ports.room_modules.visible,
              .aggregations = ports.room_modules.aggregations,
              .index = stores.search_index,
              .keys = stores.key_ring,
              .indexer = indexer}) {}

runtime::Task<> SearchModules::keep_index(runtime::CancelToken cancel) {
  // Nobody waits for it: searches bring their own rooms up to date. A long way behind, as after an
  // upgrade, it still leaves the thread and the committer to others in between.
  constexpr std::size_t kEventsAtOnce = 500;
  constexpr base::Milliseconds kBetween = std::chrono::milliseconds(50);
  constexpr base::Milliseconds kRest = std::chrono::seconds(1);
  while (true) {
    bool is_behind = false;
    try {
      is_behind = co_await indexer.work(kEventsAtOnce);
      is_behind |= co_await indexer.take_out();
    } catch (const std::exception& error) {
      // What this round could not store, a later one will, whatever it was.
      base::log_warn("search_index_not_updated", {{"why", error.what()}});
    }
    co_await runtime::sleep_for(is_behind ? kBetween : kRest, cancel);
  }
}

}  // namespace chancery::server
