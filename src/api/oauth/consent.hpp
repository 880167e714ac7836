// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Consent: what a page says of a client before somebody lets it in.

#include "api/oauth/visitors.hpp"
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

// What whatever is let in can do then.
[[nodiscard]] pages::Html what_it_can();
// The two buttons of a form: "answer" is "allow" or "deny".
[[nodiscard]] pages::Html answer_buttons();
// A form that signs out, and asks at `next` again.
[[nodiscard]] pages::Html use_another_account(const Visitor& visitor, std::string_view next);

}  // namespace chancery::oauth_api
