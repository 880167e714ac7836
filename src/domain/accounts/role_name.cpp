// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/role_name.hpp"

namespace chancery::accounts {

std::string_view role_name(policy::Role role) {
  switch (role) {
    case policy::Role::guest:
      return "guest";
    case policy::Role::user:
      return "user";
    case policy::Role::owner:
      return "owner";
  }
  return "user";
}

}  // namespace chancery::accounts
