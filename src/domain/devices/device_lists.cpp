// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/device_lists.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>

namespace chancery::devices {

namespace {
constexpr std::size_t kMostRecent = 10'000;
}

DeviceLists::DeviceLists(Ports ports) : ports_(ports) {
  recent_after_ = ports_.feed.last_position();
  newest_ = recent_after_.value;
  ports_.feed.add_reader(
      storage::hear([this](const storage::NoteDeviceListChange& change,
                           storage::StreamPosition position) { keep(position, change); },
                    [this](const storage::DeleteDevice& removal, storage::StreamPosition position) {
                      keep(position, {removal.user, {}});
                    }));
}

void DeviceLists::keep(storage::StreamPosition position, storage::NoteDeviceListChange change) {
  const std::lock_guard lock(mutex_);
  recent_.emplace_back(position, std::move(change));
  newest_ = position.value;
  if (recent_.size() <= kMostRecent) return;
  recent_after_ = recent_.front().first;
  while (!recent_.empty() && recent_.front().first <= recent_after_) recent_.pop_front();
}

std::optional<std::vector<storage::NoteDeviceListChange>> DeviceLists::find_recent(
    storage::StreamPosition after, storage::StreamPosition until) const {
  const std::lock_guard lock(mutex_);
  if (after < recent_after_) return std::nullopt;
  std::vector<storage::NoteDeviceListChange> changes;
  auto one =
      std::ranges::upper_bound(recent_, after, {}, [](const auto& entry) { return entry.first; });
  for (; one != recent_.end() && one->first <= until; ++one) changes.push_back(one->second);
  return changes;
}

runtime::Task<std::vector<storage::NoteDeviceListChange>> DeviceLists::load_changes(
    storage::StreamPosition after, storage::StreamPosition until) {
  if (auto recent = find_recent(after, until)) co_return *std::move(recent);
  co_return co_await ports_.store.load_device_list_changes(after, until);
}

runtime::Task<DeviceLists::Changes> DeviceLists::changes_for(protocol::UserId viewer,
                                                             storage::StreamPosition after,
                                                             storage::StreamPosition until,
                                                             const Company* company) {
  Changes changes;
  // Of what memory does not reach back to no more is read than may concern the viewer.
  auto noted = find_recent(after, until);
  if (!noted) noted = co_await ports_.store.load_device_list_changes_for(viewer, after, until);
  for (const storage::NoteDeviceListChange& one : *noted) {
    const bool concerns = one.seen_by.empty() ? ports_.memberships.share_room(viewer, one.user)
                                              : one.seen_by == viewer;
    if (concerns) changes.changed.insert(one.user);
  }
  // Who came into view has keys that the viewer does not know; who went out of it is not followed.
  Company asked;
  if (company == nullptr) {
    asked = co_await ports_.memberships.load_company_changes(viewer, after, until);
    company = &asked;
  }
  changes.changed.insert(company->came.begin(), company->came.end());
  changes.left.insert(company->gone.begin(), company->gone.end());
  co_return changes;
}

}  // namespace chancery::devices
