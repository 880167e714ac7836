// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rooms, receipts, push rules and unread counters of a server "x" on an embedded database, for
// tests.

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/erased_people.hpp"
#include "domain/accounts/ignored_users.hpp"
#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/keys/stored_keys.hpp"
#include "domain/mail/mail_queue.hpp"
#include "domain/push/mail_digests.hpp"
#include "domain/push/notifications.hpp"
#include "domain/push/push_delivery.hpp"
#include "domain/push/push_queues.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/pushers.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/visible_history.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/sql/account_store.hpp"
#include "storage/sql/mail_store.hpp"
#include "storage/sql/personal_store.hpp"
#include "storage/sql/pusher_store.hpp"
#include "storage/sql/room_stores.hpp"
#include "tests/support/remembered_mail.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

// Everybody's address is "name@example.org".
class AddressesByName final : public push::OwnAddresses {
 public:
  runtime::Task<bool> owns(protocol::UserId user, mail::Address address) override {
    co_return address.text() == std::string(user.localpart()) + "@example.org";
  }
};

// Of an app that is told at the gateway of `host`.
inline push::Pusher http_pusher(const std::string& pushkey, const std::string& host,
                                std::string_view format) {
  return {.app_id = "org.example.app",
          .pushkey = pushkey,
          .kind = "http",
          .app_display_name = "App",
          .device_display_name = "Phone",
          .profile_tag = "",
          .lang = "en",
          .data = {{"url", "https://" + host + "/_matrix/push/v1/notify"}, {"format", format}}};
}

// Fails as often as it is told to.
class UnsteadyPusherStore final : public storage::PusherStore {
 public:
  UnsteadyPusherStore(storage::PusherStore& store, int& failures)
      : store_(store), failures_(failures) {}
  runtime::Task<std::vector<storage::StoredPusher>> load_pushers(protocol::UserId user) override {
    if (failures_ > 0) {
      --failures_;
      throw storage::StorageError("the database is away");
    }
    co_return co_await store_.load_pushers(std::move(user));
  }
  runtime::Task<std::vector<protocol::UserId>> load_pusher_owners() override {
    co_return co_await store_.load_pusher_owners();
  }
  runtime::Task<std::vector<storage::StoredPusher>> load_pushers_behind() override {
    co_return co_await store_.load_pushers_behind();
  }
  runtime::Task<std::optional<storage::StreamPosition>> find_push_progress() override {
    co_return co_await store_.find_push_progress();
  }

 private:
  storage::PusherStore& store_;
  int& failures_;
};

