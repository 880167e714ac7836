// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/recently_related.hpp"

#include <functional>

namespace chancery::rooms {
namespace {

std::uint64_t fingerprint(const protocol::EventId& event) {
  return std::hash<protocol::EventId>()(event);
}

}  // namespace

void RecentlyRelated::add(const protocol::EventId& event, std::uint64_t at) {
  const std::uint64_t print = fingerprint(event);
  newest_[print] = at;
  in_order_.emplace_back(at, print);
  if (in_order_.size() <= most_) return;
  const auto [oldest, of] = in_order_.front();
  in_order_.pop_front();
  complete_after_ = oldest;
  const auto known = newest_.find(of);
  if (known->second == oldest) newest_.erase(known);
}

bool RecentlyRelated::may_have(const protocol::EventId& event, std::uint64_t read_at) const {
  if (read_at < complete_after_) return true;
  const auto known = newest_.find(fingerprint(event));
  return known != newest_.end() && known->second > read_at;
}

}  // namespace chancery::rooms
