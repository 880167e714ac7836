// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Devices that wait for messages while nobody is signed in on them (MSC3814).
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

const std::string kPath = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";

struct Asleep {
  static std::string body(const std::string& device, const std::string& data = "sealed") {
    return R"({"device_id":")" + device +
           R"(","device_data":{"algorithm":"m.dehydration.v2","device_pickle":")" + data +
           R"("},"initial_device_display_name":"asleep","device_keys":{"user_id":"@alice:x",
            "device_id":")" +
           device +
           R"(","dehydrated":true,"algorithms":["m.megolm.v1.aes-sha2"],"keys":{"ed25519:)" +
           device +
           R"(":"key"},"signatures":{}},"one_time_keys":{"signed_curve25519:AAAA":{"key":"one"}},
            "fallback_keys":{"signed_curve25519:FALL":{"key":"fallback","fallback":true}}})";
  }
  ApiAnswer put(const std::string& device) const { return alice.put(kPath, body(device)); }
  void send(const std::string& device, int count) const {
    for (int i = 0; i < count; ++i) {
      const ApiAnswer answer = bob.put(
          "/sendToDevice/m.test/" + unique_text(),
          R"({"messages":{"@alice:x":{")" + device + R"(":{"n":)" + std::to_string(i) + "}}}}");
      REQUIRE(answer.status == 200);
    }
  }
  [[nodiscard]] static std::size_t count(const ApiAnswer& answer) {
    return find_at(answer.json, "/events")->as_array().size();
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
};

TEST_CASE("a dehydrated device is kept with its keys, and others see it as a device") {
  Asleep it;
  CHECK(it.alice.get(kPath).errcode() == "M_NOT_FOUND");
  CHECK(it.put("DRY").text("device_id") == "DRY");

  const ApiAnswer shown = it.alice.get(kPath);
  CHECK(shown.text("device_id") == "DRY");
  CHECK(text_at(shown.json, "/device_data/algorithm") == "m.dehydration.v2");
  CHECK(text_at(shown.json, "/device_data/device_pickle") == "sealed");
  const ApiAnswer keys = it.bob.post("/keys/query", R"({"device_keys":{"@alice:x":[]}})");
  CHECK(find_at(keys.json, "/device_keys/@alice:x/DRY/dehydrated")->as_bool());
  const ApiAnswer claimed =
      it.bob.post("/keys/claim", R"({"one_time_keys":{"@alice:x":{"DRY":"signed_curve25519"}}})");
  CHECK(text_at(claimed.json, "/one_time_keys/@alice:x/DRY/signed_curve25519:AAAA/key") == "one");
  CHECK(it.alice.get("/devices/DRY").text("display_name") == "asleep");
  CHECK(it.bob.get(kPath).errcode() == "M_NOT_FOUND");
}

TEST_CASE("messages to a dehydrated device stay until it goes, and come in pages") {
  Asleep it;
  it.put("DRY");
  it.send("DRY", 103);
  it.server.restart();

  const ApiAnswer first = it.alice.get(kPath + "/DRY/events");
  CHECK(Asleep::count(first) == 100);
  const ApiAnswer second = it.alice.get(kPath + "/DRY/events?from=" + first.text("next_batch"));
  CHECK(Asleep::count(second) == 3);
  CHECK(second.text("next_batch").empty());
  CHECK(Asleep::count(it.alice.get(kPath + "/DRY/events")) == 100);

  const ApiAnswer old =
      it.alice.post(kPath + "/DRY/events", R"({"next_batch":")" + first.text("next_batch") + "\"}");
  CHECK(Asleep::count(old) == 3);
  const ApiAnswer end =
      it.alice.post(kPath + "/DRY/events", R"({"next_batch":")" + old.text("next_batch") + "\"}");
  CHECK(Asleep::count(end) == 0);
}

TEST_CASE("a full page that is the last says so") {
  Asleep it;
  it.put("DRY");
  it.send("DRY", 100);
  const ApiAnswer only = it.alice.get(kPath + "/DRY/events");
  CHECK(Asleep::count(only) == 100);
  CHECK(only.text("next_batch").empty());
}

TEST_CASE("the next dehydrated device takes the place of the one before, with all that it had") {
  Asleep it;
  it.put("DRY");
  it.send("DRY", 1);
  const std::string since = it.alice.position();
  CHECK(it.put("DRIER").status == 200);

  CHECK(it.alice.get(kPath).text("device_id") == "DRIER");
  CHECK(it.alice.get(kPath + "/DRY/events").status == 403);
  CHECK(it.alice.get("/devices/DRY").status == 404);
  CHECK(Asleep::count(it.alice.get(kPath + "/DRIER/events")) == 0);
  CHECK(it.alice.sync(since).body.find(R"("changed":["@alice:x"])") != std::string::npos);
}

TEST_CASE("a dehydrated device is deleted, by its own endpoint or as a device") {
  Asleep it;
  it.put("DRY");
  CHECK(it.alice.del(kPath).text("device_id") == "DRY");
  CHECK(it.alice.del(kPath).errcode() == "M_NOT_FOUND");
  CHECK(it.alice.get("/devices/DRY").status == 404);

  it.put("DRY");
  REQUIRE(it.alice.post("/logout/all").status == 200);
  const Person again = it.server.sign_in(it.alice, "NEW");
  CHECK(again.get(kPath).errcode() == "M_NOT_FOUND");
}

TEST_CASE("what is no dehydrated device, or another's, is refused and changes nothing") {
  Asleep it;
  it.put("DRY");
  const std::string good = Asleep::body("NEXT");
  const auto without = [&good](const std::string& member) {
    base::JsonObject json = base::parse_json(good)->as_object();
    json.erase(member);
    return base::to_text(json);
  };
  CHECK(it.alice.put(kPath, without("device_id")).errcode() == "M_MISSING_PARAM");
  CHECK(it.alice.put(kPath, without("device_data")).errcode() == "M_MISSING_PARAM");
  CHECK(it.alice.put(kPath, without("device_keys")).errcode() == "M_MISSING_PARAM");
  CHECK(it.alice.put(kPath, Asleep::body("NEXT", std::string(70'000, 'x'))).errcode() ==
        "M_TOO_LARGE");
  // Of a device that somebody is signed in on.
  CHECK(it.put(it.alice.device()).errcode() == "M_INVALID_PARAM");
  // Keys of another user.
  CHECK(it.bob.put(kPath, good).errcode() == "M_INVALID_PARAM");
  CHECK(it.alice.get(kPath).text("device_id") == "DRY");
  CHECK(it.bob.get(kPath + "/DRY/events").errcode() == "M_FORBIDDEN");
  CHECK(it.alice.get(kPath + "/DRY/events?from=-1").errcode() == "M_INVALID_PARAM");
}

}  // namespace
}  // namespace chancery::scenario
