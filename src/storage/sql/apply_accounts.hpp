// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of accounts, their devices and tokens, and of what lets people in become rows.

#include "storage/accounts.hpp"
#include "storage/positions.hpp"
#include "storage/registration.hpp"
#include "storage/sessions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

bool holds(Writer& writer, const RequireUserAbsent& required);
bool holds(Writer& writer, const RequireAccountActive& required);
bool holds(Writer& writer, const RequireAccountStanding& required);
bool holds(Writer& writer, const RequirePasswordHash& required);
bool holds(Writer& writer, const RequireDevice& required);
bool holds(Writer& writer, const RequireDeviceAbsent& required);
bool holds(Writer& writer, const RequireDevices& required);
bool holds(Writer& writer, const RequireRefreshToken& required);
bool holds(Writer& writer, const RequireRegistrationToken& required);
bool holds(Writer& writer, const RequireSetupLink& required);

void apply(Writer& writer, const CreateAccount& create, StreamPosition position);
void apply(Writer& writer, const SetPasswordHash& set, StreamPosition position);
void apply(Writer& writer, const SetAccountRole& set, StreamPosition position);
void apply(Writer& writer, const SetAccountStanding& set, StreamPosition position);
void apply(Writer& writer, const SetUserType& set, StreamPosition position);

void apply(Writer& writer, const PutDevice& put, StreamPosition position);
void apply(Writer& writer, const NoteDeviceUse& note, StreamPosition position);
void apply(Writer& writer, const DeleteDevice& remove, StreamPosition position);
void apply(Writer& writer, const PutAccessToken& put, StreamPosition position);
void apply(Writer& writer, const PutRefreshToken& put, StreamPosition position);
void apply(Writer& writer, const RevokeDeviceTokens& revoke, StreamPosition position);
void apply(Writer& writer, const RevokeRefreshToken& revoke, StreamPosition position);
void apply(Writer& writer, const RevokeSuccessors& revoke, StreamPosition position);

void apply(Writer& writer, const PutRegistrationToken& put, StreamPosition position);
void apply(Writer& writer, const DeleteRegistrationToken& remove, StreamPosition position);
void apply(Writer& writer, const CompleteRegistrationToken& complete, StreamPosition position);
void apply(Writer& writer, const PutSetupLink& put, StreamPosition position);
void apply(Writer& writer, const DeleteSetupLinks& remove, StreamPosition position);

}  // namespace chancery::storage::sql
