// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sync engine: answers a /sync at once when there is news, or when some comes, or at the end of
// the client's patience.
//
// The cost of an incremental answer follows what changed: only the rooms where something did are
// looked at, however many somebody has joined.
//
// Concurrency: any scheduler.
// Spec: GET /_matrix/client/v3/sync.

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/devices/to_device.hpp"
#include "domain/sync/changed_rooms.hpp"
#include "domain/sync/moment.hpp"
#include "domain/sync/profile_updates.hpp"
#include "domain/sync/removed_rooms.hpp"
#include "domain/sync/room_sections.hpp"
#include "domain/sync/sync_request.hpp"
#include "domain/sync/wake_ups.hpp"
#include "runtime/clock.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chancery::sync {

class SyncEngine {
 public:
  struct Ports {
    storage::CommittedChanges& feed;
    rooms::Rooms& rooms;
    rooms::Typing& typing;
    RoomSections& sections;
    ChangedRooms& changed_rooms;
    RemovedRooms& removed_rooms;
    SentMembers& sent_members;
    WakeUps& wake_ups;
    accounts::AccountData& account_data;
    accounts::Presence& presence;
    accounts::IgnoredUsers& ignored;
    devices::DeviceKeys& keys;
    devices::DeviceLists& lists;
    devices::ToDevice& to_device;
    ProfileUpdates& profiles;
    runtime::Clock& clock;
  };
  // `start` names this run of the server in tokens; never the same twice.
  SyncEngine(Ports ports, std::uint64_t start) : ports_(ports), start_(start) {}

  // The answer's body. Throws Cancelled when the client goes.
  runtime::Task<std::string> sync(SyncRequest request);

 private:
  enum class News : std::uint8_t { none, some };
  struct Answer {
    std::string body;
    News news = News::none;
  };
  struct Serials;
  // Messages to the device that the request's token shows to have arrived. Both are out of line for
  // the sake of the frame that waits; see devices::ToDevice.
  [[nodiscard, gnu::noinline]] bool acknowledge_at_once(const SyncRequest& request);
  [[gnu::noinline]] runtime::Task<> acknowledge(const SyncRequest& request);
  [[nodiscard]] bool has_patience(runtime::SteadyTime deadline) const;
  // The answer's body; absent when there is nothing to tell yet. Out of line, so that its frame is
  // gone while the sync waits.
  [[gnu::noinline]] runtime::Task<std::optional<std::string>> look_once(
      const SyncRequest& request, std::uint64_t chain, runtime::SteadyTime deadline);
  // Whether nothing at all has happened since the request's token was made, so that there is
  // nothing to look for. False says nothing.
  [[nodiscard]] bool is_up_to_date(const SyncRequest& request) const;
  // The chain of lazily loading syncs that the request belongs to.
  [[nodiscard]] std::uint64_t chain_of(const SyncRequest& request);
  // The user's rooms that may have something to tell.
  using RoomsToTell = std::vector<const rooms::UserRoom*>;
  struct Question {
    const SyncRequest& request;
    SyncWindow window;
    std::uint64_t chain = 0;
    std::uint64_t typing_since = 0;
    const rooms::Typing::Changes& typing;  // since then
  };
  // Who came into the viewer's sight within the window, and who went out of it; asked once for all
  // parts of an answer that look at it.
  using Company = rooms::Memberships::CompanyChanges;
  [[nodiscard]] RoomsToTell rooms_to_tell(const Question& question, const rooms::UserRooms& rooms);
  runtime::Task<Answer> answer(const Question& question, const RoomsToTell& rooms);
  // False only if there is nothing of that kind to tell; they wait for nothing.
  [[nodiscard]] bool may_have_account_data(const SyncRequest& request,
                                           const SyncWindow& window) const;
  [[nodiscard]] bool may_have_presence(const SyncRequest& request, const SyncWindow& window,
                                       const Serials& serials) const;
  [[nodiscard]] bool may_have_to_device(const SyncRequest& request) const;
  runtime::Task<std::vector<accounts::AccountDataItem>> load_account_data(
      const SyncRequest& request, const SyncWindow& window);
  // Returns what belongs into rooms.
  runtime::Task<RoomSections::AccountDataByRoom> add_account_data(std::string& out,
                                                                  const SyncRequest& request,
                                                                  const SyncWindow& window);
  runtime::Task<> add_rooms(std::string& out, const RoomSections::Wanted& wanted,
                            const RoomsToTell& rooms_to_tell);
  // Rooms that are no more, where the viewer was inside or asked in at the window's beginning.
  runtime::Task<> add_removed_rooms(std::string& left, const RoomSections::Wanted& wanted);
  // Whose presence the viewer is to be told.
  using Presences = std::vector<std::pair<protocol::UserId, accounts::PresenceState>>;
  [[nodiscard]] Presences presences_since(const protocol::UserId& viewer, const Serials& serials);
  runtime::Task<> add_presence(std::string& out, const Question& question, const Serials& serials,
                               const Company& company);
  // Returns the position up to which messages to the device were told.
  runtime::Task<storage::StreamPosition> add_to_device(std::string& out, const SyncRequest& request,
                                                       const SyncWindow& window);
  runtime::Task<> add_device_lists(std::string& out, const Question& question,
                                   const Company& company);
  // `shown`: whom the rooms of the answer show for the first time.
  runtime::Task<> add_profiles(std::string& out, const Question& question, const Company& company,
                               std::set<protocol::UserId> shown);
  // Whose profiles the client does not know at all.
  [[nodiscard]] std::set<protocol::UserId> find_newcomers(const Question& question,
                                                          const Company& company,
                                                          std::set<protocol::UserId> shown) const;
  static void add_key_counts(std::string& out, const storage::KeyCounts& counts);

  Ports ports_;
  std::uint64_t start_;
};

}  // namespace chancery::sync
