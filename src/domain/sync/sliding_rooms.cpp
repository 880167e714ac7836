// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_rooms.hpp"

#include "base/append_number.hpp"
#include "domain/rooms/member_trail.hpp"
#include "domain/rooms/past_state.hpp"
#include "domain/rooms/state_text.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "domain/sync/json_lists.hpp"
#include "domain/sync/stripped_state.hpp"
#include "domain/sync/timeline_section.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace chancery::sync {

namespace {

constexpr std::string_view kMemberType = "m.room.member";
constexpr std::size_t kHeroes = 5;

bool is_stable(const SlidingAnswer& answer) { return answer.request.face == SlidingFace::stable; }

void append_number(std::string& out, std::string_view name, std::uint64_t number) {
  begin_member(out, name);
  base::append_number(out, number);
}

// The room's member of `rooms`, up to where its own members begin.
void begin_room(std::string& out, const RoomWanted& wanted) {
  begin_member(out, wanted.room.id.text());
  out += '{';
}

// What every room has.
void append_common(std::string& out, const SlidingAnswer& answer, const RoomWanted& wanted,
                   storage::StreamPosition bump_stamp) {
  append_number(out, "bump_stamp", bump_stamp.value);
  if (!is_stable(answer)) return;
  begin_member(out, "membership");
  base::append_quoted(out, rooms::membership_name(wanted.room.membership));
  if (wanted.lists.empty()) return;
  begin_member(out, "lists");
  out += '[';
  for (const std::string* name : wanted.lists) {
    begin_item(out);
    base::append_quoted(out, *name);
  }
  out += ']';
}

void append_true(std::string& out, std::string_view name) {
  begin_member(out, name);
  out += "true";
}

// The viewer's own member event, where that is all they are told of the room.
void append_own_event(std::string& out, const SlidingAnswer& answer, std::string_view event) {
  const auto append = [&](std::string_view part) {
    begin_member(out, part);
    out += '[';
    out += event;
    out += ']';
  };
  if (is_stable(answer)) {
    append("stripped_state");
    return;
  }
  append_true(out, "initial");
  append("required_state");
  append("timeline");
}

// Those whose member events these are.
void note_members(std::vector<protocol::UserId>& users,
                  const std::vector<rooms::CachedEventPtr>& events) {
  for (const rooms::CachedEventPtr& one : events) {
    if (!one->event->is_state() || one->event->type() != kMemberType) continue;
    auto user = protocol::UserId::parse(*one->event->state_key());
    if (user) users.push_back(*std::move(user));
  }
}

// Whom events name, as senders or as those whose membership they are, each with the newest of them.
std::vector<std::pair<std::string_view, storage::EventNumber>> named_users(
    const std::vector<rooms::CachedEventPtr>& events) {
  std::vector<std::pair<std::string_view, storage::EventNumber>> users;
  for (const rooms::CachedEventPtr& event : events) {
    users.emplace_back(event->event->sender().text(), event->number);
    if (event->event->is_state() && event->event->type() == kMemberType) {
      users.emplace_back(*event->event->state_key(), event->number);
    }
  }
  std::ranges::sort(users, std::greater());
  const auto older = std::ranges::unique(users, {}, [](const auto& one) { return one.first; });
  users.erase(older.begin(), older.end());
  return users;
}

// The member event of `user` in the state that an event shows, where that need not be read: what is
// their present one and came before the event has been so ever since. Else absent.
std::optional<storage::EventNumber> find_member(const rooms::Room& room, std::string_view user,
                                                storage::EventNumber named_at) {
  const auto present = room.find_member(protocol::UserId::trusted(std::string(user)));
  return present && present->event <= named_at ? std::optional(present->event) : std::nullopt;
}

// Threads included, as in /v3/sync without `unread_thread_notifications`: no extension tells of
// them.
void append_counts(std::string& out, const rooms::UnreadCounts& counts) {
  append_number(out, "notification_count", counts.whole_room.notifications);
  append_number(out, "highlight_count", counts.whole_room.highlights);
}

}  // namespace

