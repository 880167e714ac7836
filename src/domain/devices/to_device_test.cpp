// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/to_device.hpp"

#include "storage/errors.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

namespace chancery::devices {
namespace {

using support::NamedDevices;
using support::RoomHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const DeviceAddress kPhone{kAnna.user, kAnna.device};

// A store that fails as often as a test says.
class FailingStore final : public storage::ToDeviceStore {
 public:
  explicit FailingStore(storage::ToDeviceStore& store) : store_(store) {}
  runtime::Task<std::vector<storage::StoredToDeviceMessage>> load_messages(
      protocol::UserId user, protocol::DeviceId device, storage::StreamPosition after,
      storage::StreamPosition until, std::size_t limit) override {
    if (failures > 0) {
      --failures;
      throw storage::StorageError("the disk is away");
    }
    co_return co_await store_.load_messages(std::move(user), std::move(device), after, until,
                                            limit);
  }
  runtime::Task<std::vector<storage::AddressedToDeviceMessage>> load_all_messages(
      storage::StreamPosition after, storage::StreamPosition until, std::size_t limit) override {
    return store_.load_all_messages(after, until, limit);
  }
  int failures = 0;

 private:
  storage::ToDeviceStore& store_;
};

struct House {
  House() { start(); }
  ~House() { rooms.store().committer().stop(); }
  // As after a restart of the program.
  void start() {
    sql.emplace(rooms.store().reader());
    store.emplace(*sql);
    to_device.emplace(ToDevice::Ports{.store = *store,
                                      .transactions = rooms.store().events(),
                                      .committer = rooms.store().committer(),
                                      .directory = directory,
                                      .clock = rooms.scheduler().clock(),
                                      .server = rooms->ports.server});
  }
  void send(std::string transaction) {
    base::JsonObject messages;
    messages[kAnna.user.text()] = base::JsonObject{{"PHONE", base::JsonObject{{"n", 1}}}};
    rooms.run(to_device->send({.from = {kBen.user, kBen.device},
                               .type = "m.dummy",
                               .transaction = std::move(transaction),
                               .messages = std::move(messages)}));
  }
  [[nodiscard]] storage::StreamPosition last() { return rooms.store().committer().last_position(); }
  [[nodiscard]] std::size_t count_stored() {
    return rooms.run(sql->load_messages(kPhone.user, kPhone.device, {}, last(), 10)).size();
  }

  RoomHouse rooms;
  std::optional<storage::sql::SqlToDeviceStore> sql;
  std::optional<FailingStore> store;
  NamedDevices directory;
  std::optional<ToDevice> to_device;
};

TEST_CASE("what was acknowledged is gone from the store, and nothing need be asked for it again") {
  House house;
  house.send("t1");
  const storage::StreamPosition first = house.last();
  house.send("t2");

  CHECK_FALSE(house.to_device->acknowledge_at_once(kPhone, first));
  house.rooms.run(house.to_device->acknowledge(kPhone, first));
  CHECK(house.count_stored() == 1);
  CHECK(house.to_device->acknowledge_at_once(kPhone, first));
  CHECK_FALSE(house.to_device->acknowledge_at_once(kPhone, house.last()));
  house.rooms.run(house.to_device->acknowledge(kPhone, house.last()));
  CHECK(house.count_stored() == 0);
  CHECK(house.to_device->acknowledge_at_once(kPhone, house.last()));
}

TEST_CASE("what came before a restart goes too when it is acknowledged in two steps after it") {
  House house;
  house.send("t1");
  const storage::StreamPosition first = house.last();
  house.send("t2");
  const storage::StreamPosition second = house.last();
  house.rooms.restart();
  house.start();

  house.rooms.run(house.to_device->acknowledge(kPhone, first));
  house.rooms.run(house.to_device->acknowledge(kPhone, second));

  CHECK(house.count_stored() == 0);
}

TEST_CASE("an acknowledgement that failed is made by the next") {
  House house;
  house.send("t1");
  const storage::StreamPosition last = house.last();

  house.store->failures = 1;
  CHECK_THROWS_AS(house.rooms.run(house.to_device->acknowledge(kPhone, last)),
                  storage::StorageError);
  house.rooms.run(house.to_device->acknowledge(kPhone, last));

  CHECK(house.count_stored() == 0);
}

}  // namespace
}  // namespace chancery::devices
