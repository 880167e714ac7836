// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/stripped_state.hpp"

#include "domain/rooms/client_event.hpp"
#include "domain/sync/json_lists.hpp"
#include "storage/state_tree.hpp"

#include <array>
#include <string_view>

namespace chancery::sync {

namespace {

constexpr std::array<std::string_view, 8> kStrippedTypes{
    "m.room.create",     "m.room.name",
    "m.room.avatar",     "m.room.topic",
    "m.room.join_rules", "m.room.canonical_alias",
    "m.room.encryption", "m.room.history_visibility"};

}  // namespace

runtime::Task<std::string> load_stripped_state(rooms::Rooms& rooms, rooms::UserRoom room) {
  // The state of that moment: what came after is not for those who are outside, and whoever was
  // told before has the same as whoever asks now.
  const rooms::CachedEventPtr own = co_await rooms.events().get(room.event);
  std::vector<storage::EventNumber> numbers;
  for (const std::string_view type : kStrippedTypes) {
    const auto number = co_await storage::find_state(rooms.state_nodes(), own->state_after,
                                                     storage::StateKey(std::string(type), ""));
    if (number) numbers.push_back(*number);
  }
  // Who sent the invitation is shown by name.
  const auto sender =
      co_await storage::find_state(rooms.state_nodes(), own->state_after,
                                   storage::StateKey("m.room.member", own->event->sender().text()));
  if (sender && *sender != room.event) numbers.push_back(*sender);
  numbers.push_back(room.event);
  const auto events = co_await rooms.events().get(std::move(numbers));
  std::string items;
  for (const rooms::CachedEventPtr& event : events) {
    begin_item(items);
    rooms::append_stripped_event(items, *event->event);
  }
  co_return items;
}

}  // namespace chancery::sync
