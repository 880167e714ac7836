// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/depth.hpp"

#include "base/json.hpp"

#include <limits>

namespace chancery::protocol {

std::int64_t largest_depth(const RoomVersion& version) {
  return version.strict_canonical_json ? base::kMaxCanonicalInteger
                                       : std::numeric_limits<std::int64_t>::max();
}

// "If the room's depth is already at the limit, depth must be set to the limit."
std::int64_t depth_after(std::int64_t depth, const RoomVersion& version) {
  return depth < largest_depth(version) ? depth + 1 : depth;
}

}  // namespace chancery::protocol
