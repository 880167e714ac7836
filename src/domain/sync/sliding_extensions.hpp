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
//       (typing), MSC4308 (thread subscriptions).

#include "domain/accounts/account_data.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/devices/to_device.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/sync/sliding_rooms.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::sync {

// An answer while it is made: what the client will know with it.
class TellingDraft {
 public:
  TellingDraft(const SlidingConnection& connection, ToldOfAll all)
      : connection_(connection), all_(std::move(all)) {}

  [[nodiscard]] ToldOfAll& all() { return all_; }
  // What the client will know of the room; as it is now unless it was changed here.
  [[nodiscard]] const ToldRoom& get(storage::RoomNumber room) const;
  void set(storage::RoomNumber room, const ToldRoom& told);
  // Events that the answer shows of rooms of which nothing was known.
  std::unordered_map<storage::RoomNumber, std::vector<rooms::CachedEventPtr>> timelines;

  [[nodiscard]] Telling finish() const;

 private:
  const SlidingConnection& connection_;
  ToldOfAll all_;
  std::unordered_map<storage::RoomNumber, ToldRoom> changed_;
};

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
  };
  explicit SlidingExtensions(Ports ports) : ports_(ports) {}

  // Whoever asks from `since` on has got what was before.
  runtime::Task<> acknowledge(const SlidingRequest& request, storage::StreamPosition last);
  // Appends the members of `extensions`. Returns whether any of them is news. `shown`: rooms that
  // may have something to tell, of which `draft` says what is told by now.
  runtime::Task<bool> add(std::string& out, const SlidingAnswer& answer,
                          const std::vector<RoomWanted>& shown, TellingDraft& draft);

 private:
  runtime::Task<bool> add_to_device(std::string& out, const SlidingAnswer& answer);
  runtime::Task<bool> add_keys(std::string& out, const SlidingAnswer& answer, TellingDraft& draft);
  runtime::Task<bool> add_account_data(std::string& out, const SlidingAnswer& answer,
                                       const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<std::string> account_data_of(const SlidingAnswer& answer,
                                             const std::vector<RoomWanted>& shown,
                                             const std::vector<accounts::AccountDataItem>& changed,
                                             TellingDraft& draft);
  runtime::Task<bool> add_receipts(std::string& out, const SlidingAnswer& answer,
                                   const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<std::string> receipts_of(const SlidingAnswer& answer, const RoomWanted& wanted,
                                         const TellingDraft& draft);
  bool add_typing(std::string& out, const SlidingAnswer& answer,
                  const std::vector<RoomWanted>& shown, TellingDraft& draft);
  runtime::Task<bool> add_threads(std::string& out, const SlidingAnswer& answer,
                                  TellingDraft& draft);

  Ports ports_;
};

}  // namespace chancery::sync
