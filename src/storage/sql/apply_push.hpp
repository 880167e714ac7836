// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How pushers are written.

#include "storage/positions.hpp"
#include "storage/pushers.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutPusher& put, StreamPosition position);
void apply(Writer& writer, const RemovePusher& remove, StreamPosition position);
void apply(Writer& writer, const RemovePushersOfOthers& remove, StreamPosition position);
void apply(Writer& writer, const SetPusherBehind& set, StreamPosition position);
void apply(Writer& writer, const NotePushProgress& note, StreamPosition position);

// Those that the device made.
void remove_pushers_of(Writer& writer, const protocol::UserId& user,
                       const protocol::DeviceId& device);

}  // namespace chancery::storage::sql
