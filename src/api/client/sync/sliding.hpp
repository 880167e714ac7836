// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sliding sync over HTTP, for both of its faces.

#include "api/boundary/call.hpp"
#include "api/client/sync/parsed_bodies.hpp"
#include "api/client/sync/routes.hpp"
#include "domain/sync/sliding_request.hpp"

namespace chancery::client {

// Reads the request in the words of `face` and answers it. `bodies`: of that face; lives in the
// route.
runtime::Task<http::Response> answer_sliding_sync(SyncServices services, sync::SlidingFace face,
                                                  ParsedBodies& bodies, boundary::Call& call);

// Before a wait of minutes: gives back what was read of the request and is not asked for again.
void let_go_of_head(boundary::Call& call);

// Marks the user as present in the way that `set_presence` says. Throws invalid_param.
void note_presence(accounts::Presence& presence, const protocol::UserId& user,
                   std::string_view set_presence);

}  // namespace chancery::client
