// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/state_section.hpp"

#include "domain/rooms/reading.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <unordered_set>

namespace chancery::sync {

namespace {

// With lazy loading, members are told only where an event of theirs is shown. The viewer always.
struct MembersWanted {
  bool all = true;
  std::unordered_set<std::string_view> users;
};

MembersWanted members_wanted(const StateWanted& wanted) {
  MembersWanted members{.all = !wanted.filter->lazy_load_members, .users = {}};
  if (members.all) return members;
  members.users.insert(wanted.viewer.text());
  for (const protocol::UserId& hero : wanted.heroes) members.users.insert(hero.text());
  for (const rooms::CachedEventPtr& event : wanted.timeline->events) {
    members.users.insert(event->event->sender().text());
    // The one whom a membership event speaks of is shown as well.
    if (event->event->type() == "m.room.member") {
      members.users.insert(*event->event->state_key());
    }
  }
  return members;
}

// The member events of those who are shown, which the client may not know of.
runtime::Task<> add_shown_members(rooms::Rooms& rooms, const StateWanted& wanted,
                                  const MembersWanted& members,
                                  std::vector<storage::EventNumber>& numbers) {
  const bool repeats = wanted.sent == nullptr || wanted.filter->include_redundant_members;
  for (const std::string_view user : members.users) {
    if (user == wanted.viewer.text()) continue;
    const auto member = co_await storage::find_state(
        rooms.state_nodes(), wanted.shown, storage::StateKey("m.room.member", std::string(user)));
    if (!member || std::ranges::find(numbers, *member) != numbers.end()) continue;
    if (!repeats && wanted.sent->is_known(wanted.chain, *member)) continue;
    numbers.push_back(*member);
  }
}

// What the client knows of members once it has this answer.
void note_sent(const StateWanted& wanted, const std::vector<rooms::CachedEventPtr>& state) {
  if (wanted.sent == nullptr) return;
  std::vector<storage::EventNumber> sent;
  const auto note = [&sent](const rooms::CachedEventPtr& event) {
    if (event->event->is_state() && event->event->type() == "m.room.member") {
      sent.push_back(event->number);
    }
  };
  std::ranges::for_each(state, note);
  std::ranges::for_each(wanted.timeline->events, note);
  wanted.sent->note(wanted.chain, sent, wanted.until);
}

bool is_wanted(const MembersWanted& members, const storage::StateKey& key) {
  return members.all || key.first != "m.room.member" || members.users.contains(key.second);
}

}  // namespace

runtime::Task<std::vector<rooms::CachedEventPtr>> load_state_section(rooms::Rooms& rooms,
                                                                     StateWanted wanted) {
  const MembersWanted members = members_wanted(wanted);
  std::vector<storage::EventNumber> numbers;
  if (wanted.known.is_empty()) {
    // The present state is in memory.
    const auto entries = wanted.shown == wanted.room->head().state
                             ? wanted.room->state_entries()
                             : co_await storage::load_state(rooms.state_nodes(), wanted.shown);
    for (const storage::StateEntry& entry : entries) {
      if (is_wanted(members, entry.key)) numbers.push_back(entry.event);
    }
  } else {
    if (wanted.known != wanted.shown) {
      const auto differences =
          co_await storage::compare_states(rooms.state_nodes(), wanted.known, wanted.shown);
      for (const storage::StateDifference& one : differences) {
        if (one.after.value != 0) numbers.push_back(one.after);
      }
    }
    if (!members.all) co_await add_shown_members(rooms, wanted, members, numbers);
  }
  std::unordered_set<storage::EventNumber> in_timeline;
  if (wanted.place == StatePlace::before_timeline) {
    for (const auto& event : wanted.timeline->events) in_timeline.insert(event->number);
  }
  std::erase_if(numbers, [&](storage::EventNumber one) { return in_timeline.contains(one); });
  auto events = co_await rooms.events().get(std::move(numbers));
  if (!wanted.filter->accepts_all()) {
    std::erase_if(events, [&](const rooms::CachedEventPtr& event) {
      return !rooms::is_wanted(*wanted.filter, *event);
    });
  }
  note_sent(wanted, events);
  co_return events;
}

}  // namespace chancery::sync
