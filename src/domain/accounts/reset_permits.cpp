// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/reset_permits.hpp"

#include <utility>

namespace chancery::accounts {

runtime::Task<> ResetPermits::give(protocol::UserId user, Proof proof) {
  co_await commits_.record(
      {.who = user.text(), .act = "account.cross_signing_reset", .object = user.text()});
  permits_.put(user.text(), std::move(proof));
}

}  // namespace chancery::accounts
