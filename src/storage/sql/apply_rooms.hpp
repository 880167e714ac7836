// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How receipts, aliases and directory entries are written.

#include "storage/positions.hpp"
#include "storage/receipts.hpp"
#include "storage/room_directory.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

bool holds(Writer& writer, const RequireAliasAbsent& required);

void apply(Writer& writer, const PutReceipt& put, StreamPosition position);
void apply(Writer& writer, const PutAlias& put, StreamPosition position);
void apply(Writer& writer, const RemoveAlias& remove, StreamPosition position);
void apply(Writer& writer, const SetRoomVisibility& set, StreamPosition position);
void apply(Writer& writer, const SetNetworkVisibility& set, StreamPosition position);

}  // namespace chancery::storage::sql
