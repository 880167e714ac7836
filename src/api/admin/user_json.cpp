// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/admin/user_json.hpp"

#include "api/admin/requests.hpp"

namespace chancery::admin_api {

base::JsonObject describe_account(const storage::ListedAccount& listed) {
  const storage::StoredAccount& account = listed.account;
  const storage::AccountStanding& standing = account.standing;
  return {{"name", account.user.text()},
          {"displayname", json_or_null(listed.display_name)},
          {"avatar_url", json_or_null(listed.avatar_url)},
          {"user_type", text_or_null(account.user_type)},
          {"is_guest", account.role == storage::AccountRole::guest},
          {"admin", account.role == storage::AccountRole::owner},
          {"deactivated", standing.deactivated},
          {"erased", standing.erased},
          {"locked", standing.locked},
          {"suspended", standing.suspended},
          // Nobody is: people are told when something is done to them.
          {"shadow_banned", false}};
}

}  // namespace chancery::admin_api
