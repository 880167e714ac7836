// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/state_section.hpp"

#include "domain/rooms/reading.hpp"
#include "storage/state_tree.hpp"

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
  for (const rooms::CachedEventPtr& event : wanted.timeline->events) {
    members.users.insert(event->event->sender().text());
    // The one whom a membership event speaks of is shown as well.
    if (event->event->type() == "m.room.member") {
      members.users.insert(*event->event->state_key());
    }
  }
  return members;
}

bool is_wanted(const MembersWanted& members, const storage::StateKey& key) {
  return members.all || key.first != "m.room.member" || members.users.contains(key.second);
}

}  // namespace

runtime::Task<std::vector<rooms::CachedEventPtr>> load_state_section(rooms::Rooms& rooms,
                                                                     StateWanted wanted) {
  const MembersWanted members = members_wanted(wanted);
  std::vector<storage::EventNumber> numbers;
  if (wanted.known.is_empty() && wanted.shown == wanted.room->head().state) {
    // The present state is in memory.
    for (const storage::StateEntry& entry : wanted.room->state_entries()) {
      if (is_wanted(members, entry.key)) numbers.push_back(entry.event);
    }
  } else if (wanted.known.is_empty()) {
    const auto entries = co_await storage::load_state(rooms.state_nodes(), wanted.shown);
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
    if (!members.all) {
      // Members whom the client may not have been told of: those of the timeline's senders.
      for (const std::string_view user : members.users) {
        if (user == wanted.viewer.text()) continue;
        const auto member =
            co_await storage::find_state(rooms.state_nodes(), wanted.shown,
                                         storage::StateKey("m.room.member", std::string(user)));
        if (member && std::ranges::find(numbers, *member) == numbers.end()) {
          numbers.push_back(*member);
        }
      }
    }
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
  co_return events;
}

}  // namespace chancery::sync
