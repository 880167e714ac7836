// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/to_device.hpp"

#include "storage/errors.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

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

TEST_CASE("an acknowledgement that failed is made by the next") {
  RoomHouse house;
  storage::sql::SqlToDeviceStore sql(house.store().reader());
  FailingStore store(sql);
  NamedDevices directory;
  ToDevice to_device({.store = store,
                      .transactions = house.store().events(),
                      .committer = house.store().committer(),
                      .directory = directory,
                      .clock = house.scheduler().clock(),
                      .server = house->ports.server});
  base::JsonObject messages;
  messages[kAnna.user.text()] = base::JsonObject{{"PHONE", base::JsonObject{{"n", 1}}}};
  house.run(to_device.send({.from = {kBen.user, kBen.device},
                            .type = "m.dummy",
                            .transaction = "t1",
                            .messages = std::move(messages)}));
  const storage::StreamPosition last = house.store().committer().last_position();

  store.failures = 1;
  CHECK_THROWS_AS(house.run(to_device.acknowledge(kPhone, last)), storage::StorageError);
  house.run(to_device.acknowledge(kPhone, last));

  CHECK(house.run(to_device.load(kPhone, {}, last, 10)).messages.empty());
  house.store().committer().stop();
}

}  // namespace
}  // namespace chancery::devices
