// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The extensions of a sliding answer: what is not rooms, each a member of its own.
//
// An extension that follows rooms tells of those that lists and subscriptions show and that it was
// asked for; what a room was told by it is kept with the room. A new one is a member function here
// and its line in `add`.
//
// Concurrency: any thread; the connection's turn is held.
// Spec: MSC3884 (keys), MSC3885 (to device), MSC3959 (account data), MSC3960 (receipts), MSC3961
//       (typing), MSC4262 (profiles), MSC4308 (thread subscriptions), MSC4480 (sticky events).

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/ignored_users.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/devices/to_device.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/sync/sliding_profiles.hpp"
#include "domain/sync/sliding_rooms.hpp"
#include "domain/sync/sliding_sticky.hpp"
#include "domain/sync/telling_draft.hpp"

#include <string>
#include <vector>

namespace chancery::sync {

class SlidingExtensions {
 public:
  struct Ports {
    accounts::AccountData& account_data;
    rooms::Receipts& receipts;
    rooms::Typing& typing;
    rooms::ThreadSubscriptions& threads;
    devices::DeviceKeys& keys;
    devices::DeviceLists& lists;
    devices::ToDevice& to_device;
    accounts::IgnoredUsers& ignored;
    SlidingSticky& sticky;
    SlidingProfiles& profiles;
  };
  explicit SlidingExtensions(Ports ports) : ports_(ports) {}

  // Whoever asks from `since` on has got what was before. False where noting that takes a wait:
  // then `acknowledge` does it.
  [[nodiscard]] bool acknowledge_at_once(const SlidingRequest& request,
                                         storage::StreamPosition last);
  runtime::Task<> acknowledge(const SlidingRequest& request);
  // Whether what the client is known to have been told is all there is for it at `last`, the
  // newest position. False says nothing.
  [[nodiscard]] bool is_up_to_date(const SlidingRequest& request, const ToldOfAll& known,
                                   storage::StreamPosition last) const;
  // Appends the members of `extensions`. Returns whether any of them is news. `shown`: rooms that
  // may have something to tell, of which `draft` says what is told by now.
  runtime::Task<bool> add(std::string& out, const SlidingAnswer& answer,
                          const std::vector<RoomWanted>& shown, TellingDraft& draft);

 private:
  runtime::Task<bool> add_to_device(std::string& out, const SlidingAnswer& answer);
  runtime::Task<bool> add_keys(std::string& out, const SlidingAnswer& answer, TellingDraft& draft);
  // Whether there can be anything to tell; never wrong where it says no.
  [[nodiscard]] bool may_have_account_data(const SlidingAnswer& answer,
                                           const std::vector<RoomWanted>& shown,
                                           const TellingDraft& draft) const;
  [[nodiscard]] bool may_have_receipts(const RoomWanted& wanted, const ExtensionScope& scope,
                                       const TellingDraft& draft) const;
  [[nodiscard]] bool may_have_typing(const RoomWanted& wanted, const ExtensionScope& scope,
                                     const TellingDraft& draft) const;
  runtime::Task<bool> add_account_data(std::string& out, const SlidingAnswer& answer,
                                       const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<std::string> account_data_of(const SlidingAnswer& answer,
                                             const std::vector<RoomWanted>& shown,
                                             const std::vector<accounts::AccountDataItem>& changed,
                                             TellingDraft& draft);
  runtime::Task<bool> add_receipts(std::string& out, const SlidingAnswer& answer,
                                   const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<rooms::ReceiptsOfRoom> receipts_of(const SlidingAnswer& answer,
                                                   storage::RoomNumber room, const ToldRoom& told,
                                                   const TellingDraft& draft);
  runtime::Task<std::string> tell_receipts(const SlidingAnswer& answer, storage::RoomNumber room,
                                           ToldRoom& told, TellingDraft& draft);
  runtime::Task<bool> add_typing(std::string& out, const SlidingAnswer& answer,
                                 const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<bool> add_threads(std::string& out, const SlidingAnswer& answer,
                                  TellingDraft& draft);

  Ports ports_;
};

}  // namespace chancery::sync
