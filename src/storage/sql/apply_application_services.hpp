// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the deliveries to application services are written.

#include "storage/application_services.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutServiceTransaction& put, StreamPosition position);
void apply(Writer& writer, const NoteServiceTold& note, StreamPosition position);

}  // namespace chancery::storage::sql
