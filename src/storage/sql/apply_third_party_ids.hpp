// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How third-party identifiers and their validations are written.

#include "storage/positions.hpp"
#include "storage/sql/database.hpp"
#include "storage/third_party_ids.hpp"

namespace chancery::storage::sql {

bool holds(Writer& writer, const RequireThirdPartyIdAbsent& required);
bool holds(Writer& writer, const RequireValidated& required);

void apply(Writer& writer, const AddThirdPartyId& add, StreamPosition position);
void apply(Writer& writer, const RemoveThirdPartyId& remove, StreamPosition position);
void apply(Writer& writer, const RemoveThirdPartyIdsOf& remove, StreamPosition position);
void apply(Writer& writer, const PutValidation& put, StreamPosition position);
void apply(Writer& writer, const ConfirmValidation& confirm, StreamPosition position);
void apply(Writer& writer, const RemoveValidation& remove, StreamPosition position);
void apply(Writer& writer, const RemoveExpiredValidations& remove, StreamPosition position);
void apply(Writer& writer, const AddThirdPartyBinding& add, StreamPosition position);
void apply(Writer& writer, const RemoveThirdPartyBinding& remove, StreamPosition position);

}  // namespace chancery::storage::sql
