// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Read marks: up to where one user has read a room and each of its threads.
//
// Spec: client-server, "Threaded read receipts": a receipt without a thread covers everything up to
// its event, one with a thread (or "main") what belongs to that thread.

#include "domain/rooms/receipts.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <map>
#include <string>
#include <string_view>

namespace chancery::push {

struct ReadMarks {
  storage::StreamPosition all;
  std::map<std::string, storage::StreamPosition, std::less<>> threads;

  // `thread` "": all of them. Marks only move forwards.
  void note(std::string_view thread, storage::StreamPosition position);
  void note(const ReadMarks& others);
  [[nodiscard]] bool cover(std::string_view thread, storage::StreamPosition position) const;
};

// What the receipts of `user` say, public and private.
runtime::Task<ReadMarks> load_read_marks(rooms::Receipts& receipts, storage::RoomNumber room,
                                         protocol::UserId user);
// Whether receipts of that type say what is read.
[[nodiscard]] bool is_read_receipt(std::string_view type);

}  // namespace chancery::push
