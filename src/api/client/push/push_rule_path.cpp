// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/push/push_rule_path.hpp"

#include "protocol/api_error.hpp"

#include <optional>

namespace chancery::client {

using protocol::ApiError;
using protocol::ErrorCode;

protocol::PushRuleKind push_rule_kind(const boundary::Call& call) {
  const std::optional<protocol::PushRuleKind> kind =
      protocol::find_push_rule_kind(call.path("kind"));
  if (!kind) throw ApiError(ErrorCode::invalid_param, "There is no such kind of push rules");
  return *kind;
}

push::PushRules::Which push_rule_path(const boundary::Call& call) {
  const std::optional<protocol::PushRuleKind> kind =
      protocol::find_push_rule_kind(call.path("kind"));
  if (!kind) throw ApiError(ErrorCode::not_found, "There is no such push rule");
  return {.kind = *kind, .id = call.path("ruleId")};
}

const protocol::PushRule& get_push_rule_of(const protocol::PushRuleset& ruleset,
                                           const push::PushRules::Which& which) {
  const protocol::PushRule* rule = ruleset.find(which.kind, which.id);
  if (rule == nullptr) throw ApiError(ErrorCode::not_found, "There is no such push rule");
  return *rule;
}

std::vector<std::string> with_and_without_slash(std::string_view path) {
  std::vector<std::string> paths = boundary::v3_paths(std::string(path) + "/");
  for (std::string& bare : boundary::v3_paths(path)) paths.push_back(std::move(bare));
  return paths;
}

}  // namespace chancery::client
