// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Profile updates: what a client does not know yet of the profiles of those whom its user meets.
//
// Of who shares a room with the viewer, and of the viewer, each change is told; of who is new to
// the client, whatever there is. Nothing of people whom the viewer ignores.
//
// Concurrency: any thread.
// Spec: MSC4429 (/v3/sync), MSC4262 (sliding sync).

#include "domain/accounts/ignored_users.hpp"
#include "domain/accounts/profile_changes.hpp"
#include "domain/rooms/memberships.hpp"
#include "domain/sync/sync_request.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace chancery::sync {

// Fields of profiles that a client asks for, sorted. Absent: all of them.
using ProfileFields = std::optional<std::vector<std::string>>;

// What a client is told of one person.
struct ProfileUpdate {
  bool is_gone = false;                       // nobody to follow any more; and nothing else
  std::map<std::string, std::string> values;  // of fields by name, as JSON text
  std::set<std::string> removed;
};
using ProfileUpdatesByUser = std::map<protocol::UserId, ProfileUpdate>;

class ProfileUpdates {
 public:
  struct Ports {
    accounts::ProfileChanges& changes;
    rooms::Memberships& memberships;
    accounts::IgnoredUsers& ignored;
  };
  explicit ProfileUpdates(Ports ports) : ports_(ports) {}

  struct Wanted {
    protocol::UserId viewer;
    const ProfileFields* fields = nullptr;
    SyncWindow window;  // an initial one has no changes
    // New to the client; who shares no room with the viewer is passed over.
    std::set<protocol::UserId> newcomers;
    // Who shares no room with the viewer any more since the window began.
    std::unordered_set<protocol::UserId> gone;
  };
  // Whoever has nothing to tell is not among them.
  runtime::Task<ProfileUpdatesByUser> load(Wanted wanted);

 private:
  using ChangedFields = std::map<protocol::UserId, std::set<std::string>>;
  runtime::Task<ChangedFields> load_changed(const Wanted& wanted);

  Ports ports_;
};

// `{"<user>":{"profile_updates":…},…}` as MSC4429 has it, and as MSC4262 has it.
[[nodiscard]] std::string profile_updates_text(const ProfileUpdatesByUser& updates);
[[nodiscard]] std::string sliding_profiles_text(const ProfileUpdatesByUser& updates);

}  // namespace chancery::sync
