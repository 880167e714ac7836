// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of the user directory become rows.

#include "storage/positions.hpp"
#include "storage/sql/database.hpp"
#include "storage/user_directory.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const SetDirectoryWords& set, StreamPosition position);
void apply(Writer& writer, const NoteDirectoryFilling& note, StreamPosition position);

}  // namespace chancery::storage::sql
