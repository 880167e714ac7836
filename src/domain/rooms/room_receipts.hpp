// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The receipts of one room in memory: by whose they are, and by when they came.
//
// A receipt without a thread says more than those of the same user for threads that name nothing
// newer: they go when it comes, and say nothing when they come after it.
//
// Concurrency: one task at a time.

#include "storage/receipts.hpp"

#include <compare>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chancery::rooms {

using storage::StoredReceipt;
using ReceiptsOfRoom = std::vector<StoredReceipt>;

class RoomReceipts {
 public:
  explicit RoomReceipts(ReceiptsOfRoom rows);

  // In the place of the one that the user had of that type for that thread. O(log n).
  void put(StoredReceipt receipt);
  // Whether the user has said as much before, or more.
  [[nodiscard]] bool is_said(const storage::PutReceipt& put) const;
  // Those with a position after `after`, oldest first.
  [[nodiscard]] ReceiptsOfRoom since(storage::StreamPosition after) const;
  [[nodiscard]] ReceiptsOfRoom of(const protocol::UserId& user) const;
  [[nodiscard]] std::size_t size() const { return by_owner_.size(); }

 private:
  struct Owner {
    protocol::UserId user;
    std::string type;
    std::string thread;  // "": unthreaded
    friend auto operator<=>(const Owner&, const Owner&) = default;
  };
  using ByOwner = std::map<Owner, StoredReceipt>;
  ByOwner::iterator erase(ByOwner::iterator receipt);

  ByOwner by_owner_;
  std::set<std::pair<storage::StreamPosition, Owner>> by_position_;
};

}  // namespace chancery::rooms