bool RoomWanted::is_in(const ExtensionScope& scope) const {
  if (room.membership != rooms::Membership::join) return false;
  return scope.has_room(room.id.text(), is_subscribed) ||
         std::ranges::any_of(lists, [&](const std::string* list) { return scope.has_list(*list); });
}

// One room while its section is made.
struct SlidingRooms::Section {
  const SlidingAnswer& answer;
  const RoomWanted& wanted;
  rooms::RoomPtr room;
  ToldRoom before;
  storage::StreamPosition until;  // nothing after this is told
  std::uint32_t state_number = 0;
  bool is_new = false;       // the client knows nothing of it, or is to forget what it knows
  bool is_expanded = false;  // events from before what it knows are told
  bool is_present = false;   // the viewer is in the room
  bool was_read = false;     // by the viewer, elsewhere

  Timeline timeline;
  storage::StateRoot shown;  // the state at `until`
  std::vector<storage::StateDifference> differences;
  std::vector<storage::EventNumber> state;
  std::vector<storage::StateKey> gone;
  std::vector<protocol::UserId> people;  // Told::shown

  [[nodiscard]] bool differs_in(std::string_view type) const {
    return std::ranges::any_of(
        differences, [type](const storage::StateDifference& one) { return one.key.first == type; });
  }
  [[nodiscard]] bool is_direct() const {
    return answer.connection.arrangement().facts.direct.contains(wanted.room.id.text());
  }
  [[nodiscard]] bool changed_direct() const {
    return is_new ? is_direct() : is_direct() != before.is_direct;
  }
  [[nodiscard]] bool changed_summary() const {
    return is_new || !differences.empty() || changed_direct();
  }
};

runtime::Task<std::optional<SlidingRooms::Told>> SlidingRooms::tell(std::string& out,
                                                                    const SlidingAnswer& answer,
                                                                    const RoomWanted& wanted) {
  switch (wanted.room.membership) {
    case rooms::Membership::join:
      return tell_inside(out, answer, wanted);
    case rooms::Membership::invite:
    case rooms::Membership::knock:
      return tell_asking(out, answer, wanted);
    case rooms::Membership::leave:
    case rooms::Membership::ban:
      break;
  }
  return tell_outside(out, answer, wanted);
}

SlidingRooms::Section SlidingRooms::begin(const SlidingAnswer& answer, const RoomWanted& wanted) {
  Section section{.answer = answer, .wanted = wanted, .room = {}, .before = {}};
  if (const ToldRoom* told = answer.connection.find(wanted.room.room)) section.before = *told;
  section.until = answer.until;
  section.is_new =
      section.before.told.value == 0 || section.before.membership != rooms::Membership::join;
  section.state_number = wanted.state_number;
  section.is_expanded = !section.is_new && wanted.timeline_limit > section.before.newest_events;
  return section;
}

runtime::Task<bool> SlidingRooms::read_since(storage::RoomNumber room, protocol::UserId user,
                                             storage::StreamPosition since) {
  const auto receipts = co_await ports_.receipts.load_since(room, since);
  co_return std::ranges::any_of(
      receipts, [&](const storage::StoredReceipt& receipt) { return receipt.user == user; });
}

runtime::Task<std::optional<SlidingRooms::Told>> SlidingRooms::tell_inside(
    std::string& out, const SlidingAnswer& answer, const RoomWanted& wanted) {
  Section section = begin(answer, wanted);
  section.is_present = true;
  const storage::RoomNumber number = wanted.room.room;
  if (!section.is_new) {
    // The stable face has no counts that this would change.
    if (!is_stable(answer) && ports_.receipts.last_position(number) > section.before.told) {
      section.was_read = co_await read_since(number, answer.view.user, section.before.told);
    }
    const bool may_have_news = ports_.rooms.last_position(number) > section.before.told ||
                               section.before.state != section.state_number ||
                               section.is_expanded || section.changed_direct() || section.was_read;
    if (!may_have_news) co_return std::nullopt;
  }
  section.room = ports_.rooms.find_loaded(number);
  if (!section.room) section.room = co_await ports_.rooms.get(number);
  co_await load_timeline(section);
  co_await load_state(section);
  co_return co_await finish(out, section);
}

