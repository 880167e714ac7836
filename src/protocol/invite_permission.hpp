// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Invite permissions: whose invites a person wants to get, as their account data says.
//
// Spec: client-server, "Invite permission"; MSC4155 for the older and finer form.

#include "base/json.hpp"
#include "protocol/glob.hpp"
#include "protocol/identifiers.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace chancery::protocol {

inline constexpr std::string_view kInvitePermissionType = "m.invite_permission_config";
inline constexpr std::string_view kFineInvitePermissionType =
    "org.matrix.msc4155.invite_permission_config";

// What becomes of an invite: it is shown; it is not, and who sent it does not learn; or it is
// refused.
enum class InviteFate : std::uint8_t { shown, ignored, blocked };

class InvitePermission {
 public:
  // Everyone's invites are wanted.
  InvitePermission() = default;
  // The contents of the account data of those two types; what is malformed or {} says nothing.
  InvitePermission(const base::JsonObject& plain, const base::JsonObject& fine);

  [[nodiscard]] InviteFate decide(const UserId& inviter) const;

 private:
  struct Rule {
    enum class Of : std::uint8_t { user, server } of = Of::user;
    InviteFate fate = InviteFate::shown;
    std::vector<Glob> globs;
  };
  bool blocks_all_ = false;
  std::vector<Rule> rules_;  // the first that matches decides
};

}  // namespace chancery::protocol
