// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/room_receipts.hpp"

namespace chancery::rooms {

RoomReceipts::RoomReceipts(ReceiptsOfRoom rows) {
  for (StoredReceipt& row : rows) put(std::move(row));
}

RoomReceipts::ByOwner::iterator RoomReceipts::erase(ByOwner::iterator receipt) {
  by_position_.erase({receipt->second.position, receipt->first});
  return by_owner_.erase(receipt);
}

void RoomReceipts::put(StoredReceipt receipt) {
  Owner owner{.user = receipt.user, .type = receipt.type, .thread = receipt.thread};
  if (const auto old = by_owner_.find(owner); old != by_owner_.end()) erase(old);
  if (owner.thread.empty()) {
    // The owner's threads follow it in order, since its own name is the shortest.
    auto of_thread = by_owner_.upper_bound(owner);
    while (of_thread != by_owner_.end() && of_thread->first.user == owner.user &&
           of_thread->first.type == owner.type) {
      const bool says_more = of_thread->second.event_position > receipt.event_position;
      of_thread = says_more ? std::next(of_thread) : erase(of_thread);
    }
  }
  by_position_.emplace(receipt.position, owner);
  by_owner_.emplace(std::move(owner), std::move(receipt));
}

bool RoomReceipts::is_said(const storage::PutReceipt& put) const {
  const auto says = [&](const std::string& thread) {
    const auto known = by_owner_.find(Owner{.user = put.user, .type = put.type, .thread = thread});
    return known != by_owner_.end() && known->second.event_position >= put.event_position;
  };
  return says(put.thread) || says("");
}

ReceiptsOfRoom RoomReceipts::since(storage::StreamPosition after) const {
  ReceiptsOfRoom since;
  auto one = by_position_.lower_bound({{after.value + 1}, Owner{}});
  for (; one != by_position_.end(); ++one) since.push_back(by_owner_.at(one->second));
  return since;
}

ReceiptsOfRoom RoomReceipts::of(const protocol::UserId& user) const {
  ReceiptsOfRoom own;
  auto one = by_owner_.lower_bound(Owner{.user = user, .type = {}, .thread = {}});
  for (; one != by_owner_.end() && one->first.user == user; ++one) own.push_back(one->second);
  return own;
}

}  // namespace chancery::rooms
