// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The reader of push rules: what a client sends, and what an earlier version of us stored.

#include "protocol/push_rules.hpp"

#include <expected>
#include <optional>

namespace chancery::protocol {

// The body of a request that sets a rule; id and state are left to the caller.
[[nodiscard]] std::expected<PushRule, PushRuleError> read_push_rule_body(
    PushRuleKind kind, const base::JsonObject& body);

// A list of actions without the historical ones that mean nothing.
[[nodiscard]] std::expected<base::JsonArray, PushRuleError> read_push_actions(
    const base::Json& actions);

// An entry of stored rules. Absent when it is none.
[[nodiscard]] std::optional<PushRule> read_stored_push_rule(PushRuleKind kind,
                                                            const base::Json& entry);

}  // namespace chancery::protocol
