// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/member_trail.hpp"

#include "protocol/event.hpp"

#include <utility>

namespace chancery::rooms {

runtime::Task<CachedEventPtr> find_member_event_at(EventCache& events, storage::EventNumber newest,
                                                   storage::StreamPosition at) {
  CachedEventPtr event = co_await events.get(newest);
  while (event->position > at) {
    if (event->replaces.value == 0) co_return nullptr;
    event = co_await events.get(event->replaces);
  }
  co_return event;
}

runtime::Task<CachedEventPtr> find_end_of_stay(EventCache& events, storage::EventNumber newest,
                                               std::size_t most_steps) {
  CachedEventPtr later = co_await events.get(newest);
  for (std::size_t step = 0; step < most_steps && later->replaces.value != 0; ++step) {
    CachedEventPtr earlier = co_await events.get(later->replaces);
    if (protocol::membership_in(earlier->event->content()) == Membership::join) co_return later;
    later = std::move(earlier);
  }
  co_return nullptr;
}

runtime::Task<CachedEventPtr> find_start_of_stay(EventCache& events, storage::EventNumber newest,
                                                 std::size_t most_steps) {
  CachedEventPtr joined = co_await events.get(newest);
  for (std::size_t step = 0; step < most_steps && joined->replaces.value != 0; ++step) {
    CachedEventPtr earlier = co_await events.get(joined->replaces);
    if (protocol::membership_in(earlier->event->content()) != Membership::join) break;
    joined = std::move(earlier);
  }
  co_return joined;
}

runtime::Task<bool> has_been_inside(EventCache& events, storage::EventNumber newest,
                                    storage::StreamPosition after) {
  CachedEventPtr event = co_await events.get(newest);
  while (protocol::membership_in(event->event->content()) != Membership::join) {
    if (event->position <= after || event->replaces.value == 0) co_return false;
    event = co_await events.get(event->replaces);
  }
  co_return true;
}

runtime::Task<Membership> membership_before(EventCache& events, CachedEventPtr member) {
  if (member->replaces.value == 0) co_return Membership::leave;
  const CachedEventPtr before = co_await events.get(member->replaces);
  co_return protocol::membership_in(before->event->content());
}

}  // namespace chancery::rooms
