// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log_pace.hpp"

#include <utility>

namespace chancery::base {

std::optional<std::int64_t> LogPace::take(std::string_view kind, Moment now) {
  const std::lock_guard lock(mutex_);
  Kind& found = find(kind);
  if (found.told_at && now - *found.told_at < kInterval) {
    ++found.left_out;
    return std::nullopt;
  }
  found.told_at = now;
  return std::exchange(found.left_out, 0);
}

LogPace::Kind& LogPace::find(std::string_view kind) {
  const auto found = kinds_.find(kind);
  if (found != kinds_.end()) return found->second;
  if (kinds_.size() == kMostKinds) return others_;
  return kinds_[std::string(kind)];
}

}  // namespace chancery::base
