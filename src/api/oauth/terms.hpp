// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of a form that asks to agree to the terms.

#include "api/pages/html.hpp"
#include "domain/accounts/terms.hpp"
#include "domain/oauth/parameters.hpp"

namespace chancery::oauth_api {

// Links to the documents and a box to check; nothing where no terms are asked for.
[[nodiscard]] pages::Html terms_field(const accounts::Terms& terms);
// Throws ApiError forbidden when the box was not checked.
void require_accepted(const accounts::Terms& terms, const oauth::Parameters& form);

}  // namespace chancery::oauth_api
