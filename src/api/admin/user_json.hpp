// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts as Synapse's admin API shows them.

#include "base/json.hpp"
#include "domain/admin/account_list.hpp"

namespace chancery::admin_api {

// What lists and single accounts have in common; `creation_ts` is the caller's, whose unit differs.
[[nodiscard]] base::JsonObject describe_account(const storage::ListedAccount& listed);

}  // namespace chancery::admin_api
