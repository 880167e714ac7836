// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of a form that asks to agree to the terms.

#include "api/oauth/fields.hpp"
#include "domain/accounts/terms.hpp"
#include "domain/oauth/parameters.hpp"

#include <cstdint>

namespace chancery::oauth_api {

// Links to the documents and a box to check; nothing where no terms are asked for.
enum class Accepted : std::uint8_t { no, yes };
void add_terms_field(Fields& fields, const accounts::Terms& terms, Accepted accepted);
// Throws ApiError forbidden when the box was not checked.
void require_accepted(const accounts::Terms& terms, const oauth::Parameters& form);

}  // namespace chancery::oauth_api
