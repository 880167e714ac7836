// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What media write.

#include "storage/media.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

[[nodiscard]] bool holds(Writer& writer, const RequireMediaPromised& required);
[[nodiscard]] bool holds(Writer& writer, const RequireMediaPromises& required);
[[nodiscard]] bool holds(Writer& writer, const RequireMediaStored& required);
[[nodiscard]] bool holds(Writer& writer, const RequireMediaQuota& required);

void apply(Writer& writer, const AddMedia& add, StreamPosition position);
void apply(Writer& writer, const FillMedia& fill, StreamPosition position);
void apply(Writer& writer, const RemoveMedia& remove, StreamPosition position);
void apply(Writer& writer, const RemoveExpiredMedia& remove, StreamPosition position);
void apply(Writer& writer, const AddThumbnail& add, StreamPosition position);
void apply(Writer& writer, const SetMediaQuarantine& set, StreamPosition position);
void apply(Writer& writer, const SetMediaSafe& set, StreamPosition position);

}  // namespace chancery::storage::sql
