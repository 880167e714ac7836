// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Devices and syncs over a RoomHouse, for tests.
//
//   SyncHouse house;
//   const auto first = house.sync(anna);                     // initial
//   const auto next = house.sync(anna, {.since = first});    // what changed since
//   auto waiting = house.begin_sync(anna, {.since = next, .timeout = 30s});
//
// Requires: linked with chancery_sync, chancery_sqlite, chancery_test_support.

#include "domain/accounts/presence.hpp"
#include "domain/devices/cross_signing.hpp"
#include "domain/devices/key_backups.hpp"
#include "domain/devices/key_query.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/sync/sliding_body.hpp"
#include "domain/sync/sliding_engine.hpp"
#include "domain/sync/sync_engine.hpp"
#include "runtime/task_group.hpp"
#include "storage/sql/device_key_store.hpp"
#include "storage/sql/key_backup_store.hpp"
#include "storage/sql/sync_stores.hpp"
#include "tests/support/room_house.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

// Devices as the test says; who is not named has "PHONE".
class NamedDevices final : public devices::DeviceDirectory {
 public:
  runtime::Task<std::vector<devices::KnownDevice>> load_devices(protocol::UserId user) override {
    const auto found = devices.find(user);
    if (found != devices.end()) co_return found->second;
    std::vector<devices::KnownDevice> phone;
    phone.push_back({.id = protocol::DeviceId::trusted("PHONE"), .display_name = "phone"});
    co_return phone;
  }
  std::map<protocol::UserId, std::vector<devices::KnownDevice>> devices;
};

// Unread counts as the test says.
class FixedUnread final : public sync::UnreadCounter {
 public:
  runtime::Task<rooms::UnreadCounts> count(protocol::UserId /*user*/,
                                           rooms::RoomPtr /*room*/) override {
    if (on_count) on_count();
    co_return counts;
  }
  rooms::UnreadCounts counts;
  std::function<void()> on_count;  // what happens while an answer is made
};

// What is in memory while a server runs; made again at a restart.
class SyncServices {
 public:
  SyncServices(RoomHouse& house, std::uint64_t start, sync::SlidingConnections::Limits limits = {})
      : key_store(house.store().reader()),
        to_device_store(house.store().reader()),
        backup_store(house.store().reader()),
        connection_store(house.store().reader()),
        thread_store(house.store().reader()),
        removed_store(house.store().reader()),
        typing(house.scheduler().clock(), house.store().committer()),
        presence({}, house.scheduler().clock()),
        reading(house->rooms, house->visible),
        threads(house->ports, thread_store, reading),
        lists({.store = key_store,
               .feed = house.store().committer(),
               .memberships = house->rooms.memberships()}),
        keys({.store = key_store,
              .committer = house.store().committer(),
              .recorder = house->recorder,
              .turns = key_turns}),
        query({.store = key_store, .directory = directory, .server = house->ports.server}),
        cross_signing({.store = key_store,
                       .committer = house.store().committer(),
                       .recorder = house->recorder,
                       .turns = key_turns}),
        backups({.store = backup_store,
                 .committer = house.store().committer(),
                 .recorder = house->recorder}),
        to_device({.store = to_device_store,
                   .transactions = house.store().events(),
                   .committer = house.store().committer(),
                   .directory = directory,
                   .clock = house.scheduler().clock(),
                   .server = house->ports.server}),
        changed_rooms({.feed = house.store().committer(), .rooms = house->rooms}),
        removed_rooms({.store = removed_store,
                       .feed = house.store().committer(),
                       .rooms = house->rooms,
                       .commits = house->commits,
                       .clock = house.scheduler().clock()}),
        wake_ups({.feed = house.store().committer(),
                  .memberships = house->rooms.memberships(),
                  .typing = typing,
                  .presence = presence}),
        profile_changes({.store = house->profiles, .feed = house.store().committer()}),
        profile_updates({.changes = profile_changes,
                         .memberships = house->rooms.memberships(),
                         .ignored = house->ignored_users}),
        sections({.rooms = house->rooms,
                  .visible = house->visible,
                  .aggregations = house->aggregations,
                  .sticky = house->sticky,
                  .receipts = house->receipts,
                  .typing = typing,
                  .account_data = house->account_data,
                  .unread = unread,
                  .sent_members = sent_members}),
        engine({.feed = house.store().committer(),
                .rooms = house->rooms,
                .typing = typing,
                .sections = sections,
                .changed_rooms = changed_rooms,
                .removed_rooms = removed_rooms,
                .sent_members = sent_members,
                .wake_ups = wake_ups,
                .account_data = house->account_data,
                .presence = presence,
                .ignored = house->ignored_users,
                .keys = keys,
                .lists = lists,
                .to_device = to_device,
                .profiles = profile_updates,
                .clock = house.scheduler().clock()},
               start),
        traits(house->rooms, house.store().committer()),
        connections({.store = connection_store,
                     .commits = house->commits,
                     .feed = house.store().committer(),
                     .keys = house->keys,
                     .wake_ups = wake_ups,
                     .clock = house.scheduler().clock(),
                     .random = house->ports.random},
                    limits),
        sliding_lists({.rooms = house->rooms,
                       .visible = house->visible,
                       .account_data = house->account_data,
                       .changed_rooms = changed_rooms,
                       .traits = traits}),
        sliding_rooms({.rooms = house->rooms,
                       .visible = house->visible,
                       .aggregations = house->aggregations,
                       .receipts = house->receipts,
                       .unread = unread,
                       .sent_members = sent_members,
                       .traits = traits}),
        sliding_sticky({.memberships = house->rooms.memberships(),
                        .sticky = house->sticky,
                        .ignored = house->ignored_users}),
        sliding_profiles({.updates = profile_updates, .memberships = house->rooms.memberships()}),
        extensions({.account_data = house->account_data,
                    .receipts = house->receipts,
                    .typing = typing,
                    .threads = threads,
                    .keys = keys,
                    .lists = lists,
                    .to_device = to_device,
                    .ignored = house->ignored_users,
                    .sticky = sliding_sticky,
                    .profiles = sliding_profiles}),
        sliding({.feed = house.store().committer(),
                 .memberships = house->rooms.memberships(),
                 .typing = typing,
                 .changed_rooms = changed_rooms,
                 .removed_rooms = removed_rooms,
                 .connections = connections,
                 .lists = sliding_lists,
                 .rooms = sliding_rooms,
                 .extensions = extensions,
                 .sent_members = sent_members,
                 .wake_ups = wake_ups,
                 .clock = house.scheduler().clock()}) {
    house.run(removed_rooms.load());
  }

