// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sync modules, put together: what changed for a person since a position.

#include "domain/sync/changed_rooms.hpp"
#include "domain/sync/removed_rooms.hpp"
#include "domain/sync/room_sections.hpp"
#include "domain/sync/sent_members.hpp"
#include "domain/sync/sliding_engine.hpp"
#include "domain/sync/sync_engine.hpp"
#include "domain/sync/unread_counter.hpp"
#include "domain/sync/wake_ups.hpp"
#include "server/account_modules.hpp"
#include "server/device_modules.hpp"
#include "server/room_modules.hpp"

namespace chancery::server {

struct SyncModules {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    DeviceModules& devices;
    sync::UnreadCounter& unread;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  SyncModules(Stores& stores, const Ports& ports);

  sync::ChangedRooms changed_rooms;
  sync::RemovedRooms removed_rooms;
  sync::WakeUps wake_ups;
  sync::SentMembers sent_members;
  accounts::ProfileChanges profile_changes;
  sync::ProfileUpdates profile_updates;
  sync::RoomSections sections;
  sync::SyncEngine engine;
  // Sliding sync.
  sync::RoomTraits traits;
  sync::SlidingConnections connections;
  sync::SlidingLists lists;
  sync::SlidingRooms sliding_rooms;
  sync::SlidingSticky sticky;
  sync::SlidingProfiles profiles;
  sync::SlidingExtensions extensions;
  sync::SlidingEngine sliding;
};

}  // namespace chancery::server
