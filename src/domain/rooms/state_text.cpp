// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/state_text.hpp"

#include "base/json.hpp"
#include "storage/state_tree.hpp"

#include <optional>
#include <utility>

namespace chancery::rooms {
namespace {

std::string text_in(const CachedEvent& event, const std::string& member) {
  return std::string(base::find_string(event.event->content(), member).value_or(""));
}

}  // namespace

runtime::Task<std::string> find_state_text(Rooms& rooms, RoomPtr room, std::string type,
                                           std::string member) {
  const storage::EventNumber number = room->find_state(type, "");
  if (number.value == 0) co_return std::string();
  co_return text_in(*co_await rooms.events().get(number), member);
}

runtime::Task<std::string> find_state_text(Rooms& rooms, RoomPtr room, storage::StateRoot root,
                                           std::string type, std::string member) {
  std::optional<storage::EventNumber> number = room->find_state_at(root, type, "");
  if (!number) {
    number = co_await storage::find_state(rooms.state_nodes(), root,
                                          storage::StateKey(std::move(type), ""));
  }
  if (!number || number->value == 0) co_return std::string();
  co_return text_in(*co_await rooms.events().get(*number), member);
}

}  // namespace chancery::rooms
