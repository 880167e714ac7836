// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of rooms, events and memberships become rows.

#include "storage/events.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

bool holds(Writer& writer, const RequireRoomAbsent& required);
bool holds(Writer& writer, const RequireRoomPresent& required);
bool holds(Writer& writer, const RequireRoomHead& required);

void apply(Writer& writer, const AppendEvent& append, StreamPosition position);
void apply(Writer& writer, const PutStateNodes& put, StreamPosition position);
void apply(Writer& writer, const CreateRoom& create, StreamPosition position);
void apply(Writer& writer, const SetRoomHead& set, StreamPosition position);
void apply(Writer& writer, const SetMembership& set, StreamPosition position);
void apply(Writer& writer, const RememberTransaction& remember, StreamPosition position);
void apply(Writer& writer, const ForgetTransactions& forget, StreamPosition position);
void apply(Writer& writer, const ReplaceEventRecord& replace, StreamPosition position);
void apply(Writer& writer, const RemoveEvents& remove, StreamPosition position);

}  // namespace chancery::storage::sql
