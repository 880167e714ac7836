// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The profiles of a sliding answer: changes of whoever shares a room with the viewer, and all there
// is of those who are new to the client.
//
// New are the members of a room that an answer tells of first, all of them, or where members are
// loaded lazily and in large rooms whom it shows. When the client asks for more fields than before,
// everyone of the rooms that it looks at is new. Somebody may be told of again with another room.
//
// Concurrency: any thread; the connection's turn is held.
// Spec: MSC4262.

#include "domain/sync/profile_updates.hpp"
#include "domain/sync/sliding_rooms.hpp"
#include "domain/sync/telling_draft.hpp"

#include <set>
#include <string>
#include <vector>

namespace chancery::sync {

class SlidingProfiles {
 public:
  struct Limits {
    std::size_t most_members = 1'000;    // of a room of which all are told
    std::size_t most_newcomers = 2'000;  // of one answer, about: rooms beyond come with the next
  };
  struct Ports {
    ProfileUpdates& updates;
    rooms::Memberships& memberships;
  };
  explicit SlidingProfiles(Ports ports) : SlidingProfiles(ports, Limits()) {}
  SlidingProfiles(Ports ports, Limits limits) : ports_(ports), limits_(limits) {}

  // Appends the extension where it is asked for. Returns whether it is news.
  runtime::Task<bool> add(std::string& out, const SlidingAnswer& answer,
                          const std::vector<RoomWanted>& shown, TellingDraft& draft);

 private:
  enum class Fields : std::uint8_t { known, more };
  std::set<protocol::UserId> find_newcomers(const ProfilesWanted& wanted,
                                            const std::vector<RoomWanted>& shown, Fields fields,
                                            TellingDraft& draft);
  void add_members(std::set<protocol::UserId>& newcomers, storage::RoomNumber room);

  Ports ports_;
  const Limits limits_;
};

}  // namespace chancery::sync
