// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// News: what one application service is to be told next, as the body of one transaction.
//
// A transaction tells a window of positions: its events, receipts and messages to devices, and of
// what lives in memory (typing, presence, counts of keys) how it is now. So one position says how
// far a service was told.
//
// Concurrency: one task.
// Failure:     StorageError.
// Spec:        application-service, "Pushing events", "Pushing ephemeral data"; MSC3202, MSC4203.

#include "domain/accounts/presence.hpp"
#include "domain/appservices/interest.hpp"
#include "domain/appservices/queries.hpp"
#include "domain/appservices/signals.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/typing.hpp"
#include "runtime/clock.hpp"
#include "storage/accounts.hpp"
#include "storage/commit/committer.hpp"
#include "storage/to_device.hpp"

#include <string>
#include <vector>

namespace chancery::appservices {

struct News {
  std::string body;  // "": nothing of the window concerns the service
  storage::StreamPosition reaches;
  // Devices that need not be given again what they were sent.
  std::vector<devices::DeviceAddress> acknowledged;
  // Whether there is anything in it that nobody could tell later.
  enum class Kept : std::uint8_t { no, yes } kept = Kept::no;
};

class NewsDesk {
 public:
  static constexpr std::size_t kMostEvents = 100;
  static constexpr std::size_t kMostToDevice = 100;
  static constexpr std::size_t kMostPresence = 100;   // people; the rest are for the next one
  static constexpr std::size_t kMostKeyCounts = 100;  // devices besides those that are written to
  static constexpr std::uint64_t kLongestWindow = 2'000;  // positions

  struct Ports {
    storage::CommittedChanges& feed;
    rooms::Rooms& rooms;
    storage::DirectoryStore& directory;
    rooms::Receipts& receipts;
    rooms::Typing& typing;
    accounts::Presence& presence;
    storage::AccountStore& accounts;
    storage::ToDeviceStore& to_device;
    devices::DeviceLists& device_lists;
    devices::DeviceKeys& device_keys;
    Queries& queries;
    runtime::Clock& clock;
  };
  NewsDesk(const Service& service, Signals& signals, Ports ports);

  // Everything after `told` is new. Before the first question.
  void begin(storage::StreamPosition told);
  // What fails is gathered again at the next question.
  runtime::Task<News> gather(storage::StreamPosition after);

 private:
  struct Window {
    storage::StreamPosition after;
    storage::StreamPosition until;
  };
  struct Draft;
  class Borrowed;
  [[nodiscard]] bool wants_devices() const;
  runtime::Task<std::vector<rooms::CachedEventPtr>> load_events(Window& window);
  runtime::Task<std::vector<rooms::CachedEventPtr>> load_one_by_one(Window window);
  runtime::Task<> add_events(Draft& draft, std::vector<rooms::CachedEventPtr> events);
  runtime::Task<> follow_member(Draft& draft, rooms::CachedEventPtr event);
  runtime::Task<> follow_ghost(Draft& draft, rooms::CachedEventPtr event);
  void add_to_device(Draft& draft, std::vector<storage::AddressedToDeviceMessage> messages);
  runtime::Task<> add_ephemeral(Draft& draft, const Signals::Taken& noted);
  runtime::Task<> add_receipts(Draft& draft, storage::RoomNumber room);
  runtime::Task<> add_presence(Draft& draft);
  runtime::Task<bool> sees(protocol::UserId user);
  runtime::Task<> add_device_lists(Draft& draft);
  runtime::Task<> add_key_counts(Draft& draft, std::set<devices::DeviceAddress> noted);
  [[nodiscard]] News finish(const Draft& draft) const;

  const Service& service_;
  Signals& signals_;
  Ports ports_;
  Interest interest_;
  std::uint64_t presence_told_;
};

}  // namespace chancery::appservices
