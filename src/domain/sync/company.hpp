// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The company of a user: who is in a room with them. For whoever must choose between going through
// the company and going through something else.
//
// Concurrency: any thread.

#include "domain/rooms/memberships.hpp"

#include <cstddef>

namespace chancery::sync {

// At least as many as share a room with `user`, for those who share several count as often; stops
// counting at `enough`.
[[nodiscard]] std::size_t count_company(const rooms::Memberships& memberships,
                                        const protocol::UserId& user, std::size_t enough);

}  // namespace chancery::sync