runtime::Task<std::optional<SlidingRooms::Told>> SlidingRooms::tell_outside(
    std::string& out, const SlidingAnswer& answer, const RoomWanted& wanted) {
  Section section = begin(answer, wanted);
  const bool knows = section.before.told.value != 0;
  const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(wanted.room.event);
  if (own->position > answer.until) co_return std::nullopt;
  if (knows && rooms::is_outside(section.before.membership)) co_return std::nullopt;
  const auto before = co_await rooms::membership_before(ports_.rooms.events(), own);
  if (before != rooms::Membership::join) {
    // Who declined an invitation never saw the room's state; their own event is all there is.
    if (!knows) co_return std::nullopt;
    co_return tell_own_event(out, answer, wanted, own);
  }
  section.until = own->position;
  section.room = co_await ports_.rooms.get(wanted.room.room);
  co_await load_timeline(section);
  co_await load_state(section);
  co_return co_await finish(out, section);
}

runtime::Task<std::optional<SlidingRooms::Told>> SlidingRooms::tell_asking(
    std::string& out, const SlidingAnswer& answer, const RoomWanted& wanted) {
  const ToldRoom* known = answer.connection.find(wanted.room.room);
  ToldRoom told = known == nullptr ? ToldRoom() : *known;
  const bool is_told = told.told.value != 0 && told.membership == wanted.room.membership &&
                       told.told >= wanted.room.position;
  if (is_told) co_return std::nullopt;
  const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(wanted.room.event);
  const bool is_unwelcome = wanted.room.membership == rooms::Membership::invite &&
                            co_await ports_.visible.ignores(answer.view.user, own->event->sender());
  if (is_unwelcome) co_return std::nullopt;
  const std::string stripped = co_await load_stripped_state(ports_.rooms, wanted.room);
  begin_room(out, wanted);
  append_common(out, answer, wanted, wanted.room.position);
  if (!is_stable(answer)) append_true(out, "initial");
  begin_member(out, is_stable(answer) ? "stripped_state" : "invite_state");
  out += '[';
  out += stripped;
  out += "]}";
  told.told = answer.until;
  told.membership = wanted.room.membership;
  told.newest_events = 0;
  told.state = 0;
  co_return Told{.is_news = true, .room = told, .shown = {}};
}

SlidingRooms::Told SlidingRooms::tell_own_event(std::string& out, const SlidingAnswer& answer,
                                                const RoomWanted& wanted,
                                                const rooms::CachedEventPtr& own) {
  begin_room(out, wanted);
  append_common(out, answer, wanted, own->position);
  std::string event;
  if (is_stable(answer)) {
    rooms::append_stripped_event(event, *own->event);
  } else {
    rooms::append_client_event(event, *own, answer.view,
                               {.relations = {}, .membership = wanted.room.membership});
  }
  append_own_event(out, answer, event);
  out += '}';
  ToldRoom told = *answer.connection.find(wanted.room.room);
  told.told = answer.until;
  told.membership = wanted.room.membership;
  return {.is_news = true, .room = told, .shown = {}};
}

std::optional<SlidingRooms::Told> SlidingRooms::tell_removed(std::string& out,
                                                             const SlidingAnswer& answer,
                                                             const storage::RemovedStay& stay) {
  const ToldRoom* known = answer.connection.find(stay.room);
  const bool has_it =
      known != nullptr && known->told.value != 0 && !rooms::is_outside(known->membership);
  if (!has_it) return std::nullopt;
  RoomWanted wanted;
  wanted.room = {.room = stay.room, .id = stay.id};
  begin_room(out, wanted);
  append_common(out, answer, wanted, stay.removed);
  append_own_event(out, answer, farewell_text(stay, answer.view.user));
  out += '}';
  ToldRoom told = *known;
  told.told = answer.until;
  told.membership = rooms::Membership::leave;
  return Told{.is_news = true, .room = told, .shown = {}};
}

