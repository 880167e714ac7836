// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rooms over an embedded database, with everything that writes into them, for tests.
//
// Requires: linked with chancery_rooms, chancery_sqlite, chancery_test_support.

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/erased_people.hpp"
#include "domain/accounts/ignored_users.hpp"
#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/delayed_events.hpp"
#include "domain/rooms/directory.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/sticky_events.hpp"
#include "domain/rooms/upgrading.hpp"
#include "protocol/api_error.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/sql/account_store.hpp"
#include "storage/sql/delayed_event_store.hpp"
#include "storage/sql/personal_store.hpp"
#include "storage/sql/room_stores.hpp"
#include "tests/support/scripted_policy_servers.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace chancery::support {

// What is in memory while a server runs; made again at a restart.
class RoomServices {
 public:
  RoomServices(TemporaryStore& store, runtime::SimulatedScheduler& scheduler,
               runtime::Random& random)
      : profiles(store.reader()),
        directory_store(store.reader()),
        receipt_store(store.reader()),
        account_data_store(store.reader()),
        delayed_store(store.reader()),
        account_store(store.reader()),
        keys(keys::RootKey(std::string(32, 'r')), scheduler.run(store.keys().load_keys()), random),
        recorder(keys, random, scheduler.clock()),
        rooms(store.events(), keys, store.committer(), {}),
        commits(store.committer(), recorder),
        account_data({.store = account_data_store,
                      .commits = commits,
                      .feed = store.committer(),
                      .keys = keys,
                      .clock = scheduler.clock(),
                      .random = random}),
        ignored_users(account_data, store.committer()),
        invite_permissions(account_data, store.committer()),
        erased(account_store, store.committer()),
        ports{.rooms = rooms,
              .committer = store.committer(),
              .keys = keys,
              .recorder = recorder,
              .random = random,
              .clock = scheduler.clock(),
              .server = *protocol::ServerName::parse("example.org"),
              .invites = invite_permissions,
              .policy_servers = &policy_servers},
        aliases(ports, directory_store),
        creation(ports, profiles, {}),
        members(ports, profiles),
        sticky(rooms, scheduler.clock(), store.committer()),
        sending(ports, aliases, sticky),
        delayed(
            {.write = ports, .sending = sending, .store = delayed_store, .accounts = account_store},
            {}),
        upgrading(ports, creation, profiles, directory_store),
        directory(ports, directory_store),
        receipts(ports, receipt_store, account_data),
        visible(rooms, ignored_users, invite_permissions, erased),
        relation_summaries(rooms, store.committer()),
        aggregations(rooms, visible, relation_summaries) {
    scheduler.run(rooms.load());
    scheduler.run(erased.load());
    scheduler.run(receipts.load());
    scheduler.run(sticky.load_stored());
  }

  storage::sql::SqlProfileStore profiles;
  storage::sql::SqlDirectoryStore directory_store;
  storage::sql::SqlReceiptStore receipt_store;
  storage::sql::SqlAccountDataStore account_data_store;
  storage::sql::SqlDelayedEventStore delayed_store;
  storage::sql::SqlAccountStore account_store;
  keys::EpochKeyRing keys;
  audit::SealedRecorder recorder;
  rooms::Rooms rooms;
  accounts::AuditedCommits commits;
  accounts::AccountData account_data;
  accounts::IgnoredUsers ignored_users;
  accounts::InvitePermissions invite_permissions;
  ScriptedPolicyServers policy_servers;
  accounts::ErasedPeople erased;
  rooms::WritePorts ports;
  rooms::Aliases aliases;
  rooms::Creation creation;
  rooms::MemberActs members;
  rooms::StickyEvents sticky;
  rooms::Sending sending;
  rooms::DelayedEvents delayed;
  rooms::Upgrading upgrading;
  rooms::Directory directory;
  rooms::Receipts receipts;
  rooms::VisibleHistory visible;
  rooms::RelationSummaries relation_summaries;
  rooms::Aggregations aggregations;
};

class RoomHouse {
 public:
  RoomHouse() { start(); }
  ~RoomHouse() { store_.committer().stop(); }
  RoomHouse(const RoomHouse&) = delete;
  RoomHouse& operator=(const RoomHouse&) = delete;

  RoomServices* operator->() { return services_.get(); }
  RoomServices& services() { return *services_; }
  TemporaryStore& store() { return store_; }
  runtime::SimulatedScheduler& scheduler() { return scheduler_; }

  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler_.run(std::move(task));
  }
  // As if the program had ended and begun again.
  void restart() {
    store_.committer().stop();
    services_.reset();
    store_.reopen();
    start();
  }

  static rooms::Actor person(std::string_view name, std::string_view device = "PHONE") {
    const auto user = *protocol::UserId::parse("@" + std::string(name) + ":example.org");
    return {.user = user,
            .device = *protocol::DeviceId::parse(device),
            .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}};
  }

  protocol::RoomId create(const rooms::Actor& who, rooms::RoomRequest request = {}) {
    return run(services_->creation.create(who, std::move(request)));
  }
  rooms::RoomPtr room(const protocol::RoomId& id) { return run(services_->rooms.find(id)); }
  void join(const rooms::Actor& who, const protocol::RoomId& room) {
    run(services_->members.join(who, {.room = room, .reason = {}}));
  }
  void invite(const rooms::Actor& who, const protocol::RoomId& room, const rooms::Actor& whom) {
    run(services_->members.invite(who, {.room = room, .user = whom.user, .reason = {}}));
  }
  protocol::EventId say(const rooms::Actor& who, const protocol::RoomId& room,
                        std::string_view text, std::string_view transaction = "") {
    return run(services_->sending.send(
        who, {.room = room,
              .type = "m.room.message",
              .content = {{"msgtype", "m.text"}, {"body", text}},
              .transaction = transaction.empty() ? "t" + std::to_string(++transactions_)
                                                 : std::string(transaction),
              .sent_at = {}}));
  }
  // The code of the ApiError that `task` ends with; absent when it succeeds.
  template <typename Value>
  std::optional<protocol::ErrorCode> error_of(runtime::Task<Value> task) {
    try {
      scheduler_.run(std::move(task));
    } catch (const protocol::ApiError& error) {
      return error.code();
    }
    return std::nullopt;
  }

  // Every event of the room, oldest first.
  std::vector<rooms::CachedEventPtr> timeline(const protocol::RoomId& id) {
    return run(services_->rooms.load_timeline({.room = room(id)->number(),
                                               .after = {0},
                                               .until = {1'000'000},
                                               .direction = storage::Direction::forwards,
                                               .limit = 1'000}));
  }
  rooms::CachedEventPtr state(const protocol::RoomId& id, std::string_view type,
                              std::string_view key = "") {
    const storage::EventNumber number = room(id)->find_state(type, key);
    return number.value == 0 ? nullptr : run(services_->rooms.events().get(number));
  }

 private:
  void start() { services_ = std::make_unique<RoomServices>(store_, scheduler_, random_); }

  runtime::SimulatedScheduler scheduler_;
  SeededRandom random_;
  TemporaryStore store_;
  std::unique_ptr<RoomServices> services_;
  int transactions_ = 0;
};

}  // namespace chancery::support