  storage::sql::SqlDeviceKeyStore key_store;
  storage::sql::SqlToDeviceStore to_device_store;
  storage::sql::SqlKeyBackupStore backup_store;
  storage::sql::SqlSlidingConnectionStore connection_store;
  storage::sql::SqlThreadSubscriptionStore thread_store;
  storage::sql::SqlRemovedStayStore removed_store;
  NamedDevices directory;
  FixedUnread unread;
  rooms::Typing typing;
  accounts::Presence presence;
  rooms::Reading reading;
  rooms::ThreadSubscriptions threads;
  devices::DeviceLists lists;
  devices::KeyTurns key_turns;
  devices::DeviceKeys keys;
  devices::KeyQuery query;
  devices::CrossSigning cross_signing;
  devices::KeyBackups backups;
  devices::ToDevice to_device;
  sync::ChangedRooms changed_rooms;
  sync::RemovedRooms removed_rooms;
  sync::WakeUps wake_ups;
  sync::SentMembers sent_members;
  accounts::ProfileChanges profile_changes;
  sync::ProfileUpdates profile_updates;
  sync::RoomSections sections;
  sync::SyncEngine engine;
  sync::RoomTraits traits;
  sync::SlidingConnections connections;
  sync::SlidingLists sliding_lists;
  sync::SlidingRooms sliding_rooms;
  sync::SlidingSticky sliding_sticky;
  sync::SlidingProfiles sliding_profiles;
  sync::SlidingExtensions extensions;
  sync::SlidingEngine sliding;
};

// The answer to a sync.
class Synced {
 public:
  Synced() = default;
  explicit Synced(const std::string& body) {
    auto parsed = base::parse_json(body);
    if (!parsed || !parsed->is_object()) throw std::logic_error("no answer: " + body);
    json_ = std::move(parsed->get_object());
  }