runtime::Task<> SlidingRooms::load_timeline(Section& section) {
  static const protocol::RoomEventFilter kEverything;
  const std::size_t limit = section.wanted.timeline_limit;
  if (limit == 0) {
    section.shown = co_await state_at(ports_.rooms, section.room, section.until);
    co_return;
  }
  const bool from_the_end = section.is_new || section.is_expanded;
  const SyncWindow window{.after = from_the_end ? storage::StreamPosition{} : section.before.told,
                          .until = section.until,
                          .initial = from_the_end};
  section.timeline = co_await sync::load_timeline(ports_.rooms, ports_.visible,
                                                  {.room = section.room,
                                                   .viewer = section.answer.view.user,
                                                   .window = window,
                                                   .limit = limit,
                                                   .filter = &kEverything});
  section.shown = section.timeline.state_after;
}

runtime::Task<> SlidingRooms::load_state(Section& section) {
  const WantedStatePtr& wanted = section.wanted.state;
  WantedStatePtr known;
  if (!section.is_new) {
    known = section.answer.connection.wanted_state(section.before.state);
    const auto at_once = section.room->find_state_at(section.before.told);
    const storage::StateRoot before =
        at_once ? *at_once : co_await state_at(ports_.rooms, section.room, section.before.told);
    if (before != section.shown) {
      section.differences =
          co_await storage::compare_states(ports_.rooms.state_nodes(), before, section.shown);
    }
    for (const storage::StateDifference& one : section.differences) {
      if (!wanted->wants(one.key.first, one.key.second)) continue;
      if (one.after.value == 0)
        section.gone.push_back(one.key);
      else
        section.state.push_back(one.after);
    }
  }
  if (section.is_new || section.before.state != section.state_number) {
    const auto entries =
        co_await load_wanted_state(ports_.rooms, section.room, section.shown, wanted, known);
    for (const storage::StateEntry& entry : entries) section.state.push_back(entry.event);
  }
  if (wanted->loads_members_lazily()) co_await add_lazy_members(section);
  std::ranges::sort(section.state);
  const auto repeated = std::ranges::unique(section.state);
  section.state.erase(repeated.begin(), repeated.end());
}

// "1. All the senders of events in timeline, excluding membership events that were previously
// returned. 2. The target of all membership events … 3. All membership updates since
// the last sync when limited is false."
runtime::Task<> SlidingRooms::add_lazy_members(Section& section) {
  const std::uint64_t chain = section.answer.connection.member_chain();
  for (const auto& [user, named_at] : named_users(section.timeline.events)) {
    std::optional<storage::EventNumber> member = find_member(*section.room, user, named_at);
    if (!member) {
      member = co_await storage::find_state(ports_.rooms.state_nodes(), section.shown,
                                            storage::StateKey(kMemberType, std::string(user)));
    }
    if (member && !ports_.sent_members.is_known(chain, *member)) section.state.push_back(*member);
  }
  if (!section.is_new && !section.timeline.limited) {
    for (const storage::StateDifference& one : section.differences) {
      if (one.key.first == kMemberType && one.after.value != 0) section.state.push_back(one.after);
    }
  }
}

// What the client knows of the room with this answer.
ToldRoom SlidingRooms::told_with(const Section& section, bool has_state) const {
  const Timeline& timeline = section.timeline;
  ToldRoom told = section.before;
  told.told = section.answer.until;
  told.membership = section.wanted.room.membership;
  told.is_direct = section.is_direct();
  if (section.is_new) {  // what it was told before it forgets
    told.account_data = {};
    told.receipts = {};
    told.receipt_rest = 0;
    told.typing = 0;
    told.shows_typists = false;
    told.has_profiles = false;
  }
  // A narrower wish by which nothing was left out leaves the client with all that it knew.
  const bool knows_more = !section.is_new && !has_state && section.differences.empty();
  if (!knows_more || section.before.state == 0) told.state = section.state_number;
  if (section.is_new || section.is_expanded || timeline.limited) {
    told.newest_events = timeline.limited || section.wanted.timeline_limit == 0
                             ? static_cast<std::uint32_t>(section.wanted.timeline_limit)
                             : ToldRoom::kAllEvents;
  } else if (section.wanted.timeline_limit == 0) {
    const bool passed_over =
        ports_.rooms.last_position(section.room->number()) > section.before.told;
    if (passed_over) told.newest_events = 0;
  } else if (told.newest_events != ToldRoom::kAllEvents) {
    told.newest_events += static_cast<std::uint32_t>(timeline.events.size());
  }
  return told;
}

