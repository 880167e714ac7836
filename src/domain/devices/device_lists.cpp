// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/device_lists.hpp"

namespace chancery::devices {

namespace {
constexpr std::size_t kMostRecent = 10'000;
}

DeviceLists::DeviceLists(Ports ports) : ports_(ports) {
  recent_after_ = ports_.feed.last_position();
  last_ = recent_after_;
  ports_.feed.add_reader([this](const storage::CommittedChange& committed) { apply(committed); });
}

void DeviceLists::apply(const storage::CommittedChange& committed) {
  for (const storage::Mutation& mutation : committed.change.mutations) {
    const auto* note = std::get_if<storage::NoteDeviceListChange>(&mutation);
    const auto* removal = std::get_if<storage::DeleteDevice>(&mutation);
    if (note == nullptr && removal == nullptr) continue;
    const storage::NoteDeviceListChange change =
        note != nullptr ? *note : storage::NoteDeviceListChange{removal->user, {}};
    const std::lock_guard lock(mutex_);
    recent_.emplace_back(committed.position, change);
    last_ = committed.position;
    if (recent_.size() > kMostRecent) {
      recent_after_ = recent_.front().first;
      while (!recent_.empty() && recent_.front().first <= recent_after_) recent_.pop_front();
    }
  }
}

storage::StreamPosition DeviceLists::last_position() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

runtime::Task<std::vector<storage::NoteDeviceListChange>> DeviceLists::load_changes(
    storage::StreamPosition after, storage::StreamPosition until) {
  {
    const std::lock_guard lock(mutex_);
    if (after >= recent_after_) {
      std::vector<storage::NoteDeviceListChange> changes;
      for (const auto& [position, change] : recent_) {
        if (position > after && position <= until) changes.push_back(change);
      }
      co_return changes;
    }
  }
  co_return co_await ports_.store.load_device_list_changes(after, until);
}

runtime::Task<DeviceLists::Changes> DeviceLists::changes_for(protocol::UserId viewer,
                                                             storage::StreamPosition after,
                                                             storage::StreamPosition until) {
  Changes changes;
  const auto noted = co_await load_changes(after, until);
  for (const storage::NoteDeviceListChange& one : noted) {
    const bool concerns = one.seen_by.empty() ? ports_.memberships.share_room(viewer, one.user)
                                              : one.seen_by == viewer;
    if (concerns) changes.changed.insert(one.user);
  }
  // Rooms that the viewer entered or left since: their members came into view or went out of it.
  const auto rooms = co_await ports_.memberships.all_rooms(viewer);
  for (const rooms::UserRoom& room : *rooms) {
    if (room.position <= after || room.position > until) continue;
    const bool entered = room.membership == rooms::Membership::join;
    for (const protocol::UserId& member : ports_.memberships.joined_members(room.room)) {
      if (member == viewer) continue;
      if (entered)
        changes.changed.insert(member);
      else if (!ports_.memberships.share_room(viewer, member))
        changes.left.insert(member);
    }
  }
  co_return changes;
}

}  // namespace chancery::devices
