// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Device lists: whose keys changed since a position, as far as it concerns someone.
//
// The newest changes are kept in memory; older ones are read from the store.
//
// Concurrency: any thread.
// Spec: client-server, "Tracking the device list for a user"; GET /keys/changes.

#include "domain/rooms/memberships.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/device_keys.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace chancery::devices {

class DeviceLists {
 public:
  struct Ports {
    storage::DeviceKeyStore& store;
    storage::CommittedChanges& feed;  // a reader is added
    rooms::Memberships& memberships;
  };
  explicit DeviceLists(Ports ports);

  struct Changes {
    std::set<protocol::UserId> changed;  // share a room with the viewer and changed
    std::set<protocol::UserId> left;     // share none any more
  };
  // False only if nothing changed for anyone after `after`, in keys or in who shares rooms.
  // Without a lock.
  [[nodiscard]] bool may_have_changed(storage::StreamPosition after) const {
    return after.value < newest_.load() || ports_.memberships.may_have_moved(after);
  }
  using Company = rooms::Memberships::CompanyChanges;
  // What `viewer` must know between two positions. Who came to share a room counts as changed.
  // `company`: who came and who went between them, where that is known already.
  runtime::Task<Changes> changes_for(protocol::UserId viewer, storage::StreamPosition after,
                                     storage::StreamPosition until,
                                     const Company* company = nullptr);
  // Every change noted between two positions, for whom it may concern.
  runtime::Task<std::vector<storage::NoteDeviceListChange>> load_changes(
      storage::StreamPosition after, storage::StreamPosition until);

 private:
  // Absent where memory does not reach back so far.
  [[nodiscard]] std::optional<std::vector<storage::NoteDeviceListChange>> find_recent(
      storage::StreamPosition after, storage::StreamPosition until) const;
  void keep(storage::StreamPosition position, storage::NoteDeviceListChange change);

  Ports ports_;
  std::atomic<std::uint64_t> newest_;  // the position of the newest change noted; see recent_after_
  mutable std::mutex mutex_;
  std::deque<std::pair<storage::StreamPosition, storage::NoteDeviceListChange>>
      recent_;                            // in order
  storage::StreamPosition recent_after_;  // `recent_` holds everything after this
};

}  // namespace chancery::devices