// A step is what a client acknowledges here, as a position is in /v3/sync.
void SlidingRooms::note_sent_members(const Section& section,
                                     const std::vector<rooms::CachedEventPtr>& state) {
  std::vector<storage::EventNumber> members;
  for (const rooms::CachedEventPtr& event : state) {
    if (event->event->type() == kMemberType) members.push_back(event->number);
  }
  ports_.sent_members.note(section.answer.connection.member_chain(), members,
                           {section.answer.step});
}

runtime::Task<SlidingRooms::Told> SlidingRooms::finish(std::string& out, Section& section) {
  const SlidingAnswer& answer = section.answer;
  std::vector<rooms::CachedEventPtr> state;
  if (!section.state.empty()) state = co_await ports_.rooms.events().get(section.state);
  if (!state.empty() && section.wanted.state->loads_members_lazily()) {
    note_sent_members(section, state);
  }
  const Timeline& timeline = section.timeline;
  const bool has_timeline = !timeline.events.empty() || timeline.limited;
  Told told{.is_news = section.is_new || has_timeline || !state.empty() || !section.gone.empty() ||
                       !section.differences.empty() || section.changed_direct() ||
                       section.was_read || !section.is_present,
            .room = told_with(section, !state.empty()),
            .shown = {}};
  if (told.is_news) {
    storage::StreamPosition bump_stamp = section.until;
    if (section.is_present) {
      bump_stamp = ports_.traits.known_bump_stamp(section.room->number());
      if (bump_stamp.value == 0) {
        bump_stamp = co_await ports_.traits.bump_stamp(section.room->number());
      }
    }
    begin_room(out, section.wanted);
    append_common(out, answer, section.wanted, bump_stamp);
    if (section.is_new) append_true(out, "initial");
    if (section.changed_summary()) co_await append_summary(out, section);
    append_state(out, section, state);
    if (section.wanted.timeline_limit > 0 && (section.is_new || has_timeline)) {
      std::vector<std::string> relations;
      if (ports_.aggregations.may_describe(timeline.events)) {
        relations = co_await ports_.aggregations.describe(timeline.events, answer.view);
      }
      append_timeline(out, section, relations);
    }
    if (section.is_present && !is_stable(answer)) {
      auto at_hand = ports_.unread.find_at_hand(answer.view.user, *section.room);
      const rooms::UnreadCounts counts =
          at_hand ? *std::move(at_hand)
                  : co_await ports_.unread.count(answer.view.user, section.room);
      append_counts(out, counts);
    }
    out += '}';
  }
  if (told.is_news && answer.request.body.rules->profiles) {
    note_members(section.people, state);
    note_members(section.people, timeline.events);
    told.shown.people = std::move(section.people);
  }
  told.shown.timeline = std::move(section.timeline.events);
  co_return told;
}

void SlidingRooms::append_state(std::string& out, const Section& section,
                                const std::vector<rooms::CachedEventPtr>& events) {
  const bool tells_gone = is_stable(section.answer) && !section.gone.empty();
  if (events.empty() && !tells_gone) return;
  begin_member(out, "required_state");
  out += '[';
  for (const rooms::CachedEventPtr& event : events) {
    begin_item(out);
    rooms::append_client_event(out, *event, section.answer.view);
  }
  if (tells_gone) {
    for (const auto& [type, key] : section.gone) {
      begin_item(out);
      base::append_text(out, base::JsonObject{{"type", type}, {"state_key", key}});
    }
  }
  out += ']';
}

