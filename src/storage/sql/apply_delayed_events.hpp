// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How delayed events are written.

#include "storage/delayed_events.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutDelayedEvent& put, StreamPosition position);
void apply(Writer& writer, const FinaliseDelayedEvent& finalise, StreamPosition position);
void apply(Writer& writer, const ForgetFinalisedDelayedEvents& forget, StreamPosition position);

bool holds(Writer& writer, const RequireDelayedEvent& required);

}  // namespace chancery::storage::sql
