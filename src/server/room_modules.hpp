// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room modules, put together: writing into rooms, reading them, and what accounts ask of them.

#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/delayed_events.hpp"
#include "domain/rooms/directory.hpp"
#include "domain/rooms/guest_departures.hpp"
#include "domain/rooms/hierarchy.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/person_in_rooms.hpp"
#include "domain/rooms/reading.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/reports.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/sticky_events.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "domain/rooms/transaction_sweeper.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/rooms/upgrading.hpp"
#include "domain/rooms/visible_history.hpp"
#include "server/stores.hpp"

namespace chancery::server {

struct RoomModules {
  struct Ports {
    rooms::Rooms& rooms;
    runtime::Clock& clock;
    runtime::Random& random;
    protocol::ServerName server;
    accounts::AccountData& account_data;
    const accounts::ErasedPeople& erased;
    protocol::UserId notices;  // who says server notices; empty when nobody does
    rooms::AliasOwners& alias_owners;
    rooms::PolicyServers& policy_servers;
  };
  RoomModules(Stores& stores, const Config& config, const Ports& ports);

  accounts::InvitePermissions invite_permissions;
  rooms::WritePorts write_ports;
  rooms::Aliases aliases;
  rooms::StickyEvents sticky;
  rooms::Sending sending;
  rooms::DelayedEvents delayed;
  rooms::MemberActs member_acts;
  rooms::GuestDepartures guest_departures;
  rooms::Creation creation;
  rooms::Upgrading upgrading;
  rooms::Directory directory;
  rooms::Hierarchy hierarchy;
  rooms::Reports reports;
  rooms::PersonInRooms of_people;
  accounts::IgnoredUsers ignored_users;
  rooms::VisibleHistory visible;
  rooms::Reading reading;
  rooms::RelationSummaries relation_summaries;
  rooms::Aggregations aggregations;
  rooms::Typing typing;
  rooms::Receipts receipts;
  rooms::ThreadSubscriptions threads;
  rooms::TransactionSweeper transaction_sweeper;
};

}  // namespace chancery::server
