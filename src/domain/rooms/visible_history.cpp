// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/visible_history.hpp"

#include "domain/rooms/member_trail.hpp"
#include "domain/rooms/redacted_event.hpp"
#include "protocol/history_visibility.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <iterator>

namespace chancery::rooms {

namespace {

protocol::Membership membership_in(const CachedEventPtr& member) {
  return member ? protocol::membership_in(member->event->content()) : protocol::Membership::leave;
}

protocol::HistoryVisibility visibility_in(const CachedEventPtr& event) {
  return protocol::history_visibility_in(event ? &event->event->content() : nullptr);
}

// Without what it took the place of.
CachedEventPtr withhold_replaced(const CachedEvent& event) {
  auto shown = std::make_shared<CachedEvent>(event);
  shown->replaced_text.clear();
  return shown;
}

// Without what the redaction rules of the room's version take away, and without anything that
// `unsigned` would tell of it.
CachedEventPtr withhold(const CachedEvent& event) {
  if (event.is_redacted()) return withhold_replaced(event);
  const std::shared_ptr<CachedEvent> shown = redacted_event(event, event.event->version()).event;
  shown->is_withheld = true;
  shown->transaction.clear();
  shown->delay_id.clear();
  shown->replaced_text.clear();
  shown->redacted_text.clear();
  return shown;
}

// Whether `member`, the present member event of who is joined, is older than the event: a room's
// events are numbered in the order of their positions. False says nothing.
bool sees_at_once(const accounts::IgnoredUsers::Users& ignored, storage::EventNumber member,
                  const CachedEvent& event) {
  return member <= event.number && !accounts::IgnoredUsers::hides(ignored, *event.event);
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
  storage::EventNumber member;  // the present member event; 0: never had one
  bool is_joined = false;
  // Who is joined is so since here at least. Member events are looked at when it is asked for.
  bool is_traced = false;
  storage::StreamPosition joined_at;
  storage::EventNumber member_before;  // 0: none, or none that left them joined
  // Joined at the newest moment before they left; 0: never, or joined now.
  storage::StreamPosition left_at;
  std::optional<AtState> last_looked_up;  // neighbours mostly share their state
  std::shared_ptr<const accounts::IgnoredUsers::Users> ignored;

  [[nodiscard]] protocol::JoinedSince joined_since(storage::StreamPosition at) const {
    return is_joined || left_at > at ? protocol::JoinedSince::yes : protocol::JoinedSince::no;
  }
  [[nodiscard]] bool ignores(const protocol::VerifiedEvent& event) const {
    return accounts::IgnoredUsers::hides(*ignored, event);
  }
  [[nodiscard]] bool saw_it_come(const CachedEvent& event) const {
    return is_joined && sees_at_once(*ignored, member, event);
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
  viewer.member = member->event;
  viewer.is_joined = member->membership == Membership::join;
  if (viewer.is_joined) co_return viewer;
  const CachedEventPtr end = co_await find_end_of_stay(rooms_.events(), viewer.member);
  if (end) viewer.left_at = end->position;
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

// Whether who is joined has been so without a break since that event. A new name or picture is no
// break.
runtime::Task<bool> VisibleHistory::was_inside(Viewer& viewer, storage::EventNumber event,
                                               storage::StreamPosition at) {
  if (!viewer.is_joined) co_return false;
  // A room's events are numbered in the order of their positions: the member event itself, which
  // may have left memory long ago, need not be read to know that this came after it.
  if (viewer.member <= event) co_return true;
  if (!viewer.is_traced) {
    const CachedEventPtr member = co_await rooms_.events().get(viewer.member);
    viewer.joined_at = member->position;
    viewer.member_before = member->replaces;
    viewer.is_traced = true;
  }
  while (viewer.joined_at > at && viewer.member_before.value != 0) {
    const CachedEventPtr earlier = co_await rooms_.events().get(viewer.member_before);
    const bool was_joined = membership_in(earlier) == protocol::Membership::join;
    if (was_joined) viewer.joined_at = earlier->position;
    viewer.member_before = was_joined ? earlier->replaces : storage::EventNumber{};
  }
  co_return viewer.joined_at <= at;
}

runtime::Task<> VisibleHistory::look_at(Viewer& viewer, storage::StateRoot root) {
  if (viewer.last_looked_up && viewer.last_looked_up->root == root) co_return;
  viewer.last_looked_up = co_await look_up(root, viewer.user);
}

runtime::Task<std::optional<Membership>> VisibleHistory::decide(Viewer& viewer,
                                                                CachedEventPtr event) {
  if (viewer.ignores(*event->event)) co_return std::nullopt;
  if (co_await was_inside(viewer, event->number, event->position)) co_return Membership::join;
  co_await look_at(viewer, event->state_after);
  const AtState& after = *viewer.last_looked_up;
  protocol::VisibilityQuestion question{.visibility_before = after.visibility,
                                        .visibility_after = after.visibility,
                                        .membership_before = after.membership,
                                        .membership_after = after.membership,
                                        .joined_since = viewer.joined_since(event->position)};
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

// Whether what somebody said who was erased since is kept from a viewer who was not there.
bool VisibleHistory::is_withheld(Membership membership, const protocol::UserId& sender) const {
  return membership != Membership::join && erased_.contains(sender);
}

// An event that somebody may see, as they see it.
CachedEventPtr VisibleHistory::as_seen(CachedEventPtr event, Membership membership,
                                       Ignored ignored) const {
  const bool is_bare =
      ignored == Ignored::withheld || is_withheld(membership, event->event->sender());
  if (is_bare) return withhold(*event);
  const bool shows_replaced = !event->replaced_text.empty();
  if (shows_replaced && is_withheld(membership, event->replaced_sender)) {
    return withhold_replaced(*event);
  }
  return event;
}

runtime::Task<SeenEvents> VisibleHistory::filter(RoomPtr room, protocol::UserId user,
                                                 std::vector<CachedEventPtr> events) {
  Viewer viewer = co_await describe(room, user);
  SeenEvents visible;
  visible.events.reserve(events.size());
  visible.memberships.reserve(events.size());
  for (CachedEventPtr& event : events) {
    std::optional<Membership> membership;
    // Most is news to somebody who has been there all the time.
    if (viewer.saw_it_come(*event)) {
      membership = Membership::join;
    } else {
      membership = co_await decide(viewer, event);
    }
    if (!membership) continue;
    visible.push_back(as_seen(std::move(event), *membership, Ignored::hidden), *membership);
  }
  co_return visible;
}

std::optional<SeenEvents> VisibleHistory::filter_at_once(
    const Room& room, const protocol::UserId& user,
    const std::vector<CachedEventPtr>& events) const {
  const auto ignored = ignored_.find_kept(user);
  const std::optional<Member> member = ignored ? room.find_member(user) : std::nullopt;
  if (!member || member->membership != Membership::join) return std::nullopt;
  const auto saw_it_come = [&](const CachedEventPtr& event) {
    return sees_at_once(*ignored, member->event, *event);
  };
  if (!std::ranges::all_of(events, saw_it_come)) return std::nullopt;
  SeenEvents visible;
  visible.events.reserve(events.size());
  visible.memberships.reserve(events.size());
  for (const CachedEventPtr& event : events) {
    visible.push_back(as_seen(event, Membership::join, Ignored::hidden), Membership::join);
  }
  return visible;
}

runtime::Task<std::vector<bool>> VisibleHistory::judge(RoomPtr room, protocol::UserId user,
                                                       std::span<const EventTrace> traces) {
  Viewer viewer = co_await describe(room, user);
  std::vector<bool> seen;
  seen.reserve(traces.size());
  for (const EventTrace& trace : traces) {
    if (trace.kind == EventTrace::Kind::state) {
      const auto membership = co_await decide(viewer, co_await rooms_.events().get(trace.number));
      seen.push_back(membership && !is_withheld(*membership, *trace.sender));
    } else if (viewer.ignored->contains(*trace.sender)) {
      seen.push_back(false);
    } else if (viewer.is_joined && viewer.member <= trace.number) {
      seen.push_back(true);
    } else {
      seen.push_back(co_await sees_message(viewer, trace));
    }
  }
  co_return seen;
}

runtime::Task<bool> VisibleHistory::sees_message(Viewer& viewer, const EventTrace& trace) {
  if (co_await was_inside(viewer, trace.number, trace.position)) co_return true;
  co_await look_at(viewer, trace.state_after);
  const AtState& at = *viewer.last_looked_up;
  if (is_withheld(at.membership, *trace.sender)) co_return false;
  co_return protocol::may_see({.visibility_before = at.visibility,
                               .visibility_after = at.visibility,
                               .membership_before = at.membership,
                               .membership_after = at.membership,
                               .joined_since = viewer.joined_since(trace.position)});
}

runtime::Task<SeenEvents> VisibleHistory::see(RoomPtr room, protocol::UserId user,
                                              CachedEventPtr event, Ignored ignored) {
  Viewer viewer = co_await describe(room, user);
  const bool is_ignored = viewer.ignores(*event->event);
  if (ignored == Ignored::withheld) viewer.ignored = nobody_;
  SeenEvents seen;
  const std::optional<Membership> membership = co_await decide(viewer, event);
  if (!membership) co_return seen;
  const Ignored as = is_ignored ? Ignored::withheld : Ignored::hidden;
  seen.push_back(as_seen(std::move(event), *membership, as), *membership);
  co_return seen;
}

runtime::Task<std::shared_ptr<const accounts::IgnoredUsers::Users>> VisibleHistory::ignored_by(
    protocol::UserId user) {
  co_return co_await ignored_.load(std::move(user));
}

runtime::Task<bool> VisibleHistory::ignores(protocol::UserId user, protocol::UserId sender) {
  const auto ignored = co_await ignored_.load(user);
  if (ignored->contains(sender)) co_return true;
  const protocol::InviteFate fate = co_await invites_.decide(std::move(user), std::move(sender));
  co_return fate != protocol::InviteFate::shown;
}

}  // namespace chancery::rooms
