// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/vouched_invites.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::third_party_ids {

runtime::Task<> VouchedInvites::accept_all(protocol::UserId user, std::vector<Invite> invites) {
  const auto account = co_await accounts_.find(user);
  if (!account || account->standing.deactivated) co_return;
  if (invites.size() > kMost) invites.resize(kMost);
  const rooms::Actor invited = rooms::actor_of(*account);
  for (Invite& invite : invites) {
    try {
      co_await invites_.accept(invited, std::move(invite.room), std::move(invite.signed_part));
    } catch (const protocol::ApiError& refused) {  // the others may be good
      base::log_info("vouched_invite_refused", {{"why", refused.reason()}});
    }
  }
}

}  // namespace chancery::third_party_ids
