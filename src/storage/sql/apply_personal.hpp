// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of profiles, account data and filters become rows.

#include "storage/personal.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const SetProfileField& set, StreamPosition position);
void apply(Writer& writer, const DeleteProfile& remove, StreamPosition position);
void apply(Writer& writer, const PutAccountData& put, StreamPosition position);
void apply(Writer& writer, const DeleteAccountData& remove, StreamPosition position);
void apply(Writer& writer, const PutFilter& put, StreamPosition position);

// Settings of notifications that a client keeps for one device (MSC3890).
void remove_notification_settings_of(Writer& writer, const protocol::UserId& user,
                                     const protocol::DeviceId& device);

}  // namespace chancery::storage::sql