  [[nodiscard]] std::string token() const {
    return std::string(*base::find_string(json_, "next_batch"));
  }
  [[nodiscard]] const base::JsonObject& json() const { return json_; }
  // Whether it tells nothing but the token and the counts of keys.
  [[nodiscard]] bool is_quiet() const {
    return !json_.contains("rooms") && !json_.contains("presence") &&
           !json_.contains("account_data") && !json_.contains("to_device") &&
           !json_.contains("device_lists");
  }
  // The room under `rooms.<membership>`; null when it is not told of.
  [[nodiscard]] const base::JsonObject* room(const protocol::RoomId& id,
                                             std::string_view membership = "join") const {
    const base::JsonObject* rooms = base::find_object(json_, "rooms");
    if (rooms != nullptr) rooms = base::find_object(*rooms, membership);
    return rooms == nullptr ? nullptr : base::find_object(*rooms, id.text());
  }
  // `events` of a part of the room: "timeline", "state", "ephemeral", "account_data".
  [[nodiscard]] std::vector<base::JsonObject> events(const protocol::RoomId& id,
                                                     std::string_view part,
                                                     std::string_view membership = "join") const {
    const base::JsonObject* of_room = room(id, membership);
    return of_room == nullptr ? std::vector<base::JsonObject>() : events_in(*of_room, part);
  }
  // `events` of a part of the answer: "presence", "account_data", "to_device".
  [[nodiscard]] std::vector<base::JsonObject> events(std::string_view part) const {
    return events_in(json_, part);
  }
  // The bodies of the messages in the room's timeline, in one text: "one two three".
  [[nodiscard]] std::string said(const protocol::RoomId& id,
                                 std::string_view membership = "join") const {
    std::string all;
    for (const base::JsonObject& event : events(id, "timeline", membership)) {
      if (base::find_string(event, "type") != "m.room.message") continue;
      if (!all.empty()) all += ' ';
      all += base::find_string(*base::find_object(event, "content"), "body").value_or("?");
    }
    return all;
  }
  // The state keys of the events of `type` in a part of the room, sorted, in one text.
  [[nodiscard]] std::string keys_of(const protocol::RoomId& id, std::string_view part,
                                    std::string_view type) const {
    std::vector<std::string> keys;
    for (const base::JsonObject& event : events(id, part)) {
      if (base::find_string(event, "type") != type) continue;
      keys.emplace_back(base::find_string(event, "state_key").value_or("?"));
    }
    return joined(std::move(keys));
  }
  // Users under `device_lists.<part>`, sorted, in one text.
  [[nodiscard]] std::string device_list(std::string_view part) const {
    const base::JsonObject* lists = base::find_object(json_, "device_lists");
    const base::JsonArray* listed = lists == nullptr ? nullptr : base::find_array(*lists, part);
    if (listed == nullptr) return "";
    std::vector<std::string> users;
    for (const base::Json& user : *listed) users.emplace_back(user.as_string());
    return joined(std::move(users));
  }

 private:
  static std::vector<base::JsonObject> events_in(const base::JsonObject& parent,
                                                 std::string_view part) {
    std::vector<base::JsonObject> found;
    const base::JsonObject* object = base::find_object(parent, part);
    const base::JsonArray* events =
        object == nullptr ? nullptr : base::find_array(*object, "events");
    if (events == nullptr) return found;
    for (const base::Json& event : *events) found.push_back(event.as_object());
    return found;
  }
  static std::string joined(std::vector<std::string> words) {
    std::ranges::sort(words);
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
  }

  base::JsonObject json_;
};

// Whether the room's timeline has a gap before it.
inline bool is_limited(const Synced& synced, const protocol::RoomId& room) {
  return *base::find_bool(*base::find_object(*synced.room(room), "timeline"), "limited");
}

// Where the room's timeline begins.
inline storage::StreamPosition place_before(const Synced& synced, const protocol::RoomId& room,
                                            std::string_view membership = "join") {
  const base::JsonObject* timeline = base::find_object(*synced.room(room, membership), "timeline");
  return sync::parse_sync_token(*base::find_string(*timeline, "prev_batch"))->position;
}

struct SyncWish {
  std::optional<Synced> since = std::nullopt;
  std::string filter = "{}";  // JSON
  sync::StateScope scope = sync::StateScope::changes;
  sync::StatePlace place = sync::StatePlace::before_timeline;
  base::Milliseconds timeout{0};
};

// The answer to a sliding sync.
class Slid {
 public:
  Slid() = default;
  explicit Slid(const std::string& body) {
    auto parsed = base::parse_json(body);
    if (!parsed || !parsed->is_object()) throw std::logic_error("no answer: " + body);
    json_ = std::move(parsed->get_object());
  }

