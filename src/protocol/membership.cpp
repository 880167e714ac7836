// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/membership.hpp"

#include <array>
#include <utility>

namespace chancery::protocol {
namespace {

constexpr std::array kNames{
    std::pair{std::string_view("leave"), Membership::leave},
    std::pair{std::string_view("invite"), Membership::invite},
    std::pair{std::string_view("join"), Membership::join},
    std::pair{std::string_view("ban"), Membership::ban},
    std::pair{std::string_view("knock"), Membership::knock},
};

}  // namespace

std::string_view membership_name(Membership membership) {
  return kNames[std::to_underlying(membership)].first;
}

std::optional<Membership> find_membership(std::string_view name) {
  for (const auto& [known, membership] : kNames) {
    if (known == name) return membership;
  }
  return std::nullopt;
}

Membership membership_in(const base::JsonObject& content) {
  const auto name = base::find_string(content, "membership");
  if (!name) return Membership::leave;
  return find_membership(*name).value_or(Membership::leave);
}

}  // namespace chancery::protocol
