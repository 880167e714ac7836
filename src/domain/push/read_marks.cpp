// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/read_marks.hpp"

#include <algorithm>
#include <utility>

namespace chancery::push {

void ReadMarks::note(std::string_view thread, storage::StreamPosition position) {
  if (thread.empty()) {
    all = std::max(all, position);
    return;
  }
  auto found = threads.find(thread);
  if (found == threads.end()) found = threads.emplace(thread, position).first;
  found->second = std::max(found->second, position);
}

void ReadMarks::note(const ReadMarks& others) {
  note("", others.all);
  for (const auto& [thread, position] : others.threads) note(thread, position);
}

bool ReadMarks::cover(std::string_view thread, storage::StreamPosition position) const {
  if (position <= all) return true;
  const auto found = threads.find(thread);
  return found != threads.end() && position <= found->second;
}

runtime::Task<ReadMarks> load_read_marks(rooms::Receipts& receipts, storage::RoomNumber room,
                                         protocol::UserId user) {
  ReadMarks marks;
  const rooms::ReceiptsOfRoom own = co_await receipts.load_of(room, std::move(user));
  for (const storage::StoredReceipt& receipt : own) {
    if (is_read_receipt(receipt.type)) marks.note(receipt.thread, receipt.event_position);
  }
  co_return marks;
}

bool is_read_receipt(std::string_view type) { return type == "m.read" || type == "m.read.private"; }

}  // namespace chancery::push