class PushWorld {
 public:
  // `seed` decides the order of what is ready at once.
  explicit PushWorld(push::UnreadCounters::Limits limits = {}, std::uint64_t seed = 0,
                     push::PushQueues::Rules queue_rules = {})
      : limits_(limits), scheduler_(seed), queue_rules_(queue_rules) {
    start();
  }
  ~PushWorld() {
    stop_delivery(Progress::stored);
    store_.committer().stop();
  }
  PushWorld(const PushWorld&) = delete;
  PushWorld& operator=(const PushWorld&) = delete;

  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler_.run(std::move(task));
  }
  void run(runtime::Task<> task) { scheduler_.run(std::move(task)); }

  [[nodiscard]] runtime::SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] storage::Committer& committer() { return store_.committer(); }
  [[nodiscard]] rooms::Rooms& rooms() { return parts_->rooms; }
  [[nodiscard]] push::PushRules& rules() { return parts_->rules; }
  [[nodiscard]] push::Pushers& pushers() { return parts_->pushers; }
  [[nodiscard]] push::Notifications& notifications() { return parts_->notifications; }
  [[nodiscard]] push::UnreadCounters& counters() { return parts_->counters; }
  [[nodiscard]] accounts::AccountData& account_data() { return parts_->account_data; }
  [[nodiscard]] rooms::Receipts& receipts() { return parts_->receipts; }

  [[nodiscard]] static protocol::UserId user(const std::string& name) {
    return protocol::UserId::trusted("@" + name + ":x");
  }
  [[nodiscard]] static accounts::Session session(const std::string& name,
                                                 const std::string& device = "PHONE") {
    return {.user = user(name), .device = protocol::DeviceId::trusted(device)};
  }
  [[nodiscard]] static base::JsonObject json(std::string_view text) {
    auto parsed = base::parse_json(text);
    if (!parsed || !parsed->is_object()) throw std::invalid_argument("no JSON object");
    return std::move(parsed->get_object());
  }

  // A public room, made by the first, that the others joined.
  protocol::RoomId make_room(const std::vector<std::string>& members) {
    scheduler_.advance(std::chrono::milliseconds(1));  // the time is part of the room's id
    rooms::RoomRequest request{.preset = rooms::Preset::public_chat};
    const protocol::RoomId id =
        run(parts_->creation.create(actor(members.front()), std::move(request)));
    for (std::size_t i = 1; i < members.size(); ++i) join(members[i], id);
    return id;
  }
  void join(const std::string& who, const protocol::RoomId& room) {
    run(parts_->acts.join(actor(who), {.room = room, .reason = std::nullopt}));
  }
  void invite(const std::string& who, const protocol::RoomId& room, const std::string& whom) {
    run(parts_->acts.invite(actor(who),
                            {.room = room, .user = user(whom), .reason = std::nullopt}));
  }
  void leave(const std::string& who, const protocol::RoomId& room) {
    run(parts_->acts.leave(actor(who), room, std::nullopt));
  }
  // Puts the display name into a member event.
  void name_member(const std::string& who, const protocol::RoomId& room, const std::string& name) {
    run(parts_->sending.set_state(actor(who),
                                  {.room = room,
                                   .type = "m.room.member",
                                   .key = user(who).text(),
                                   .content = {{"membership", "join"}, {"displayname", name}}}));
  }
  protocol::EventId send(const std::string& who, const protocol::RoomId& room,
                         base::JsonObject content, std::string type = "m.room.message") {
    return run(parts_->sending.send(actor(who), {.room = room,
                                                 .type = std::move(type),
                                                 .content = std::move(content),
                                                 .transaction = std::to_string(++transactions_),
                                                 .sent_at = std::nullopt}));
  }
  protocol::EventId say(const std::string& who, const protocol::RoomId& room,
                        const std::string& text = "hello") {
    return send(who, room, {{"msgtype", "m.text"}, {"body", text}});
  }
  protocol::EventId mention(const std::string& who, const protocol::RoomId& room,
                            const std::string& whom) {
    return send(who, room,
                {{"msgtype", "m.text"},
                 {"body", "look"},
                 {"m.mentions", base::JsonObject{{"user_ids", {user(whom).text()}}}}});
  }
  protocol::EventId relate(const std::string& who, const protocol::RoomId& room,
                           const protocol::EventId& to, const std::string& relation) {
    return send(
        who, room,
        {{"msgtype", "m.text"},
         {"body", "of another"},
         {"m.relates_to", base::JsonObject{{"rel_type", relation}, {"event_id", to.text()}}}});
  }
  void redact(const std::string& who, const protocol::RoomId& room,
              const protocol::EventId& event) {
    run(parts_->sending.redact(actor(who), {.room = room,
                                            .event = event,
                                            .content = {},
                                            .transaction = std::to_string(++transactions_)}));
  }
  void read(const std::string& who, const protocol::RoomId& room, const protocol::EventId& event,
            const std::string& thread = "", const std::string& type = "m.read") {
    run(parts_->receipts.mark(actor(who),
                              {.room = room, .type = type, .event = event, .thread = thread}));
  }

  rooms::RoomPtr get(const protocol::RoomId& id) { return run(rooms().find(id)); }
  rooms::UnreadCounts count(const std::string& who, const protocol::RoomId& room) {
    return run(counters().count(user(who), get(room)));
  }

  // As an owner of the server does.
  void remove_room(const protocol::RoomId& room) {
    storage::Change change;
    change.mutations.emplace_back(storage::RemoveRoom{rooms().find_number(room).value(), room});
    run(store_.committer().commit(std::move(change)));
  }
  // The next so many readings of somebody's pushers fail.
  void fail_to_load_pushers(int times) { failing_loads_ = times; }

  // Push gateways.
  [[nodiscard]] ScriptedOutbound& outbound() { return outbound_; }
  [[nodiscard]] push::PushQueues& queues() { return parts_->queues; }
  // Mailboxes.
  [[nodiscard]] RememberedMail& mail() { return mail_; }
  [[nodiscard]] push::MailDigests& digests() { return parts_->digests; }
  void start_delivery() {
    background_ = std::make_unique<runtime::TaskGroup>("delivery");
    background_->spawn_on(scheduler_, parts_->delivery.run(background_->cancel_token()));
    background_->spawn_on(scheduler_, parts_->mails.run(background_->cancel_token()));
    settle();
  }
  // Until what was committed has been told, as far as it can be at once.
  void settle() {
    run(store_.committer().commit({}));
    scheduler_.run_ready();
  }
  // The committer's thread may still have to answer.
  void advance(std::chrono::milliseconds length) {
    settle();
    scheduler_.advance(length);
    settle();
  }
  enum class Progress : std::uint8_t { stored, lost };
  void stop_delivery(Progress progress) {
    if (!background_) return;
    run(background_->stop());
    background_.reset();
    if (progress == Progress::stored) {
      run(parts_->delivery.stop());
    } else {
      run(parts_->queues.stop());
    }
  }

  // As a restart of the server: what is in memory is gone.
  void restart(Progress progress = Progress::stored) {
    stop_delivery(progress);
    store_.committer().stop();
    parts_.reset();
    store_.reopen();
    start();
  }

 private:
  struct Parts {
    explicit Parts(PushWorld& world);

    keys::EpochKeyRing keys;
    audit::SealedRecorder recorder;
    accounts::AuditedCommits commits;
    storage::sql::SqlAccountStore account_store;
    storage::sql::SqlProfileStore profile_store;
    storage::sql::SqlAccountDataStore account_data_store;
    storage::sql::SqlReceiptStore receipt_store;
    storage::sql::SqlDirectoryStore directory_store;
    storage::sql::SqlPusherStore stored_pushers;
    UnsteadyPusherStore pusher_store;
    storage::sql::SqlMailStore mail_store;
    mail::MailQueue mails;
    push::MailDigests digests;
    rooms::Rooms rooms;
    accounts::AccountData account_data;
    accounts::InvitePermissions invite_permissions;
    rooms::WritePorts write;
    rooms::Aliases aliases;
    rooms::Creation creation;
    rooms::MemberActs acts;
    rooms::StickyEvents sticky;
    rooms::Sending sending;
    rooms::Receipts receipts;
    accounts::IgnoredUsers ignored_users;
    accounts::ErasedPeople erased;
    rooms::VisibleHistory visible;
    push::PushRules rules;
    push::Pushers pushers;
    push::Notifications notifications;
    push::UnreadCounters counters;
    push::PushQueues queues;
    push::PushDelivery delivery;
  };

  [[nodiscard]] static rooms::Actor actor(const std::string& name) {
    return {.user = user(name),
            .device = protocol::DeviceId::trusted("PHONE"),
            .subject = {.user = user(name), .role = policy::Role::user}};
  }
  void start() {
    parts_ = std::make_unique<Parts>(*this);
    run(parts_->rooms.load());
    run(parts_->receipts.load());
  }

  push::UnreadCounters::Limits limits_;
  runtime::SimulatedScheduler scheduler_;
  SeededRandom random_;
  TemporaryStore store_;
  ScriptedOutbound outbound_;
  RememberedMail mail_;
  AddressesByName addresses_;
  push::PushQueues::Rules queue_rules_;
  int transactions_ = 0;
  int failing_loads_ = 0;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<runtime::TaskGroup> background_;
};

