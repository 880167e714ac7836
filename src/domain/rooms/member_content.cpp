// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/member_content.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace chancery::rooms {

runtime::Task<base::JsonObject> make_member_content(storage::ProfileStore& profiles,
                                                    protocol::UserId user, Membership membership,
                                                    std::optional<std::string> reason) {
  base::JsonObject content;
  content["membership"] = membership_name(membership);
  if (reason) content["reason"] = *std::move(reason);
  const bool shows_profile = membership == Membership::join || membership == Membership::invite ||
                             membership == Membership::knock;
  if (!shows_profile) co_return content;
  constexpr std::array<std::string_view, 2> kShown{"displayname", "avatar_url"};
  for (const std::string_view field : kShown) {
    const std::optional<std::string> text =
        co_await profiles.find_profile_field(user, std::string(field));
    if (!text) continue;
    auto value = base::parse_json(*text);
    if (value && value->is_string()) content[field] = *std::move(value);
  }
  co_return content;
}

}  // namespace chancery::rooms
