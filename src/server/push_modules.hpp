// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The push modules, put together: rules, pushers, notifications, what is unread, and the telling.

#include "domain/push/mail_digests.hpp"
#include "domain/push/notifications.hpp"
#include "domain/push/own_addresses.hpp"
#include "domain/push/push_delivery.hpp"
#include "domain/push/push_queues.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/pushers.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/push/upgraded_rooms.hpp"
#include "server/account_modules.hpp"
#include "server/mail_modules.hpp"
#include "server/room_modules.hpp"
#include "server/stores.hpp"

namespace chancery::server {

// Whose an address is, as the accounts have it.
class AddressesOfAccounts final : public push::OwnAddresses {
 public:
  explicit AddressesOfAccounts(MailModules& mail) : mail_(mail) {}
  runtime::Task<bool> owns(protocol::UserId user, mail::Address address) override;

 private:
  MailModules& mail_;
};

struct PushModules {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    MailModules& mail;
    runtime::Clock& clock;
    runtime::Random& random;
    http::Outbound& outbound;
  };
  PushModules(Stores& stores, const Config& config, const Ports& ports);

  AddressesOfAccounts addresses;
  push::MailDigests digests;
  push::PushRules rules;
  push::Pushers pushers;
  push::Notifications notifications;
  push::UnreadCounters unread;
  push::UpgradedRooms upgraded;
  push::PushQueues queues;
  push::PushDelivery delivery;
};

}  // namespace chancery::server
