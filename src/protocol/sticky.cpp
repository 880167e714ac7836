// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/sticky.hpp"

#include <algorithm>
#include <string>

namespace chancery::protocol {

std::optional<base::Timestamp> sticky_until(const VerifiedEvent& event, base::Timestamp received) {
  // Nearly no event is; the text says so faster than its values would.
  if (event.canonical().find(R"("msc4354_sticky":)") == std::string::npos) return std::nullopt;
  const base::JsonObject* sticky = base::find_object(event.json(), "msc4354_sticky");
  if (sticky == nullptr) return std::nullopt;
  const auto duration = base::find_integer(*sticky, "duration_ms");
  if (!duration || *duration < 0 || *duration > kLongestStickiness) return std::nullopt;
  // "The start time is min(received_ts, origin_server_ts)."
  return std::min(received, event.origin_server_ts()) + base::Milliseconds(*duration);
}

}  // namespace chancery::protocol
