// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/activity.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

namespace chancery::accounts {

// People of other servers have no presence here, so that none of theirs is found.
storage::FeedReader follow_activity(Presence& presence) {
  return storage::hear(
      [&presence](const storage::AppendEvent& append) {
        if (append.delay_id.empty()) presence.note_active(append.event->sender());
      },
      [&presence](const storage::PutReceipt& put) { presence.note_active(put.user); },
      [&presence](const storage::SetProfileField& set) {
        presence.note_profile(set.user, set.field, set.value);
      });
}

}  // namespace chancery::accounts
