// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// How mutations of OAuth clients become rows.

#include "storage/oauth_clients.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

void apply(Writer& writer, const PutOauthClient& put, StreamPosition position);
void apply(Writer& writer, const ForgetOauthClients& forget, StreamPosition position);

}  // namespace chancery::storage::sql
