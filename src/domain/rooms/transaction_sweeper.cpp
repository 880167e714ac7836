// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/transaction_sweeper.hpp"

#include "storage/commit/change.hpp"

#include <utility>

namespace chancery::rooms {

runtime::Task<std::size_t> TransactionSweeper::sweep() {
  std::size_t forgotten = 0;
  if (rests_until_ && ports_.clock.steady_now() < *rests_until_) co_return forgotten;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    const auto found = co_await ports_.events.load_transactions(behind_, kPage);
    storage::ForgetTransactions old{.ids = {}, .before = ports_.clock.now() - kKept};
    for (const auto& [id, at] : found.ids) {
      if (at < old.before) old.ids.push_back(id);
    }
    const std::size_t count = old.ids.size();
    if (count > 0) {
      storage::Change change;  // housekeeping: nobody acts
      change.mutations.emplace_back(std::move(old));
      co_await ports_.committer.commit(std::move(change));
      forgotten += count;
    }
    if (found.ids.size() < kPage) {
      behind_.reset();
      rests_until_ = ports_.clock.steady_now() + kRest;
      co_return forgotten;
    }
    behind_ = found.ids.back().first;
  }
  co_return forgotten;
}

}  // namespace chancery::rooms
