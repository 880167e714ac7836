// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// A disk that is full or fails: nothing is acknowledged that is not stored, and reads go on.
#include "storage/errors.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using Texts = std::vector<std::string>;

struct Server {
  ServerUnderTest server;
  storage::FaultVfs& disk = server.disk();
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
  Server() { bob.join(room); }

  ApiAnswer try_to_say(const std::string& text, const std::string& transaction) const {
    return alice.put("/rooms/" + room + "/send/m.room.message/" + transaction, message_of(text));
  }
};

TEST_CASE("on a full disk a message is refused with 503, and reads go on") {
  Server it;
  it.alice.say(it.room, "before");
  const std::string since = it.bob.position();

  it.disk.fill_after(0);
  const ApiAnswer refused = it.try_to_say("lost", "t-lost");
  CHECK(refused.status == 503);
  CHECK(refused.errcode() == "M_UNKNOWN");
  CHECK(it.server.stranger().get("/_chancery/health/ready").status == 503);
  CHECK(it.server.stranger().get("/_chancery/health/live").status == 200);

  CHECK(all_messages(it.bob, it.room) == Texts{"before"});
  CHECK(messages_in(it.bob.sync(since), it.room).empty());
  CHECK(it.alice.get("/account/whoami").status == 200);
}

TEST_CASE("when a device was last seen is kept until it could be written") {
  Server it;
  accounts::DeviceUses& uses = it.server.composition().accounts().uses;
  CHECK(it.alice
            .send({.method = http::Method::get,
                   .target = "/account/whoami",
                   .body = {},
                   .token = {},
                   .headers = {{"User-Agent", "Seen/1"}}})
            .status == 200);
  it.disk.fill_after(0);
  CHECK_THROWS_AS(it.server.scheduler().run(uses.write()), storage::StorageError);

  it.disk.fill_after(-1);
  it.server.scheduler().run(uses.write());
  it.server.restart();

  auto& devices = it.server.composition().accounts().devices;
  const auto seen =
      it.server.scheduler().run(devices.load(protocol::UserId::trusted(it.alice.id())));
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().last_seen_agent == "Seen/1");
}

TEST_CASE("when there is room again writing goes on, and the same transaction may be repeated") {
  Server it;
  const std::string since = it.bob.position();
  it.disk.fill_after(0);
  CHECK(it.try_to_say("patience", "t1").status == 503);
  CHECK(it.try_to_say("patience", "t1").status == 503);

  it.disk.fill_after(-1);
  const ApiAnswer sent = it.try_to_say("patience", "t1");
  CHECK(sent.status == 200);
  CHECK(it.try_to_say("patience", "t1").text("event_id") == sent.text("event_id"));

  CHECK(messages_in(it.bob.sync(since), it.room) == Texts{"patience"});
  CHECK(it.server.stranger().get("/_chancery/health/ready").status == 200);
  it.server.restart();
  CHECK(all_messages(it.bob, it.room) == Texts{"patience"});
}

TEST_CASE("a disk that fills at any write of a commit leaves every change whole or absent") {
  Server it;
  Texts acknowledged;
  int refused = 0;
  for (int writes = 0; writes < 25; ++writes) {
    it.disk.fill_after(writes);
    const std::string text = "m" + std::to_string(writes);
    const ApiAnswer answer = it.try_to_say(text, text);
    CHECK((answer.status == 200 || answer.status == 503));
    if (answer.status == 200) acknowledged.push_back(text);
    if (answer.status == 503) ++refused;
    it.disk.fill_after(-1);
    CHECK(all_messages(it.bob, it.room) == acknowledged);
  }
  CHECK(refused > 3);

  it.server.restart();
  CHECK(all_messages(it.bob, it.room) == acknowledged);
}

TEST_CASE("every other kind of write is 503 on a full disk, and nothing of it is seen") {
  Server it;
  const std::string joined = it.alice.get("/joined_rooms").body;
  const std::string name = it.alice.get("/profile/@alice:x/displayname").body;
  it.disk.fill_after(0);

  CHECK(it.alice.post("/createRoom").status == 503);
  CHECK(it.alice.put("/profile/@alice:x/displayname", R"({"displayname":"New"})").status == 503);
  CHECK(it.alice.put("/user/@alice:x/account_data/m.test", R"({"a":1})").status == 503);
  CHECK(
      it.alice.put("/sendToDevice/m.test/t1", R"({"messages":{"@bob:x":{"*":{"n":1}}}})").status ==
      503);
  CHECK(it.alice.post("/keys/upload", R"({"one_time_keys":{"a:1":"k"}})").status == 503);
  CHECK(it.bob.post("/rooms/" + it.room + "/leave").status == 503);
  CHECK(it.alice.put("/rooms/" + it.room + "/state/m.room.topic/", R"({"topic":"x"})").status ==
        503);

  CHECK(it.alice.get("/joined_rooms").body == joined);
  CHECK(it.alice.get("/profile/@alice:x/displayname").body == name);
  CHECK(it.alice.get("/user/@alice:x/account_data/m.test").status == 404);
  CHECK(find_at(it.bob.sync().json, "/to_device") == nullptr);
  CHECK(it.bob.get("/rooms/" + it.room + "/joined_members").status == 200);
  CHECK(it.alice.get("/rooms/" + it.room + "/state/m.room.topic/").status == 404);

  it.disk.fill_after(-1);
  CHECK(it.bob.post("/rooms/" + it.room + "/leave").status == 200);
  CHECK(it.alice.post("/createRoom").status == 200);
}

TEST_CASE("a logout on a full disk is refused, and the token stays what it was") {
  Server it;
  it.disk.fill_after(0);
  CHECK(it.bob.post("/logout").status == 503);
  CHECK(it.bob.get("/account/whoami").status == 200);

  it.disk.fill_after(-1);
  CHECK(it.bob.post("/logout").status == 200);
  CHECK(it.bob.get("/account/whoami").status == 401);
}

TEST_CASE("after a sync of the disk failed nothing is acknowledged until the server starts again") {
  Server it;
  it.alice.say(it.room, "safe");
  it.disk.fail_syncs(true);
  CHECK(it.try_to_say("unsafe", "t1").status == 503);
  it.disk.fail_syncs(false);
  CHECK(it.try_to_say("unsafe", "t1").status == 503);
  CHECK(all_messages(it.bob, it.room) == Texts{"safe"});

  it.server.restart();

  CHECK(it.try_to_say("safe again", "t2").status == 200);
  const Texts all = all_messages(it.bob, it.room);
  CHECK(all.front() == "safe");
  CHECK(all.back() == "safe again");
}

}  // namespace
}  // namespace chancery::scenario
