// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mail that waits is written.

#include "storage/mail.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const QueueMail& queue, StreamPosition position);
void apply(Writer& writer, const NoteMailFailure& note, StreamPosition position);
void apply(Writer& writer, const RemoveMail& remove, StreamPosition position);

}  // namespace chancery::storage::sql
