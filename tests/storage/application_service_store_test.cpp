// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/application_service_store.hpp"

#include "storage/commit/change.hpp"
#include "storage/sql/device_key_store.hpp"
#include "storage/sql/room_stores.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const std::string kBytes("\0\xff bytes", 8);

STORE_TEST("a delivery is kept until it has arrived, then how far it went") {
  sql::SqlServiceStore services(store.reader());
  CHECK(!store.run(services.find_delivery("irc")).has_value());

  store.commit({NoteServiceTold{"irc", {5}}});
  store.commit({PutServiceTransaction{"irc", {9}, "9.abc", kBytes},
                PutServiceTransaction{kBytes, {3}, kBytes, ""}});
  store.reopen();
  sql::SqlServiceStore again(store.reader());
  auto found = store.run(again.find_delivery("irc"));
  REQUIRE(found);
  CHECK(found->told == StreamPosition{5});
  CHECK(found->reaches == StreamPosition{9});
  CHECK(found->transaction == "9.abc");
  CHECK(found->record == kBytes);
  CHECK(store.run(again.find_delivery(kBytes))->transaction == kBytes);

  store.commit({NoteServiceTold{"irc", {9}}});
  found = store.run(again.find_delivery("irc"));
  CHECK(found->told == StreamPosition{9});
  CHECK(found->reaches == StreamPosition{9});
  CHECK(found->transaction.empty());
  CHECK(found->record.empty());
}

STORE_TEST("a service shows rooms on its networks and hides them") {
  using Shown = SetRoomVisibility::Shown;
  sql::SqlDirectoryStore directory(store.reader());
  store.commit({SetNetworkVisibility{"irc", "north", {7}, Shown::yes},
                SetNetworkVisibility{"irc", "north", {7}, Shown::yes},
                SetNetworkVisibility{"irc", "south", {7}, Shown::yes},
                SetNetworkVisibility{"xmpp", "north", {8}, Shown::yes}});
  const auto on = [&](std::string service, std::string network) {
    return store.run(directory.load_network_rooms(std::move(service), std::move(network)));
  };
  CHECK(on("irc", "north") == std::vector<RoomNumber>{{7}});
  CHECK(on("xmpp", "north") == std::vector<RoomNumber>{{8}});
  CHECK(on("xmpp", "south").empty());
  CHECK(store.run(directory.load_all_network_rooms()) == std::vector<RoomNumber>{{7}, {8}});

  store.commit({SetNetworkVisibility{"irc", "north", {7}, Shown::no}});
  CHECK(on("irc", "north").empty());
  CHECK(on("irc", "south") == std::vector<RoomNumber>{{7}});
}

STORE_TEST("messages of all devices are read in order, those of one position together") {
  sql::SqlToDeviceStore messages(store.reader());
  const auto send = [&](const char* user, std::vector<std::string> texts) {
    AddToDeviceMessages add;
    for (std::string& text : texts) {
      add.messages.push_back(
          {protocol::UserId::trusted(user), protocol::DeviceId::trusted("D"), std::move(text)});
    }
    return store.commit({add});
  };
  const StreamPosition first = send("@anna:x", {"1", "2"});
  const StreamPosition second = send("@ben:x", {"3"});
  const auto read = [&](StreamPosition after, StreamPosition until, std::size_t limit) {
    std::string texts;
    for (const auto& one : store.run(messages.load_all_messages(after, until, limit))) {
      texts += one.user.text() + one.json + " ";
    }
    return texts;
  };
  CHECK(read({}, second, 100) == "@anna:x1 @anna:x2 @ben:x3 ");
  CHECK(read({}, second, 1) == "@anna:x1 @anna:x2 ");
  CHECK(read(first, second, 100) == "@ben:x3 ");
  CHECK(read({}, first, 100) == "@anna:x1 @anna:x2 ");
  CHECK(read(second, {UINT32_MAX}, 100).empty());
}

}  // namespace
}  // namespace chancery::storage
