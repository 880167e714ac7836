// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words for roles, as operators and the audit record know them.

#include "domain/policy/policy.hpp"

#include <string_view>

namespace chancery::accounts {

[[nodiscard]] std::string_view role_name(policy::Role role);

}  // namespace chancery::accounts
