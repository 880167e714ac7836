// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/removed_rooms.hpp"

#include "base/json.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace chancery::sync {

RemovedRooms::RemovedRooms(Ports ports) : ports_(ports) {
  ports_.feed.add_reader(storage::hear(
      [this](const storage::NoteRemovedStays& noted, storage::StreamPosition position) {
        const std::unique_lock lock(mutex_);
        for (const storage::NoteRemovedStays::Stay& stay : noted.stays) note(stay.user, position);
      }));
}

runtime::Task<> RemovedRooms::load() {
  const auto last = co_await ports_.store.load_last_removals();
  const std::unique_lock lock(mutex_);
  for (const auto& [user, removed] : last) note(user, removed);
}

void RemovedRooms::note(const protocol::UserId& user, storage::StreamPosition removed) {
  storage::StreamPosition& last = last_[user];
  last = std::max(last, removed);
  newest_ = std::max(newest_.load(), removed.value);
}

bool RemovedRooms::may_have(const protocol::UserId& user, storage::StreamPosition after) const {
  if (newest_ <= after.value) return false;
  const std::shared_lock lock(mutex_);
  const auto last = last_.find(user);
  return last != last_.end() && last->second > after;
}

runtime::Task<std::vector<storage::RemovedStay>> RemovedRooms::load_stays(
    protocol::UserId user, storage::StreamPosition after, storage::StreamPosition until) {
  auto stays = co_await ports_.store.load_removed_stays(user, after, until);
  const auto present = co_await ports_.rooms.memberships().all_rooms(user);
  std::erase_if(stays, [&](const storage::RemovedStay& stay) {
    const auto number = ports_.rooms.find_number(stay.id);
    return number && present->find(*number) != nullptr;
  });
  co_return stays;
}

runtime::Task<> RemovedRooms::sweep() {
  storage::Change change;
  change.mutations.emplace_back(storage::ForgetRemovedStays{.before = ports_.clock.now() - kKept});
  co_await ports_.commits.keep_house(std::move(change));
}

std::string farewell_text(const storage::RemovedStay& stay, const protocol::UserId& user) {
  return base::to_text(base::JsonObject{
      {"content", base::JsonObject{{"membership", "leave"}}},
      {"event_id", fmt::format("$removed_{}_{}", stay.room.value, stay.removed.value)},
      {"origin_server_ts", stay.at.milliseconds},
      {"sender", user.text()},
      {"state_key", user.text()},
      {"type", "m.room.member"}});
}

}  // namespace chancery::sync
