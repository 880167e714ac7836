// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Paths of push rules: the kind and the rule that a request names.
//
// Failure: ApiError: M_INVALID_PARAM for a kind that there is not where a list is asked for or a
//          rule is made; M_NOT_FOUND for a rule that there is not, whatever its kind.

#include "api/boundary/call.hpp"
#include "domain/push/push_rules.hpp"
#include "protocol/push_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chancery::client {

[[nodiscard]] protocol::PushRuleKind push_rule_kind(const boundary::Call& call);
[[nodiscard]] push::PushRules::Which push_rule_path(const boundary::Call& call);
// Valid as long as `ruleset`.
[[nodiscard]] const protocol::PushRule& get_push_rule_of(const protocol::PushRuleset& ruleset,
                                                         const push::PushRules::Which& which);
// The paths of lists, which end in a slash; also without it.
[[nodiscard]] std::vector<std::string> with_and_without_slash(std::string_view path);

}  // namespace chancery::client
