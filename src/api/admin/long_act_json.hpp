// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Long acts as Synapse's admin API shows them.

#include "base/json.hpp"
#include "domain/admin/long_acts.hpp"
#include "domain/admin/room_removal.hpp"

#include <string_view>

namespace chancery::admin_api {

// "active", "complete" or "failed".
[[nodiscard]] inline std::string_view state_of(const admin::ActStatus& status) {
  if (!status.has_ended()) return "active";
  return status.error.empty() ? "complete" : "failed";
}

// What a removal has done so far.
[[nodiscard]] base::JsonObject describe_outcome(const admin::RemovalStatus& status);

}  // namespace chancery::admin_api
