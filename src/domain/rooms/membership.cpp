// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/membership.hpp"

#include <array>

namespace chancery::rooms {
namespace {
// In the order of the enumeration.
constexpr std::array<std::string_view, 5> kNames{"leave", "invite", "knock", "join", "ban"};
}  // namespace

std::string_view membership_name(Membership membership) {
  return kNames[static_cast<std::size_t>(membership)];
}

std::optional<Membership> find_membership(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Membership>(i);
  }
  return std::nullopt;
}

}  // namespace chancery::rooms