inline PushWorld::Parts::Parts(PushWorld& world)
    : keys(keys::RootKey(std::string(32, 'k')), world.run(world.store_.keys().load_keys()),
           world.random_),
      recorder(keys, world.random_, world.scheduler_.clock()),
      commits(world.store_.committer(), recorder),
      account_store(world.store_.reader()),
      profile_store(world.store_.reader()),
      account_data_store(world.store_.reader()),
      receipt_store(world.store_.reader()),
      directory_store(world.store_.reader()),
      stored_pushers(world.store_.reader()),
      pusher_store(stored_pushers, world.failing_loads_),
      mail_store(world.store_.reader()),
      mails({.store = mail_store,
             .committer = world.store_.committer(),
             .keys = keys,
             .carrier = world.mail_,
             .clock = world.scheduler_.clock(),
             .random = world.random_},
            {.address = mail::Address::parse("server@example.org").value(), .name = "x"}),
      digests(
          {.mails = mails, .commits = commits},
          {.server_name = "x", .public_url = "https://x.example", .secret = std::string(32, 's')}),
      rooms(world.store_.events(), keys, world.store_.committer(), {}),
      account_data({.store = account_data_store,
                    .commits = commits,
                    .feed = world.store_.committer(),
                    .keys = keys,
                    .clock = world.scheduler_.clock(),
                    .random = world.random_}),
      invite_permissions(account_data, world.store_.committer()),
      write{.rooms = rooms,
            .committer = world.store_.committer(),
            .keys = keys,
            .recorder = recorder,
            .random = world.random_,
            .clock = world.scheduler_.clock(),
            .server = protocol::ServerName::trusted("x"),
            .invites = invite_permissions},
      aliases(write, directory_store),
      creation(write, profile_store, {}),
      acts(write, profile_store),
      sticky(rooms, world.scheduler_.clock(), world.store_.committer()),
      sending(write, aliases, sticky),
      receipts(write, receipt_store, account_data),
      ignored_users(account_data, world.store_.committer()),
      erased(account_store, world.store_.committer()),
      visible(rooms, ignored_users, invite_permissions, erased),
      rules({.account_data = account_data, .commits = commits, .feed = world.store_.committer()}),
      pushers({.store = pusher_store,
               .commits = commits,
               .keys = keys,
               .addresses = world.addresses_,
               .clock = world.scheduler_.clock(),
               .random = world.random_}),
      notifications({.rooms = rooms, .receipts = receipts, .rules = rules}),
      counters(
          {.rooms = rooms, .receipts = receipts, .rules = rules, .feed = world.store_.committer()},
          world.limits_),
      queues({.rooms = rooms,
              .visible = visible,
              .pushers = pushers,
              .counters = counters,
              .outbound = world.outbound_,
              .digests = digests,
              .clock = world.scheduler_.clock(),
              .random = world.random_},
             world.queue_rules_),
      delivery({.rooms = rooms,
                .visible = visible,
                .rules = rules,
                .counters = counters,
                .store = pusher_store,
                .committer = world.store_.committer(),
                .clock = world.scheduler_.clock()},
               queues) {
  keys::follow_stored_keys(keys, world.store_.committer());
}

}  // namespace chancery::support