  [[nodiscard]] const base::JsonObject& json() const { return json_; }
  [[nodiscard]] std::string pos() const { return std::string(*base::find_string(json_, "pos")); }
  [[nodiscard]] std::int64_t count(std::string_view list) const {
    return *base::find_integer(*base::find_object(*base::find_object(json_, "lists"), list),
                               "count");
  }
  [[nodiscard]] std::size_t count_rooms() const {
    return base::find_object(json_, "rooms")->size();
  }
  // Null when it is not told of.
  [[nodiscard]] const base::JsonObject* room(const protocol::RoomId& id) const {
    return base::find_object(*base::find_object(json_, "rooms"), id.text());
  }
  // A part of the room that is a list; empty when it is not there.
  [[nodiscard]] std::vector<base::JsonObject> list(const protocol::RoomId& id,
                                                   std::string_view part) const {
    std::vector<base::JsonObject> found;
    const base::JsonObject* of_room = room(id);
    const base::JsonArray* events = of_room == nullptr ? nullptr : base::find_array(*of_room, part);
    if (events == nullptr) return found;
    for (const base::Json& event : *events) found.push_back(event.as_object());
    return found;
  }
  // The bodies of the messages in the room's timeline, in one text: "one two three".
  [[nodiscard]] std::string said(const protocol::RoomId& id) const {
    std::string all;
    for (const base::JsonObject& event : list(id, "timeline")) {
      if (base::find_string(event, "type") != "m.room.message") continue;
      if (!all.empty()) all += ' ';
      all += base::find_string(*base::find_object(event, "content"), "body").value_or("?");
    }
    return all;
  }
  // "type/key" of what `part` has, sorted, in one text.
  [[nodiscard]] std::string keys(const protocol::RoomId& id,
                                 std::string_view part = "required_state") const {
    std::vector<std::string> found;
    for (const base::JsonObject& event : list(id, part)) {
      found.push_back(std::string(base::find_string(event, "type").value_or("?")) + "/" +
                      std::string(base::find_string(event, "state_key").value_or("?")));
    }
    std::ranges::sort(found);
    std::string all;
    for (const std::string& one : found) all += (all.empty() ? "" : " ") + one;
    return all;
  }
  [[nodiscard]] bool flag(const protocol::RoomId& id, std::string_view name) const {
    return base::find_bool(*room(id), name).value_or(false);
  }
  [[nodiscard]] std::string text(const protocol::RoomId& id, std::string_view name) const {
    return std::string(base::find_string(*room(id), name).value_or(""));
  }
  [[nodiscard]] std::int64_t number(const protocol::RoomId& id, std::string_view name) const {
    return base::find_integer(*room(id), name).value_or(-1);
  }
  // Null when it has nothing to say.
  [[nodiscard]] const base::JsonObject* extension(std::string_view name) const {
    return base::find_object(*base::find_object(json_, "extensions"), name);
  }
  // What an extension says of a room; "" when nothing.
  [[nodiscard]] std::string extension(std::string_view name, const protocol::RoomId& id) const {
    const base::JsonObject* found = extension(name);
    const base::JsonObject* rooms = found == nullptr ? nullptr : base::find_object(*found, "rooms");
    const base::Json* of_room = rooms == nullptr ? nullptr : rooms->if_contains(id.text());
    return of_room == nullptr ? "" : base::to_text(*of_room);
  }

 private:
  base::JsonObject json_;
};

struct SlideWish {
  std::string body = "{}";  // JSON
  std::optional<Slid> from = std::nullopt;
  base::Milliseconds timeout{0};
  sync::SlidingFace face = sync::SlidingFace::unstable;
};

class SyncHouse {
 public:
  explicit SyncHouse(sync::SlidingConnections::Limits limits) : limits_(limits) { start(); }

  SyncHouse() { start(); }
  ~SyncHouse() { stop(); }
  SyncHouse(const SyncHouse&) = delete;
  SyncHouse& operator=(const SyncHouse&) = delete;

