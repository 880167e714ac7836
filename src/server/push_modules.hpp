// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The push modules, put together: rules, pushers, notifications, and what is unread.

#include "domain/push/notifications.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/pushers.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/push/upgraded_rooms.hpp"
#include "server/account_modules.hpp"
#include "server/room_modules.hpp"
#include "server/stores.hpp"

namespace chancery::server {

struct PushModules {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  PushModules(Stores& stores, const Ports& ports);

  push::PushRules rules;
  push::Pushers pushers;
  push::Notifications notifications;
  push::UnreadCounters unread;
  push::UpgradedRooms upgraded;
};

}  // namespace chancery::server
