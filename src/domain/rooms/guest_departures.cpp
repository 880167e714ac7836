// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/guest_departures.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <utility>

namespace chancery::rooms {

namespace {

constexpr std::string_view kGuestAccessType = "m.room.guest_access";
constexpr std::string_view kRedactionType = "m.room.redaction";

}  // namespace

bool lets_guests_in(const CoreState& core) {
  return core.guest_access &&
         base::find_string(core.guest_access->event->content(), "guest_access") == "can_join";
}

GuestDepartures::GuestDepartures(Ports ports) : ports_(ports) {
  ports_.feed.add_follower(follower());
}

storage::FeedReader GuestDepartures::follower() {
  return storage::hear([this](const storage::AppendEvent& append) {
    const protocol::VerifiedEvent& event = *append.event;
    const bool redacts = event.type() == kRedactionType;
    if (!redacts && !(event.is_state() && event.type() == kGuestAccessType)) return;
    const auto redacted = redacts ? event.redacts() : std::nullopt;
    if (redacts && !redacted) return;
    const std::lock_guard lock(mutex_);
    if (redacted)
      redacted_.push_back(*redacted);
    else
      changed_.insert(append.room);
  });
}

runtime::Task<> GuestDepartures::leave(protocol::UserId guest, protocol::RoomId room) {
  try {
    co_await ports_.acts.leave(actor_of_server(guest), std::move(room), std::nullopt);
  } catch (const protocol::ApiError& refused) {  // one of them must not keep the others in
    base::log_warn("guest_not_removed", {{"reason", refused.reason()}});
  }
}

runtime::Task<> GuestDepartures::sweep() {
  std::set<storage::RoomNumber> changed;
  std::vector<protocol::EventId> redacted;
  {
    const std::lock_guard lock(mutex_);
    changed.swap(changed_);
    redacted.swap(redacted_);
  }
  for (const protocol::EventId& id : redacted) {
    const CachedEventPtr event = co_await ports_.rooms.events().find(id);
    if (event && event->event->type() == kGuestAccessType) changed.insert(event->room);
  }
  for (const storage::RoomNumber number : changed) {
    const RoomPtr room = co_await ports_.rooms.find(number);
    if (!room || lets_guests_in(*room->core())) continue;
    const auto guests = co_await ports_.accounts.load_guests_in(number);
    for (const protocol::UserId& guest : guests) co_await leave(guest, room->id());
  }
}

runtime::Task<> GuestDepartures::resume() {
  constexpr std::size_t kPage = 100;
  protocol::UserId after;
  while (true) {
    const auto guests = co_await ports_.accounts.load_joined_guests(after, kPage);
    for (const protocol::UserId& guest : guests) {
      const auto rooms = ports_.rooms.memberships().current_rooms(guest);
      for (const UserRoom& one : rooms) {
        if (one.membership != Membership::join) continue;
        const RoomPtr room = co_await ports_.rooms.find(one.room);
        if (room && !lets_guests_in(*room->core())) co_await leave(guest, one.id);
      }
    }
    if (guests.size() < kPage) co_return;
    after = guests.back();
  }
}

}  // namespace chancery::rooms
