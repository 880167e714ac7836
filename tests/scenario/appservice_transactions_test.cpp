// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What application services are told: everything that concerns them, in order, once, whatever
// happens in between.
#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "storage/commit/change.hpp"
#include "tests/scenario/bridge.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace chancery::scenario {
namespace {

using Texts = std::vector<std::string>;

struct Scene {
  Bridge bridge;
  Person alice = bridge.server().register_user("alice");
  std::string room = alice.create_room();

  Scene() {
    bridge.make_ghost("anna");
    bridge.join("anna", room);
    bridge.settle();
  }
  bool has_heard(const std::string& text) {
    const Texts heard = bridge.messages();
    return std::ranges::find(heard, text) != heard.end();
  }
  void await(const std::string& text) {
    bridge.until([&] { return has_heard(text); });
  }
};

TEST_CASE("a service hears what is said where its ghosts are, and nothing from elsewhere") {
  Scene scene;
  const std::string other = scene.alice.create_room();
  scene.alice.say(other, "elsewhere");
  scene.alice.say(scene.room, "one");
  scene.alice.say(scene.room, "two");
  scene.await("two");

  CHECK(scene.bridge.messages() == Texts{"one", "two"});
  const base::JsonObject event = scene.bridge.items("events").back();
  CHECK(base::find_string(event, "room_id") == scene.room);
  CHECK(base::find_string(event, "sender") == "@alice:x");
  CHECK(base::find_string(event, "event_id").has_value());
  CHECK(base::find_integer(event, "origin_server_ts").has_value());
}

TEST_CASE("the service's own token is in the header of a request, and nowhere else") {
  Scene scene;
  scene.alice.say(scene.room, "one");
  scene.await("one");

  const http::OutboundRequest& request = scene.bridge.outside().requests().back();
  CHECK(request.headers.find("Authorization") == "Bearer secret-of-the-server");
  CHECK(request.url.find("secret") == std::string::npos);
  CHECK(request.chosen_by == http::ChosenBy::operator_);
  CHECK(request.method == http::Method::put);
}

TEST_CASE("what a ghost itself sends and its coming and going are told as well") {
  Scene scene;
  const ApiAnswer sent = scene.bridge.service().put(
      "/rooms/" + scene.room + "/send/m.room.message/t1?user_id=@_b_anna:x", message_of("mine"));
  REQUIRE(sent.status == 200);
  REQUIRE(
      scene.alice.post("/rooms/" + scene.room + "/kick", R"({"user_id":"@_b_anna:x"})").status ==
      200);
  scene.bridge.settle();
  scene.alice.say(scene.room, "behind its back");
  scene.bridge.settle();

  CHECK(scene.bridge.messages() == Texts{"mine"});
  const auto events = scene.bridge.items("events");
  CHECK(text_at(events.back(), "/content/membership") == "leave");
  CHECK(base::find_string(events.back(), "state_key") == "@_b_anna:x");
}

TEST_CASE("a service that is away gets everything later, in order, under the same ids") {
  Scene scene;
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  scene.alice.say(scene.room, "one");
  scene.bridge.settle();
  for (int i = 2; i <= 5; ++i) scene.alice.say(scene.room, std::to_string(i));
  scene.bridge.server().scheduler().advance(std::chrono::minutes(20));
  const auto tries = scene.bridge.attempts();
  scene.bridge.outside().answer_with(200, "{}");
  scene.bridge.server().scheduler().advance(std::chrono::minutes(10));
  scene.bridge.settle();

  CHECK(scene.bridge.messages() == Texts{"one", "2", "3", "4", "5"});
  // Not one more try than the pauses allow, and each the same bytes.
  CHECK(tries.size() > 5);
  CHECK(tries.size() < 25);
  const std::string& first = tries.back().transaction;
  for (const Told& one : scene.bridge.attempts()) {
    if (one.transaction == first) CHECK(one.text == tries.back().text);
  }
}

TEST_CASE("a room that is removed while a service is away ends nothing for the service") {
  Scene scene;
  const std::string gone = scene.alice.create_room();
  scene.bridge.join("anna", gone);
  scene.bridge.settle();
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  scene.alice.say(scene.room, "one");
  scene.bridge.settle();
  scene.alice.say(gone, "what has to go");
  {
    ServerUnderTest& server = scene.bridge.server();
    const auto id = protocol::RoomId::trusted(gone);
    server::Stores& stores = server.composition().stores();
    const auto stored = server.scheduler().run(stores.events.find_room(id));
    REQUIRE(stored.has_value());
    storage::Change change;
    change.mutations.emplace_back(storage::RemoveRoom{stored->number, id});
    server.scheduler().run(stores.committer.commit(std::move(change)));
  }
  scene.alice.say(scene.room, "two");
  scene.bridge.outside().answer_with(200, "{}");
  scene.bridge.server().scheduler().advance(std::chrono::minutes(10));
  scene.await("two");

  CHECK(scene.bridge.messages() == Texts{"one", "two"});
}

TEST_CASE("a refusal is tried again like silence, and nobody else waits for it") {
  Scene scene;
  scene.bridge.outside().answer_with(500, R"({"errcode":"M_UNKNOWN"})");
  scene.alice.say(scene.room, "one");
  scene.bridge.settle();
  CHECK(scene.alice.sync().status == 200);
  scene.bridge.outside().answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  scene.bridge.server().scheduler().advance(std::chrono::minutes(1));
  scene.alice.say(scene.room, "two");

  scene.bridge.outside().answer_with(200, "{}");
  scene.bridge.server().scheduler().advance(std::chrono::minutes(10));
  CHECK(scene.bridge.messages() == Texts{"one", "two"});
}

TEST_CASE("a transaction keeps its id and its bytes across a restart") {
  Scene scene;
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  scene.alice.say(scene.room, "one");
  scene.bridge.settle();
  const Told before = scene.bridge.attempts().back();
  scene.bridge.outside().forget_requests();

  scene.alice.say(scene.room, "two");
  scene.bridge.restart();
  scene.bridge.outside().answer_with(200, "{}");
  scene.await("two");

  const auto after = scene.bridge.attempts();
  CHECK(after.front().transaction == before.transaction);
  CHECK(after.front().text == before.text);
  CHECK(scene.bridge.messages() == Texts{"one", "two"});
  scene.bridge.outside().forget_requests();
  scene.bridge.restart();
  scene.bridge.settle();
  CHECK(scene.bridge.messages().empty());
}

TEST_CASE("events of a long absence come in transactions of at most a hundred, each once") {
  Scene scene;
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  Texts said;
  for (int i = 0; i < 250; ++i) {
    said.push_back(std::to_string(i));
    scene.alice.say(scene.room, said.back());
  }
  scene.bridge.restart();
  scene.bridge.outside().answer_with(200, "{}");
  scene.await(said.back());

  CHECK(scene.bridge.messages() == said);
  for (const Told& one : scene.bridge.transactions()) {
    CHECK(base::find_array(one.body, "events")->size() <= 100);
  }
}

TEST_CASE("a service that is new begins with what happens from then on") {
  Bridge bridge({});
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  alice.say(room, "before");
  bridge.install(std::string(kBridgeFile));
  bridge.make_ghost("anna");
  bridge.join("anna", room);
  alice.say(room, "after");
  bridge.settle();

  CHECK(bridge.messages() == Texts{"after"});
}

TEST_CASE("a service without a URL is sent nothing, and all the same acts") {
  std::string file(kBridgeFile);
  file.replace(file.find("\"http://bridge.example:9000\""), 28, "null");
  Bridge bridge({file});
  bridge.make_ghost("anna");
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  bridge.join("anna", room);
  alice.say(room, "one");
  bridge.settle();

  CHECK(bridge.outside().requests().empty());
}

TEST_CASE("typing, receipts and presence are told, private receipts of others are not") {
  Scene scene;
  scene.bridge.outside().forget_requests();
  const std::string event = scene.alice.say(scene.room, "one");
  const std::string in_room = "/rooms/" + scene.room;
  const std::string anna = "?user_id=@_b_anna:x";
  REQUIRE(scene.alice.put(in_room + "/typing/@alice:x", R"({"typing":true})").status == 200);
  REQUIRE(scene.alice.post(in_room + "/receipt/m.read/" + event).status == 200);
  REQUIRE(scene.alice.post(in_room + "/receipt/m.read.private/" + event).status == 200);
  REQUIRE(scene.bridge.service().post(in_room + "/receipt/m.read.private/" + event + anna).status ==
          200);
  REQUIRE(scene.alice.put("/presence/@alice:x/status", R"({"presence":"online"})").status == 200);
  const auto told = [&scene] {
    std::string all;
    for (const base::JsonObject& item : scene.bridge.items("ephemeral")) {
      all += base::to_text(item) + "\n";
    }
    return all;
  };
  // They come in more than one transaction.
  scene.bridge.until([&told] {
    const std::string all = told();
    return all.find(R"("m.read.private":{"@_b_anna:x")") != std::string::npos &&
           all.find(R"("presence":"online")") != std::string::npos;
  });

  for (const base::JsonObject& item : scene.bridge.items("ephemeral")) {
    if (base::find_string(item, "type") != "m.presence") {
      CHECK(base::find_string(item, "room_id") == scene.room);
    }
  }
  const std::string all = told();
  CAPTURE(all);
  CHECK(all.find(R"("user_ids":["@alice:x"])") != std::string::npos);
  CHECK(all.find(R"("m.read":{"@alice:x")") != std::string::npos);
  CHECK(all.find(R"("m.read.private":{"@alice:x")") == std::string::npos);
}

TEST_CASE("messages to a ghost's devices are told once, with the keys that are left") {
  Scene scene;
  REQUIRE(scene.bridge.service().put("/devices/GHOST?user_id=@_b_anna:x", "{}").status == 201);
  const ApiAnswer sent = scene.alice.put("/sendToDevice/m.test/t1",
                                         R"({"messages":{"@_b_anna:x":{"GHOST":{"n":1}}}})");
  REQUIRE(sent.status == 200);
  scene.bridge.settle();
  scene.bridge.restart();
  scene.bridge.settle();

  const auto messages = scene.bridge.items("de.sorunome.msc2409.to_device");
  REQUIRE(messages.size() == 1);
  CHECK(base::find_string(messages[0], "to_user_id") == "@_b_anna:x");
  CHECK(base::find_string(messages[0], "to_device_id") == "GHOST");
  CHECK(base::find_string(messages[0], "sender") == "@alice:x");
  CHECK(text_at(messages[0], "/type") == "m.test");
  bool has_counts = false;
  for (const Told& one : scene.bridge.transactions()) {
    has_counts |= find_at(one.body,
                          "/org.matrix.msc3202.device_one_time_keys_count/@_b_anna:x/GHOST/"
                          "signed_curve25519") != nullptr;
  }
  CHECK(has_counts);
  // A sync of that device does not get them again.
  const ApiAnswer sync = scene.bridge.service().get("/sync?user_id=@_b_anna:x&device_id=GHOST");
  CHECK(find_at(sync.json, "/to_device") == nullptr);
}

TEST_CASE("a service hears whose devices it must know anew, and whose no more") {
  Scene scene;
  const Person bob = scene.bridge.server().register_user("bob");
  bob.join(scene.room);
  scene.bridge.settle();
  REQUIRE(bob.post("/rooms/" + scene.room + "/leave").status == 200);
  scene.bridge.settle();

  std::string changed;
  std::string left;
  for (const Told& one : scene.bridge.transactions()) {
    const base::Json body(one.body);
    changed += base::to_text(*find_at(body, "/org.matrix.msc3202.device_lists/changed"));
    left += base::to_text(*find_at(body, "/org.matrix.msc3202.device_lists/left"));
  }
  CHECK(changed.find("@bob:x") != std::string::npos);
  CHECK(left.find("@bob:x") != std::string::npos);
  CHECK(left.find("@alice:x") == std::string::npos);
}

// Of whose devices the service was told in one of the lists since it was last looked.
std::string told_of_devices(Bridge& bridge, const std::string& list) {
  bridge.settle();
  std::string names;
  for (const Told& one : bridge.transactions()) {
    names +=
        base::to_text(*find_at(base::Json(one.body), "/org.matrix.msc3202.device_lists/" + list));
  }
  return names;
}

TEST_CASE(
    "a ghost that comes into a room makes everybody there known, the last that goes unknown") {
  Scene scene;
  const Person bob = scene.bridge.server().register_user("bob");
  const std::string other = bob.create_room();
  scene.bridge.make_ghost("ben");
  scene.bridge.settle();
  scene.bridge.outside().forget_requests();

  scene.bridge.join("ben", other);
  CHECK(told_of_devices(scene.bridge, "changed").find("@bob:x") != std::string::npos);
  scene.bridge.join("anna", other);
  scene.bridge.outside().forget_requests();

  // Alice is seen in another room still; one ghost is left in this one.
  const auto leave = [&](const std::string& ghost, const std::string& room) {
    REQUIRE(scene.bridge.service().post("/rooms/" + room + "/leave?user_id=" + ghost).status ==
            200);
  };
  scene.alice.join(other);
  leave("@_b_ben:x", other);
  CHECK(told_of_devices(scene.bridge, "left").find('@') == std::string::npos);
  scene.bridge.outside().forget_requests();
  leave("@_b_anna:x", other);
  const std::string left = told_of_devices(scene.bridge, "left");
  CHECK(left.find("@bob:x") != std::string::npos);
  CHECK(left.find("@alice:x") == std::string::npos);
}

TEST_CASE("a ghost's invitation that it declines tells its service of nobody's devices") {
  Scene scene;
  const Person bob = scene.bridge.server().register_user("bob");
  const std::string closed = bob.create_room(R"({"preset":"private_chat"})");
  scene.bridge.settle();
  scene.bridge.outside().forget_requests();
  REQUIRE(bob.post("/rooms/" + closed + "/invite", R"({"user_id":"@_b_anna:x"})").status == 200);
  scene.bridge.settle();
  REQUIRE(scene.bridge.service().post("/rooms/" + closed + "/leave?user_id=@_b_anna:x").status ==
          200);
  CHECK(told_of_devices(scene.bridge, "changed").find("@") == std::string::npos);
  CHECK(told_of_devices(scene.bridge, "left").find("@") == std::string::npos);
}

TEST_CASE("people hear of a ghost's devices and of its coming and going as of anybody's") {
  Scene scene;
  REQUIRE(scene.bridge.service().put("/devices/GHOST?user_id=@_b_anna:x", "{}").status == 201);
  std::string since = scene.alice.position();
  const auto lists = [&scene, &since] {
    const ApiAnswer sync = scene.alice.sync(since);
    since = sync.text("next_batch");
    const base::Json* found = find_at(sync.json, "/device_lists");
    return found == nullptr ? std::string("none") : base::to_text(*found);
  };
  const protocol::SigningKey key(protocol::KeyId::trusted("ed25519:GHOST"), std::string(32, 'g'));
  base::JsonObject keys{
      {"user_id", "@_b_anna:x"},
      {"device_id", "GHOST"},
      {"algorithms", {"m.olm.v1.curve25519-aes-sha2"}},
      {"keys", base::JsonObject{{"ed25519:GHOST", base::encode_base64(key.public_key())},
                                {"curve25519:GHOST", base::encode_base64(std::string(32, 'c'))}}}};
  protocol::sign_json(keys, "@_b_anna:x", key);
  const ApiAnswer uploaded =
      scene.bridge.service().post("/keys/upload?user_id=@_b_anna:x&device_id=GHOST",
                                  base::to_text(base::JsonObject{{"device_keys", keys}}));
  CAPTURE(uploaded.body);
  REQUIRE(uploaded.status == 200);
  CHECK(lists().find(R"("changed":["@_b_anna:x"])") != std::string::npos);
  REQUIRE(
      scene.bridge.service().post("/rooms/" + scene.room + "/leave?user_id=@_b_anna:x").status ==
      200);
  CHECK(lists().find(R"("left":["@_b_anna:x"])") != std::string::npos);
  scene.bridge.join("anna", scene.room);
  CHECK(lists().find(R"("changed":["@_b_anna:x"])") != std::string::npos);
}

TEST_CASE("counts of keys of many devices come in several transactions, each device's once told") {
  Scene scene;
  constexpr int kDevices = 130;
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  for (int i = 0; i < kDevices; ++i) {
    const std::string name = "D" + std::to_string(i);
    REQUIRE(scene.bridge.service().put("/devices/" + name + "?user_id=@_b_anna:x", "{}").status ==
            201);
    REQUIRE(scene.bridge.service()
                .post("/keys/upload?user_id=@_b_anna:x&device_id=" + name,
                      R"({"fallback_keys":{"signed_curve25519:A":{"key":"a","fallback":true}}})")
                .status == 200);
  }
  scene.bridge.outside().forget_requests();
  scene.bridge.outside().answer_with(200, "{}");
  std::set<std::string> told;
  scene.bridge.until([&] {
    scene.bridge.server().scheduler().advance(std::chrono::minutes(6));
    for (const Told& one : scene.bridge.transactions()) {
      const base::Json body(one.body);
      const base::Json* counts =
          find_at(body, "/org.matrix.msc3202.device_one_time_keys_count/@_b_anna:x");
      if (counts == nullptr) continue;
      CHECK(counts->as_object().size() <= 100);
      for (const auto& device : counts->as_object()) told.insert(std::string(device.key()));
    }
    return told.size() == kDevices;
  });
}

TEST_CASE("what a service is still to be told lies sealed") {
  Scene scene;
  scene.bridge.outside().fail_with(http::OutboundFailure::unreachable);
  const std::string words = "a secret that nobody else may read";
  scene.alice.say(scene.room, words);
  scene.bridge.settle();
  auto& stores = scene.bridge.server().composition().stores();
  const auto kept =
      scene.bridge.server().scheduler().run(stores.application_services.find_delivery("bridge"));

  REQUIRE(kept);
  CHECK_FALSE(kept->transaction.empty());
  CHECK(kept->record.size() > 100);
  CHECK(kept->record.find("secret") == std::string::npos);
  CHECK(kept->record.find("@alice:x") == std::string::npos);
}

TEST_CASE("a service may listen to a room by its alias") {
  std::string file(kBridgeFile);
  Bridge bridge({file});
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  const Person bot = bridge.service();
  REQUIRE(bot.post("/rooms/" + room + "/join").status == 200);
  REQUIRE(bot.put("/directory/room/%23_b_one:x", R"({"room_id":")" + room + "\"}").status == 200);
  REQUIRE(bot.post("/rooms/" + room + "/leave").status == 200);
  alice.say(room, "one");
  bridge.settle();
  CHECK(bridge.messages() == Texts{"one"});

  REQUIRE(bot.del("/directory/room/%23_b_one:x").status == 200);
  bridge.settle();
  alice.say(room, "two");
  bridge.settle();
  CHECK(bridge.messages() == Texts{"one"});
}

TEST_CASE("a full disk delays what a service is told and loses nothing") {
  Scene scene;
  scene.alice.say(scene.room, "one");
  scene.await("one");
  ServerUnderTest::disk().fill_after(0);
  const ApiAnswer refused =
      scene.alice.put("/rooms/" + scene.room + "/send/m.room.message/full", message_of("lost"));
  CHECK(refused.status == 503);
  ServerUnderTest::disk().fill_after(-1);
  scene.alice.say(scene.room, "two");
  scene.await("two");

  CHECK(scene.bridge.messages() == Texts{"one", "two"});
}

}  // namespace
}  // namespace chancery::scenario
