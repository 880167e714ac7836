// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the search index is written.

#include "storage/positions.hpp"
#include "storage/search_index.hpp"
#include "storage/sql/database.hpp"

#include <cstdint>

namespace chancery::storage::sql {

// What the index knows of the room: how far it came, in which segments, and what it is to forget.
void forget_indexed(Writer& writer, RoomNumber room);
// At most `most` blocks of its lists.
void forget_postings(Writer& writer, RoomNumber room, std::int64_t most);

void apply(Writer& writer, const PutPostings& put, StreamPosition position);
void apply(Writer& writer, const PutSearchSegment& put, StreamPosition position);
void apply(Writer& writer, const SetIndexedUntil& set, StreamPosition position);
void apply(Writer& writer, const QueueSearchRemovals& queue, StreamPosition position);
void apply(Writer& writer, const FinishSearchRemovals& finish, StreamPosition position);
void apply(Writer& writer, const ForgetPostings& forget, StreamPosition position);
void apply(Writer& writer, const ForgetIndexOf& forget, StreamPosition position);
void apply(Writer& writer, const ForgetIndex& forget, StreamPosition position);

}  // namespace chancery::storage::sql