void SlidingRooms::append_timeline(std::string& out, const Section& section,
                                   const std::vector<std::string>& relations) {
  const SlidingAnswer& answer = section.answer;
  const Timeline& timeline = section.timeline;
  begin_member(out, "timeline");
  out += '[';
  for (std::size_t i = 0; i < timeline.events.size(); ++i) {
    if (i > 0) out += ',';
    rooms::append_client_event(out, *timeline.events[i], answer.view,
                               {.relations = relations.empty() ? std::string_view() : relations[i],
                                .membership = timeline.memberships[i]});
  }
  out += ']';
  begin_member(out, "prev_batch");
  base::append_quoted(out, rooms::timeline_token(timeline.before));
  begin_member(out, "limited");
  out += timeline.limited ? "true" : "false";
  // What a fresh connection shows is history; what came while the client followed is not.
  const storage::StreamPosition seen =
      section.is_new ? answer.connection.known().position : section.before.told;
  const auto live =
      seen.value == 0
          ? 0
          : std::ranges::count_if(timeline.events, [seen](const rooms::CachedEventPtr& event) {
              return event->position > seen;
            });
  append_number(out, "num_live", static_cast<std::uint64_t>(live));
  if (section.is_expanded) {
    append_true(out, is_stable(answer) ? "expanded_timeline" : "unstable_expanded_timeline");
  }
}

runtime::Task<> SlidingRooms::append_summary(std::string& out, Section& section) {
  const bool members_changed = section.is_new || section.differs_in(kMemberType);
  const bool name_changed = section.is_new || section.differs_in("m.room.name");
  std::string name;
  if (name_changed || members_changed) {
    name = co_await rooms::find_state_text(ports_.rooms, section.room, section.shown, "m.room.name",
                                           "name");
  }
  if (name_changed) {
    if (!name.empty()) {
      begin_member(out, "name");
      base::append_quoted(out, name);
    } else if (!section.is_new) {
      begin_member(out, "name");
      out += "null";
    }
  }
  if (section.is_new || section.differs_in("m.room.avatar")) {
    const std::string avatar = co_await rooms::find_state_text(
        ports_.rooms, section.room, section.shown, "m.room.avatar", "url");
    if (!avatar.empty() || !section.is_new) begin_member(out, "avatar");
    if (!avatar.empty())
      base::append_quoted(out, avatar);
    else if (!section.is_new)
      out += "null";
  }
  if (section.changed_direct()) {
    begin_member(out, "is_dm");
    out += section.is_direct() ? "true" : "false";
  }
  if (!section.is_present) co_return;
  if (name.empty() && (name_changed || members_changed)) co_await append_heroes(out, section);
  if (!members_changed) co_return;
  const rooms::MemberCounts counts = section.room->count_members();
  append_number(out, "joined_count", counts.joined);
  append_number(out, "invited_count", counts.invited);
}

runtime::Task<> SlidingRooms::append_heroes(std::string& out, Section& section) {
  const auto users = section.room->heroes(section.answer.view.user, kHeroes);
  section.people.insert(section.people.end(), users.begin(), users.end());
  std::vector<storage::EventNumber> numbers;
  for (const protocol::UserId& user : users) {
    const auto member = section.room->find_member(user);
    if (member) numbers.push_back(member->event);
  }
  const auto members = co_await ports_.rooms.events().get(std::move(numbers));
  begin_member(out, "heroes");
  out += '[';
  for (const rooms::CachedEventPtr& member : members) {
    const base::JsonObject& content = member->event->content();
    base::JsonObject hero{{"user_id", *member->event->state_key()}};
    for (const std::string_view field : {"displayname", "avatar_url"}) {
      if (const auto text = base::find_string(content, field)) hero[field] = *text;
    }
    begin_item(out);
    base::append_text(out, hero);
  }
  out += ']';
}

}  // namespace chancery::sync
