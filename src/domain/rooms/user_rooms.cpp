// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/user_rooms.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {

std::size_t UserRooms::part_of(storage::RoomNumber room) const {
  const auto part = std::ranges::lower_bound(
      parts_, room, {}, [](const std::shared_ptr<const Part>& one) { return one->back().room; });
  return static_cast<std::size_t>(part - parts_.begin());
}

const UserRoom* UserRooms::find(storage::RoomNumber room) const {
  const std::size_t place = part_of(room);
  if (place == parts_.size()) return nullptr;
  const Part& part = *parts_[place];
  const auto row = std::ranges::lower_bound(part, room, {}, &UserRoom::room);
  return row->room == room ? &*row : nullptr;
}

UserRooms UserRooms::with(UserRoom row) const {
  UserRooms changed = *this;
  if (parts_.empty()) return from({std::move(row)});
  // What is behind all others goes into the last part.
  const std::size_t place = std::min(part_of(row.room), parts_.size() - 1);
  Part part = *parts_[place];
  const auto at = std::ranges::lower_bound(part, row.room, {}, &UserRoom::room);
  if (at != part.end() && at->room == row.room) {
    *at = std::move(row);
  } else {
    part.insert(at, std::move(row));
    ++changed.size_;
  }
  if (part.size() > kMostOfPart) {
    const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
    changed.parts_.insert(
        changed.parts_.begin() + static_cast<std::ptrdiff_t>(place) + 1,
        std::make_shared<Part>(std::make_move_iterator(half), std::make_move_iterator(part.end())));
    part.erase(half, part.end());
  }
  changed.parts_[place] = std::make_shared<Part>(std::move(part));
  return changed;
}

UserRooms UserRooms::without(storage::RoomNumber room) const {
  UserRooms changed = *this;
  const UserRoom* row = find(room);
  if (row == nullptr) return changed;
  const std::size_t place = part_of(room);
  Part part = *parts_[place];
  std::erase_if(part, [room](const UserRoom& one) { return one.room == room; });
  --changed.size_;
  if (part.empty())
    changed.parts_.erase(changed.parts_.begin() + static_cast<std::ptrdiff_t>(place));
  else
    changed.parts_[place] = std::make_shared<Part>(std::move(part));
  return changed;
}

UserRooms UserRooms::from(std::vector<UserRoom> rows) {
  UserRooms made;
  made.size_ = rows.size();
  for (std::size_t at = 0; at < rows.size(); at += kMostOfPart) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(at);
    const auto count = std::min(kMostOfPart, rows.size() - at);
    made.parts_.push_back(std::make_shared<Part>(
        std::make_move_iterator(begin),
        std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count))));
  }
  return made;
}

const UserRoom* CurrentRooms::find(storage::RoomNumber room) const {
  const UserRoom* row = all_->find(room);
  const bool is_current = row != nullptr && (row->membership == Membership::join ||
                                             row->membership == Membership::invite);
  return is_current ? row : nullptr;
}

}  // namespace chancery::rooms
