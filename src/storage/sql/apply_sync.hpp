// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How connections of sliding sync, thread subscriptions and stays in removed rooms are written.

#include "storage/positions.hpp"
#include "storage/removed_stays.hpp"
#include "storage/sliding_connections.hpp"
#include "storage/sql/database.hpp"
#include "storage/thread_subscriptions.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutSlidingConnection& put, StreamPosition position);
void apply(Writer& writer, const RemoveSlidingConnection& remove, StreamPosition position);
void apply(Writer& writer, const RemoveOldSlidingConnections& remove, StreamPosition position);
void apply(Writer& writer, const PutThreadSubscription& put, StreamPosition position);
void apply(Writer& writer, const NoteRemovedStays& note, StreamPosition position);
void apply(Writer& writer, const ForgetRemovedStays& forget, StreamPosition position);

// Those of the device.
void remove_sliding_connections_of(Writer& writer, const protocol::UserId& user,
                                   const protocol::DeviceId& device);
void remove_thread_subscriptions_of(Writer& writer, const protocol::UserId& user);

}  // namespace chancery::storage::sql
