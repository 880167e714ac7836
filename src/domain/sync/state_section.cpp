// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/state_section.hpp"

#include "domain/rooms/reading.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace chancery::sync {

namespace {

constexpr std::string_view kMemberType = "m.room.member";

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
    if (event->event->type() == kMemberType) {
      members.users.insert(*event->event->state_key());
    }
  }
  return members;
}

using Entries = std::vector<storage::StateEntry>;

bool has_key(const Entries& entries, std::string_view type, std::string_view key) {
  return std::ranges::any_of(entries, [&](const storage::StateEntry& entry) {
    return entry.key.first == type && entry.key.second == key;
  });
}

// The member events of those who are shown, which the client may not know of.
runtime::Task<> add_shown_members(rooms::Rooms& rooms, const StateWanted& wanted,
                                  const MembersWanted& members, Entries& entries) {
  const bool repeats = wanted.sent == nullptr || wanted.filter->include_redundant_members;
  for (const std::string_view user : members.users) {
    if (user == wanted.viewer.text() || has_key(entries, kMemberType, user)) continue;
    storage::StateKey key(kMemberType, user);
    const auto member = co_await storage::find_state(rooms.state_nodes(), wanted.shown, key);
    if (!member) continue;
    if (!repeats && wanted.sent->is_known(wanted.chain, *member)) continue;
    entries.push_back({.key = std::move(key), .event = *member});
  }
}

// What the client knows of members once it has this answer.
void note_sent(const StateWanted& wanted, const std::vector<rooms::CachedEventPtr>& state) {
  if (wanted.sent == nullptr) return;
  std::vector<storage::EventNumber> sent;
  const auto note = [&sent](const rooms::CachedEventPtr& event) {
    if (event->event->is_state() && event->event->type() == kMemberType) {
      sent.push_back(event->number);
    }
  };
  std::ranges::for_each(state, note);
  std::ranges::for_each(wanted.timeline->events, note);
  wanted.sent->note(wanted.chain, sent, wanted.until);
}

bool is_wanted(const MembersWanted& members, const storage::StateKey& key) {
  return members.all || key.first != kMemberType || members.users.contains(key.second);
}

// What the state at `shown` says that the client does not know.
runtime::Task<Entries> load_news(rooms::Rooms& rooms, const StateWanted& wanted,
                                 const MembersWanted& members) {
  Entries entries;
  if (wanted.known.is_empty()) {
    // The present state is in memory.
    std::optional<Entries> present = wanted.room->state_entries_at(wanted.shown);
    entries = present ? *std::move(present)
                      : co_await storage::load_state(rooms.state_nodes(), wanted.shown);
    std::erase_if(entries,
                  [&](const storage::StateEntry& entry) { return !is_wanted(members, entry.key); });
  } else if (wanted.known != wanted.shown) {
    const auto differences =
        co_await storage::compare_states(rooms.state_nodes(), wanted.known, wanted.shown);
    for (const storage::StateDifference& one : differences) {
      if (one.after.value != 0) entries.push_back({.key = one.key, .event = one.after});
    }
  }
  co_return entries;
}

// The timeline leaves out state events that are newer than its first: what they changed is told
// here, in the place of what it was before, unless the timeline has the newest.
runtime::Task<> add_left_out(rooms::Rooms& rooms, const StateWanted& wanted,
                             const MembersWanted& members, Entries& entries) {
  std::unordered_set<storage::EventNumber> in_timeline;
  for (const auto& event : wanted.timeline->events) in_timeline.insert(event->number);
  std::map<storage::StateKey, storage::EventNumber> left_out;
  const auto changes = co_await storage::compare_states(
      rooms.state_nodes(), wanted.timeline->state_before, wanted.timeline->state_after);
  for (const storage::StateDifference& one : changes) {
    const bool is_told = one.after.value == 0 || in_timeline.contains(one.after) ||
                         (wanted.known.is_empty() && !is_wanted(members, one.key));
    if (!is_told) left_out.emplace(one.key, one.after);
  }
  for (storage::StateEntry& entry : entries) {
    const auto newer = left_out.find(entry.key);
    if (newer == left_out.end()) continue;
    entry.event = newer->second;
    left_out.erase(newer);
  }
  for (const auto& [key, event] : left_out) entries.push_back({.key = key, .event = event});
}

}  // namespace

bool may_have_state(const StateWanted& wanted) {
  return wanted.known.is_empty() || wanted.known != wanted.shown || wanted.timeline->lacks_state ||
         wanted.filter->lazy_load_members;
}

runtime::Task<std::vector<rooms::CachedEventPtr>> load_state_section(rooms::Rooms& rooms,
                                                                     StateWanted wanted) {
  const MembersWanted members = members_wanted(wanted);
  Entries entries = co_await load_news(rooms, wanted, members);
  if (wanted.place == StatePlace::before_timeline && wanted.timeline->lacks_state) {
    co_await add_left_out(rooms, wanted, members, entries);
  }
  if (!wanted.known.is_empty() && !members.all) {
    co_await add_shown_members(rooms, wanted, members, entries);
  }
  if (entries.empty()) {
    note_sent(wanted, {});
    co_return std::vector<rooms::CachedEventPtr>{};
  }
  std::unordered_set<storage::EventNumber> in_timeline;
  if (wanted.place == StatePlace::before_timeline) {
    for (const auto& event : wanted.timeline->events) in_timeline.insert(event->number);
  }
  std::vector<storage::EventNumber> numbers;
  numbers.reserve(entries.size());
  for (const storage::StateEntry& entry : entries) {
    if (!in_timeline.contains(entry.event)) numbers.push_back(entry.event);
  }
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
