// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Member trails: what somebody was in a room before, back through the member events that each took
// the place of the one before it.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/rooms/event_cache.hpp"
#include "domain/rooms/membership.hpp"

#include <cstddef>
#include <cstdint>

namespace chancery::rooms {

// The member event that was in force at `at`, from `newest` of the same person on backwards. Null:
// they had none yet.
runtime::Task<CachedEventPtr> find_member_event_at(EventCache& events, storage::EventNumber newest,
                                                   storage::StreamPosition at);

// The member event that ended their last time in the room, `newest` or one before it. Null: they
// never were inside, or not within the last `most_steps` of their member events.
// Requires: `newest` did not leave them joined.
runtime::Task<CachedEventPtr> find_end_of_stay(EventCache& events, storage::EventNumber newest,
                                               std::size_t most_steps = SIZE_MAX);

// The member event since which they have been inside without a break, `newest` or one before it; no
// further back than `most_steps` of their member events. Requires: `newest` left them joined.
runtime::Task<CachedEventPtr> find_start_of_stay(EventCache& events, storage::EventNumber newest,
                                                 std::size_t most_steps = SIZE_MAX);

// Whether they were inside at `after` or at any time since.
runtime::Task<bool> has_been_inside(EventCache& events, storage::EventNumber newest,
                                    storage::StreamPosition after);

// What they were before `member`, an event about them: leave where it is the first one.
runtime::Task<Membership> membership_before(EventCache& events, CachedEventPtr member);

}  // namespace chancery::rooms