  RoomHouse& rooms() { return house_; }
  SyncServices* operator->() { return services_.get(); }
  runtime::SimulatedScheduler& scheduler() { return house_.scheduler(); }
  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler().run(std::move(task));
  }
  // As if the program had ended and begun again; after a crash nothing is written at its end.
  enum class Ending : std::uint8_t { orderly, crash };
  void restart(Ending ending = Ending::orderly) {
    stores_at_stop_ = ending == Ending::orderly;
    stop();
    stores_at_stop_ = true;
    house_.restart();
    start();
  }

  Synced sync(const rooms::Actor& who, SyncWish wish = {}) {
    return Synced(run(services_->engine.sync(request(who, std::move(wish)))));
  }
  // A sync that waits; empty until it is answered.
  using Waiting = std::shared_ptr<std::optional<Synced>>;
  Waiting begin_sync(const rooms::Actor& who, SyncWish wish) {
    auto answer = std::make_shared<std::optional<Synced>>();
    waiting_->spawn_on(scheduler(),
                       answer_into(services_->engine, request(who, std::move(wish)), answer));
    scheduler().run_ready();
    return answer;
  }
  // Whether it is answered by now, with the clock standing.
  bool is_answered(const Waiting& waiting) {
    settle();
    return waiting->has_value();
  }
  Slid slide(const rooms::Actor& who, SlideWish wish = {}) {
    return Slid(run(services_->sliding.sync(slide_request(who, std::move(wish)))));
  }
  using Sliding = std::shared_ptr<std::optional<Slid>>;
  Sliding begin_slide(const rooms::Actor& who, SlideWish wish) {
    auto answer = std::make_shared<std::optional<Slid>>();
    waiting_->spawn_on(scheduler(),
                       slide_into(services_->sliding, slide_request(who, std::move(wish)), answer));
    scheduler().run_ready();
    return answer;
  }
  // Drives the server until it is answered: what is committed rings after its sender knows.
  const Slid& await(const Sliding& waiting) {
    settle();
    scheduler().run_until([&] { return waiting->has_value(); });
    return **waiting;
  }
  // Whether it is answered by now, with the clock standing.
  bool is_answered(const Sliding& waiting) {
    settle();
    return waiting->has_value();
  }
  // Until whoever is to hear of what was committed has heard, and done what they can at once. The
  // committer's thread tells them after it has answered; a clock that goes on meanwhile would end
  // waiting by patience.
  void settle() { scheduler().run_ready(); }
  sync::SlidingRequest slide_request(const rooms::Actor& who, SlideWish wish) {
    const auto json = base::parse_json(wish.body);
    auto body = sync::parse_sliding_body(wish.face, json->as_object());
    if (!body) throw std::logic_error(body.error().text);
    if (wish.from) body->pos = wish.from->pos();
    return {.session = {.user = who.user, .device = who.device},
            .face = wish.face,
            .body = *std::move(body),
            .timeout = wish.timeout,
            .gone = waiting_->cancel_token()};
  }
  void put_account_data(const rooms::Actor& who, std::string type, std::string content,
                        std::string room = "") {
    run(house_->account_data.put({.user = who.user, .device = who.device}, std::move(room),
                                 std::move(type), std::move(content)));
  }

 private:
  static runtime::Task<> slide_into(sync::SlidingEngine& engine, sync::SlidingRequest request,
                                    Sliding answer) {
    *answer = Slid(co_await engine.sync(std::move(request)));
  }
  static runtime::Task<> answer_into(sync::SyncEngine& engine, sync::SyncRequest request,
                                     Waiting answer) {
    *answer = Synced(co_await engine.sync(std::move(request)));
  }
  sync::SyncRequest request(const rooms::Actor& who, SyncWish wish) {
    const auto json = base::parse_json(wish.filter);
    auto filter = protocol::Filter::parse(*json);
    if (!filter) throw std::logic_error("no filter: " + wish.filter);
    sync::SyncRequest request{
        .session = {.user = who.user, .device = who.device},
        .since = std::nullopt,
        .filter = std::make_shared<const protocol::Filter>(*std::move(filter)),
        .state_scope = wish.scope,
        .state_place = wish.place,
        .timeout = wish.timeout,
        .gone = waiting_->cancel_token()};
    if (wish.since) request.since = sync::parse_sync_token(wish.since->token());
    return request;
  }
  void start() {
    services_ = std::make_unique<SyncServices>(house_, ++starts_, limits_);
    waiting_ = std::make_unique<runtime::TaskGroup>("waiting syncs");
  }
  void stop() {
    scheduler().run(waiting_->stop());
    if (stores_at_stop_) scheduler().run(services_->connections.store_all());
    waiting_.reset();
    house_.store().committer().stop();
    services_.reset();
  }

  RoomHouse house_;
  sync::SlidingConnections::Limits limits_;
  std::uint64_t starts_ = 0;
  std::unique_ptr<SyncServices> services_;
  std::unique_ptr<runtime::TaskGroup> waiting_;
  bool stores_at_stop_ = true;
};

}  // namespace chancery::support
