// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_choice.hpp"

#include "domain/sync/moment.hpp"

#include <algorithm>

namespace chancery::sync {

RoomChoice::RoomChoice(const std::shared_ptr<const SlidingRules>& rules,
                       SlidingConnection& connection, const rooms::UserRooms& rooms)
    : rules_(*rules), connection_(connection), rooms_(rooms) {
  CombinedStates& kept = connection_.combined_states();
  if (kept.rules != rules) kept = {.rules = rules, .by_configs = {}};
}

void RoomChoice::Chosen::add(const std::string& name, const ListConfig& list) {
  if (std::ranges::find(lists, &name) != lists.end()) return;
  lists.push_back(&name);
  configs.push_back(&list.config);
}

RoomChoice::Chosen* RoomChoice::choose(storage::RoomNumber room) {
  if (const auto place = places_.find(room)) return &chosen_[*place];
  const rooms::UserRoom* found = rooms_.find(room);
  if (found == nullptr) return nullptr;
  places_.add(room);
  return &chosen_.emplace_back(Chosen{.room = found, .lists = {}, .configs = {}});
}

void RoomChoice::add_place(const std::string& name, const ListConfig& list,
                           storage::RoomNumber room) {
  Chosen* chosen = choose(room);
  if (chosen != nullptr) chosen->add(name, list);
}

void RoomChoice::add_window(const std::string& name, const ListConfig& list) {
  const auto& order = connection_.arrangement().lists.at(name).second;
  if (!list.ranges) {
    for (const storage::RoomNumber room : order) add_place(name, list, room);
    return;
  }
  for (const IndexRange& range : *list.ranges) {
    for (std::size_t at = range.first; at <= range.last && at < order.size(); ++at) {
      add_place(name, list, order[at]);
    }
  }
}

// Who came in from above stands at the window's beginning, and may have news from the time when it
// was not in the window.
void RoomChoice::add_pushed(const std::string& name, const ListConfig& list, std::size_t moved) {
  if (!list.ranges) return;
  const auto& order = connection_.arrangement().lists.at(name).second;
  for (const IndexRange& range : *list.ranges) {
    if (range.first == 0) continue;
    for (std::size_t at = range.first; at <= range.last && at < order.size(); ++at) {
      const ToldRoom* told = connection_.find(order[at]);
      const bool is_told = told != nullptr && told->told.value != 0;
      if (at - range.first < moved || !is_told) add_place(name, list, order[at]);
    }
  }
}

void RoomChoice::add_all() {
  for (const auto& [name, list] : rules_.lists) add_window(name, list);
  add_subscriptions(nullptr);
}

void RoomChoice::add_changed(const std::vector<ChangedRooms::ChangedRoom>& changed) {
  for (const auto& [name, list] : rules_.lists) {
    const auto& order = connection_.arrangement().lists.at(name).second;
    for (const ChangedRooms::ChangedRoom& one : changed) {
      const auto place = std::ranges::find(order, one.room);
      if (place == order.end()) continue;
      if (!list.shows(static_cast<std::size_t>(place - order.begin()))) continue;
      choose(one.room)->add(name, list);
    }
  }
  const auto moved = std::ranges::count_if(changed, &ChangedRooms::ChangedRoom::has_event);
  for (const auto& [name, list] : rules_.lists) {
    add_pushed(name, list, static_cast<std::size_t>(moved));
  }
  add_subscriptions(&changed);
}

void RoomChoice::add_subscriptions(const std::vector<ChangedRooms::ChangedRoom>* changed) {
  if (rules_.subscriptions.empty()) return;
  std::unordered_map<std::string_view, const rooms::UserRoom*> by_id;
  if (changed == nullptr) {
    for (const rooms::UserRoom& room : rooms_) {
      const auto wanted = rules_.subscriptions.find(room.id);
      if (wanted != rules_.subscriptions.end()) by_id.emplace(wanted->first.text(), &room);
    }
  } else {
    for (const ChangedRooms::ChangedRoom& one : *changed) {
      const rooms::UserRoom* room = rooms_.find(one.room);
      if (room != nullptr) by_id.emplace(room->id.text(), room);
    }
  }
  for (const auto& [id, config] : rules_.subscriptions) {
    const auto found = by_id.find(id.text());
    if (found == by_id.end()) continue;
    const rooms::UserRoom& room = *found->second;
    // "The user must either be in the room, or be invited/knocked to the room."
    const bool is_known =
        places_.find(room.room).has_value() || connection_.find(room.room) != nullptr;
    if (rooms::is_outside(room.membership) && !is_known) continue;
    Chosen* chosen = choose(room.room);
    chosen->is_subscribed = true;
    chosen->configs.push_back(&config);
  }
}

const CombinedStates::Combined& RoomChoice::combine(const std::vector<const RoomConfig*>& configs) {
  CombinedStates::Combined& combined = connection_.combined_states().by_configs[configs];
  if (!combined.state) {
    std::vector<RequiredState> parts;
    parts.reserve(configs.size());
    for (const RoomConfig* config : configs) {
      parts.push_back(config->state.for_viewer(connection_.key().user));
    }
    combined.state = std::make_shared<const WantedState>(std::move(parts));
    combined.number = connection_.intern(combined.state);
    // Equal ones are one in memory.
    if (combined.number != 0) combined.state = connection_.wanted_state(combined.number);
  }
  return combined;
}

std::vector<RoomWanted> RoomChoice::finish() {
  std::vector<RoomWanted> wanted;
  wanted.reserve(chosen_.size());
  for (Chosen& chosen : chosen_) {
    RoomWanted& one = wanted.emplace_back();
    one.room = *chosen.room;
    one.is_subscribed = chosen.is_subscribed;
    for (const RoomConfig* config : chosen.configs) {
      one.timeline_limit = std::max(one.timeline_limit, config->timeline_limit);
    }
    const CombinedStates::Combined& combined = combine(chosen.configs);
    one.state = combined.state;
    one.state_number = combined.number;
    one.lists = std::move(chosen.lists);
  }
  auto& kept = connection_.combined_states().by_configs;
  if (kept.size() > CombinedStates::kMost || connection_.is_overgrown()) kept.clear();
  return wanted;
}

}  // namespace chancery::sync
