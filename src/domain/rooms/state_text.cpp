// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/state_text.hpp"

#include "base/json.hpp"

namespace chancery::rooms {

runtime::Task<std::string> find_state_text(Rooms& rooms, RoomPtr room, std::string type,
                                           std::string member) {
  const storage::EventNumber number = room->find_state(type, "");
  if (number.value == 0) co_return std::string();
  const CachedEventPtr event = co_await rooms.events().get(number);
  co_return std::string(base::find_string(event->event->content(), member).value_or(""));
}

}  // namespace chancery::rooms
