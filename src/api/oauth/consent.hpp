// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Consent: what a page says of a client before somebody lets it in.

#include "api/pages/html.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/oauth/clients.hpp"
#include "domain/oauth/scope.hpp"

#include <string>
#include <string_view>

namespace chancery::oauth_api {

// Who asks, whence, and what it gets. `target`: where the browser goes then; "" when it stays here.
runtime::Task<pages::Html> describe_request(oauth::Client client, oauth::Scope scope,
                                            protocol::UserId user, std::string target,
                                            accounts::Devices& devices);

}  // namespace chancery::oauth_api
