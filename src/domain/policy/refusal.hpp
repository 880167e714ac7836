// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Refusals: the error that a client is told when the policy says no; the rule goes to the log.
//
// Spec: client-server, "Account locking", "Account suspension".

#include "domain/policy/policy.hpp"
#include "protocol/api_error.hpp"

namespace chancery::policy {

[[nodiscard]] protocol::ApiError to_error(const Refused& refused, const Subject& subject);
// Throws that error unless `verdict` permits; returns the rule by which it does.
std::string_view require(const Verdict& verdict, const Subject& subject);

}  // namespace chancery::policy
