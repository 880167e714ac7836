// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Activity: what people do in rooms shows that they are there.
//
// Whoever says something, changes a room or reads on is active. What was put off for later is sent
// without them. A new name or picture is told with the presence of whoever has it.
//
// Spec: client-server, "Presence", "Last active ago"; "Events on Change of Profile Information".

#include "domain/accounts/presence.hpp"
#include "storage/commit/committer.hpp"

namespace chancery::accounts {

// A follower of the feed; `presence` must outlive it.
[[nodiscard]] storage::FeedReader follow_activity(Presence& presence);

}  // namespace chancery::accounts
