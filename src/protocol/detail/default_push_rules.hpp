// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rules that the server gives to every user.
//
// Spec: client-server v1.19, "Predefined Rules"; v1.16 for mentions by the text of a message.

#include "protocol/push_rules.hpp"

#include <vector>

namespace chancery::protocol {

[[nodiscard]] std::vector<PushRule> default_override_rules(const UserId& owner);
[[nodiscard]] std::vector<PushRule> default_content_rules(const UserId& owner);
[[nodiscard]] std::vector<PushRule> default_underride_rules();
// Whether the rule looks for mentions in the text: not for messages that say whom they mention.
[[nodiscard]] bool is_mention_in_text(const PushRule& rule);

}  // namespace chancery::protocol
