// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/visible_history.hpp"

#include "base/assert.hpp"
#include "domain/rooms/client_event.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/history_visibility.hpp"
#include "storage/state_tree.hpp"

#include <iterator>

namespace chancery::rooms {

namespace {

protocol::Membership membership_in(const CachedEventPtr& member) {
  return member ? protocol::membership_in(member->event->content()) : protocol::Membership::leave;
}

protocol::HistoryVisibility visibility_in(const CachedEventPtr& event) {
  return protocol::history_visibility_in(event ? &event->event->content() : nullptr);
}

// Without what the redaction rules of the room's version take away, and without anything that
// `unsigned` would tell of it.
CachedEventPtr withhold(const CachedEvent& event) {
  if (event.is_redacted()) return std::make_shared<CachedEvent>(event);
  const protocol::RoomVersion& version = event.event->version();
  auto redacted = protocol::admit_stored(
      protocol::canonical_json(protocol::redact(event.event->json(), version)), event.event->id(),
      version);
  CHANCERY_ASSERT(redacted);  // it was a whole one
  auto shown = std::make_shared<CachedEvent>(event);
  shown->event = *std::move(redacted);
  shown->is_withheld = true;
  shown->transaction.clear();
  shown->delay_id.clear();
  shown->sticky_until = {};
  shown->client_text = client_text_of(*shown->event);
  shown->unsigned_text.clear();
  return shown;
}

}  // namespace

void SeenEvents::append(SeenEvents more) {
  events.insert(events.end(), std::make_move_iterator(more.events.begin()),
                std::make_move_iterator(more.events.end()));
  memberships.insert(memberships.end(), more.memberships.begin(), more.memberships.end());
}

// What the state at one point says about the viewer.
struct VisibleHistory::AtState {
  storage::StateRoot root;
  protocol::HistoryVisibility visibility = protocol::HistoryVisibility::shared;
  protocol::Membership membership = protocol::Membership::leave;
};

struct VisibleHistory::Viewer {
  protocol::UserId user;
  CachedEventPtr member;  // the present member event; null: never had one
  bool is_joined = false;
  // Joined at the newest moment before they left; 0: never, or joined now.
  storage::StreamPosition left_at;
  std::optional<AtState> last_looked_up;  // neighbours mostly share their state
  std::shared_ptr<const accounts::IgnoredUsers::Users> ignored;

  [[nodiscard]] bool ignores(const protocol::VerifiedEvent& event) const {
    return !ignored->empty() && !event.is_state() && ignored->contains(event.sender());
  }
};

runtime::Task<VisibleHistory::Viewer> VisibleHistory::describe(RoomPtr room,
                                                               protocol::UserId user) {
  Viewer viewer{.user = user,
                .member = {},
                .left_at = {},
                .last_looked_up = {},
                .ignored = co_await ignored_.load(user)};
  const std::optional<Member> member = room->find_member(user);
  if (!member) co_return viewer;
  viewer.member = co_await rooms_.events().get(member->event);
  viewer.is_joined = member->membership == Membership::join;
  if (viewer.is_joined) co_return viewer;
  // Follow the member events back to the one that ended a time in the room.
  CachedEventPtr later = viewer.member;
  while (later->replaces.value != 0) {
    CachedEventPtr earlier = co_await rooms_.events().get(later->replaces);
    if (membership_in(earlier) == protocol::Membership::join) {
      viewer.left_at = later->position;
      break;
    }
    later = std::move(earlier);
  }
  co_return viewer;
}

runtime::Task<VisibleHistory::AtState> VisibleHistory::look_up(storage::StateRoot root,
                                                               const protocol::UserId& user) {
  AtState at{.root = root};
  const auto visibility = co_await storage::find_state(
      rooms_.state_nodes(), root, storage::StateKey("m.room.history_visibility", ""));
  if (visibility) at.visibility = visibility_in(co_await rooms_.events().get(*visibility));
  const auto member = co_await storage::find_state(rooms_.state_nodes(), root,
                                                   storage::StateKey("m.room.member", user.text()));
  if (member) at.membership = membership_in(co_await rooms_.events().get(*member));
  co_return at;
}

runtime::Task<std::optional<Membership>> VisibleHistory::decide(Viewer& viewer,
                                                                CachedEventPtr event) {
  if (viewer.ignores(*event->event)) co_return std::nullopt;
  if (viewer.is_joined && viewer.member->position <= event->position) co_return Membership::join;
  if (!viewer.last_looked_up || viewer.last_looked_up->root != event->state_after) {
    viewer.last_looked_up = co_await look_up(event->state_after, viewer.user);
  }
  const AtState& after = *viewer.last_looked_up;
  protocol::VisibilityQuestion question{
      .visibility_before = after.visibility,
      .visibility_after = after.visibility,
      .membership_before = after.membership,
      .membership_after = after.membership,
      .joined_since = viewer.is_joined || viewer.left_at > event->position
                          ? protocol::JoinedSince::yes
                          : protocol::JoinedSince::no};
  const bool changes_visibility = event->event->is_state("m.room.history_visibility", "");
  const bool changes_own = event->event->is_state("m.room.member", viewer.user.text());
  if (changes_visibility || changes_own) {
    CachedEventPtr before;
    if (event->replaces.value != 0) before = co_await rooms_.events().get(event->replaces);
    if (changes_visibility) question.visibility_before = visibility_in(before);
    if (changes_own) question.membership_before = membership_in(before);
  }
  if (!protocol::may_see(question)) co_return std::nullopt;
  co_return after.membership;
}

runtime::Task<SeenEvents> VisibleHistory::filter(RoomPtr room, protocol::UserId user,
                                                 std::vector<CachedEventPtr> events) {
  Viewer viewer = co_await describe(room, user);
  SeenEvents visible;
  visible.events.reserve(events.size());
  visible.memberships.reserve(events.size());
  for (CachedEventPtr& event : events) {
    const std::optional<Membership> membership = co_await decide(viewer, event);
    if (!membership) continue;
    const bool is_withheld =
        *membership != Membership::join && erased_.contains(event->event->sender());
    visible.push_back(is_withheld ? withhold(*event) : std::move(event), *membership);
  }
  co_return visible;
}

runtime::Task<SeenEvents> VisibleHistory::see(RoomPtr room, protocol::UserId user,
                                              CachedEventPtr event) {
  std::vector<CachedEventPtr> one;
  one.push_back(std::move(event));
  co_return co_await filter(std::move(room), std::move(user), std::move(one));
}

runtime::Task<bool> VisibleHistory::ignores(protocol::UserId user, protocol::UserId sender) {
  const auto ignored = co_await ignored_.load(user);
  if (ignored->contains(sender)) co_return true;
  const protocol::InviteFate fate = co_await invites_.decide(std::move(user), std::move(sender));
  co_return fate != protocol::InviteFate::shown;
}

}  // namespace chancery::rooms
