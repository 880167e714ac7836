// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What both forms of the rendezvous have in common.

#include "api/boundary/call.hpp"
#include "domain/oauth/rendezvous.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

[[nodiscard]] boundary::Guard rendezvous_guard(boundary::LimitClass limit);
// What strangers wrote is no page: a browser that is sent there directly gets nothing.
void require_no_navigation(boundary::Call& call);
[[nodiscard]] protocol::ApiError no_such_meeting();
void add_rendezvous_fields(http::Response& response);

}  // namespace chancery::oauth_api
