// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How reports, blocks, removals of rooms and exceptions from rates become rows.

#include "storage/administration.hpp"
#include "storage/events.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const AddReport& add, StreamPosition position);
void apply(Writer& writer, const RemoveReport& remove, StreamPosition position);
void apply(Writer& writer, const BlockRoom& block, StreamPosition position);
void apply(Writer& writer, const UnblockRoom& unblock, StreamPosition position);
void apply(Writer& writer, const RemoveRoom& remove, StreamPosition position);
void apply(Writer& writer, const RemoveRoomEvents& remove, StreamPosition position);
void apply(Writer& writer, const PutRateException& put, StreamPosition position);
void apply(Writer& writer, const RemoveRateException& remove, StreamPosition position);
void apply(Writer& writer, const NoteNoticesSender& note, StreamPosition position);

}  // namespace chancery::storage::sql
