// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of wrapped keys become rows.

#include "storage/positions.hpp"
#include "storage/sql/database.hpp"
#include "storage/wrapped_keys.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutWrappedKey& put, StreamPosition position);

}  // namespace chancery::storage::sql
