// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Visible history: which events of a room a user may see.
//
// Most questions are answered from memory: what was sent while the user was in the room under their
// present membership, they saw. The rest looks at the state at each event.
//
// What people whom the viewer ignores have said is left out everywhere; state that they set is not.
// What somebody said who has been erased since is shown redacted, but to those who were in the room
// then.
//
// Concurrency: any thread.
// Spec: client-server, "Room History Visibility", which protocol/history_visibility.hpp decides;
//       "Ignoring Users".

#include "domain/accounts/erased_people.hpp"
#include "domain/accounts/ignored_users.hpp"
#include "domain/accounts/invite_permissions.hpp"
#include "domain/rooms/membership.hpp"
#include "domain/rooms/rooms.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace chancery::rooms {

// Events that somebody sees, each with what they were in the room at it.
struct SeenEvents {
  std::vector<CachedEventPtr> events;
  std::vector<Membership> memberships;  // of the viewer, with the event; one for each

  void push_back(CachedEventPtr event, Membership membership) {
    events.push_back(std::move(event));
    memberships.push_back(membership);
  }
  void append(SeenEvents more);
};

// What is kept of an event of which only has to be known who may see it.
struct EventTrace {
  storage::EventNumber number;
  storage::StreamPosition position;
  storage::StateRoot state_after;
  const protocol::UserId* sender = nullptr;  // lives as long as the trace
  enum class Kind : std::uint8_t { message, state } kind = Kind::message;
};

class VisibleHistory {
 public:
  VisibleHistory(Rooms& rooms, accounts::IgnoredUsers& ignored,
                 accounts::InvitePermissions& invites, const accounts::ErasedPeople& erased)
      : rooms_(rooms), ignored_(ignored), invites_(invites), erased_(erased) {}

  // Those of `events` that `user` may see, in their order and as they see them. All are of `room`.
  runtime::Task<SeenEvents> filter(RoomPtr room, protocol::UserId user,
                                   std::vector<CachedEventPtr> events);
  // The same where it needs no wait: the user has been inside all the time. Else absent.
  [[nodiscard]] std::optional<SeenEvents> filter_at_once(
      const Room& room, const protocol::UserId& user,
      const std::vector<CachedEventPtr>& events) const;
  // Whether `user` may see each of `traces`, in their order. All are of `room`, and live until the
  // task ends.
  runtime::Task<std::vector<bool>> judge(RoomPtr room, protocol::UserId user,
                                         std::span<const EventTrace> traces);
  // An event of somebody whom the viewer ignores is not shown, or without its content.
  enum class Ignored : std::uint8_t { hidden, withheld };
  // The event as `user` sees it; nothing when they may not.
  runtime::Task<SeenEvents> see(RoomPtr room, protocol::UserId user, CachedEventPtr event,
                                Ignored ignored = Ignored::hidden);
  // Whether anything at all is shown to some and withheld from others who see its place.
  [[nodiscard]] bool withholds_anything() const { return !erased_.is_empty(); }
  // Whom `user` ignores; never null.
  runtime::Task<std::shared_ptr<const accounts::IgnoredUsers::Users>> ignored_by(
      protocol::UserId user);
  // Whether an invite by `sender` is not to be shown to `user`, who ignores them or wants no
  // invites of theirs.
  runtime::Task<bool> ignores(protocol::UserId user, protocol::UserId sender);

 private:
  struct Viewer;
  struct AtState;
  runtime::Task<Viewer> describe(RoomPtr room, protocol::UserId user);
  runtime::Task<std::optional<Membership>> decide(Viewer& viewer, CachedEventPtr event);
  runtime::Task<bool> sees_message(Viewer& viewer, const EventTrace& trace);
  [[nodiscard]] bool is_withheld(Membership membership, const protocol::UserId& sender) const;
  [[nodiscard]] CachedEventPtr as_seen(CachedEventPtr event, Membership membership,
                                       Ignored ignored) const;
  runtime::Task<bool> was_inside(Viewer& viewer, storage::EventNumber event,
                                 storage::StreamPosition at);
  runtime::Task<> look_at(Viewer& viewer, storage::StateRoot root);
  runtime::Task<AtState> look_up(storage::StateRoot root, const protocol::UserId& user);

  Rooms& rooms_;
  accounts::IgnoredUsers& ignored_;
  accounts::InvitePermissions& invites_;
  const accounts::ErasedPeople& erased_;
  const std::shared_ptr<const accounts::IgnoredUsers::Users> nobody_ =
      std::make_shared<const accounts::IgnoredUsers::Users>();
};

}  // namespace chancery::rooms
