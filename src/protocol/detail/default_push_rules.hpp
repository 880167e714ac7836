// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rules that the server gives to every user.
//
// Spec: client-server v1.19, "Predefined Rules".

#include "protocol/push_rules.hpp"

#include <vector>

namespace chancery::protocol {

[[nodiscard]] std::vector<PushRule> default_override_rules(const UserId& owner);
[[nodiscard]] std::vector<PushRule> default_underride_rules();

}  // namespace chancery::protocol
