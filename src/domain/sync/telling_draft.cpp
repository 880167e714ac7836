// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/telling_draft.hpp"

namespace chancery::sync {

const ToldRoom& TellingDraft::get(storage::RoomNumber room) const {
  static const ToldRoom kNothing;
  const auto changed = changed_.find(room);
  if (changed != changed_.end()) return changed->second;
  const ToldRoom* known = connection_.find(room);
  return known == nullptr ? kNothing : *known;
}

void TellingDraft::set(storage::RoomNumber room, const ToldRoom& told) { changed_[room] = told; }

Telling TellingDraft::finish() const {
  Telling telling{.all = all_, .rooms = {}};
  telling.rooms.assign(changed_.begin(), changed_.end());
  return telling;
}

}  // namespace chancery::sync
