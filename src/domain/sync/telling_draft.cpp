// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/telling_draft.hpp"

namespace chancery::sync {

const ToldRoom& TellingDraft::get(storage::RoomNumber room) const {
  static const ToldRoom kNothing;
  if (const auto place = places_.find(room)) return telling_.rooms[*place].second;
  const ToldRoom* known = connection_.find(room);
  return known == nullptr ? kNothing : *known;
}

std::size_t TellingDraft::place_of(storage::RoomNumber room) {
  if (const auto place = places_.find(room)) return *place;
  telling_.rooms.emplace_back(room, get(room));
  shown_.emplace_back();
  return places_.add(room);
}

void TellingDraft::set(storage::RoomNumber room, const ToldRoom& told) {
  telling_.rooms[place_of(room)].second = told;
}

const TellingDraft::Shown& TellingDraft::shown(storage::RoomNumber room) const {
  static const Shown kNothing;
  const auto place = places_.find(room);
  return place ? shown_[*place] : kNothing;
}

void TellingDraft::show(storage::RoomNumber room, Shown shown) {
  shown_[place_of(room)] = std::move(shown);
}

}  // namespace chancery::sync
