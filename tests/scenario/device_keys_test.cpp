// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Keys of devices: published, claimed each once, and told to those who need to know.
#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <set>

namespace chancery::scenario {
namespace {

using base::JsonObject;
using Names = std::set<std::string>;

protocol::SigningKey device_key(const Person& person) {
  return {protocol::KeyId::trusted("ed25519:" + person.device()),
          std::string(32, person.id().at(1))};
}

// The keys of the device, signed by it.
JsonObject keys_of(const Person& person) {
  const protocol::SigningKey key = device_key(person);
  JsonObject keys{
      {"user_id", person.id()},
      {"device_id", person.device()},
      {"algorithms", {"m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"}},
      {"keys",
       JsonObject{{"ed25519:" + person.device(), base::encode_base64(key.public_key())},
                  {"curve25519:" + person.device(), base::encode_base64(std::string(32, 'c'))}}}};
  protocol::sign_json(keys, person.id(), key);
  return keys;
}
ApiAnswer upload(const Person& person, const JsonObject& body) {
  return person.post("/keys/upload", base::to_text(body));
}
ApiAnswer upload_keys(const Person& person) {
  return upload(person, {{"device_keys", keys_of(person)}});
}
JsonObject one_time_keys(int count, const std::string& prefix = "k") {
  JsonObject keys;
  for (int i = 0; i < count; ++i) {
    keys["signed_curve25519:" + prefix + std::to_string(i)] =
        JsonObject{{"key", prefix + std::to_string(i)}};
  }
  return keys;
}
Names names_at(const ApiAnswer& answer, const std::string& pointer) {
  Names names;
  const base::Json* list = find_at(answer.json, pointer);
  if (list == nullptr) return names;
  for (const base::Json& name : list->as_array()) names.emplace(name.as_string());
  return names;
}
// The keys of a person's devices as `asker` is shown them.
base::Json keys_shown(const Person& asker, const Person& whose) {
  const ApiAnswer answer =
      asker.post("/keys/query", R"({"device_keys":{")" + whose.id() + R"(":[]}})");
  const base::Json* keys = find_at(answer.json, "/device_keys/" + whose.id());
  return keys == nullptr ? base::Json() : *keys;
}

struct Three {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person carol = server.register_user("carol");
  std::string room = alice.create_room();
  Three() { bob.join(room); }

  ApiAnswer claim(const Person& by) const { return by.post("/keys/claim", claim_body()); }
  std::string claim_body() const {
    return R"({"one_time_keys":{"@bob:x":{")" + bob.device() + R"(":"signed_curve25519"}}})";
  }
  // The id of the key that was handed out.
  std::string claimed(const ApiAnswer& answer) const {
    const base::Json* keys = find_at(answer.json, "/one_time_keys/@bob:x/" + bob.device());
    if (keys == nullptr || keys->as_object().empty()) return "";
    return std::string(keys->as_object().begin()->key());
  }
  std::int64_t count(const ApiAnswer& sync) const {
    return sync.json.at_pointer("/device_one_time_keys_count/signed_curve25519").as_int64();
  }
};

TEST_CASE("a key upload shows as changed to those who share a room, and to nobody else") {
  Three three;
  const std::string of_alice = three.alice.position();
  const std::string of_carol = three.carol.position();

  REQUIRE(upload_keys(three.bob).status == 200);

  CHECK(names_at(three.alice.sync(of_alice), "/device_lists/changed") == Names{"@bob:x"});
  CHECK(names_at(three.carol.sync(of_carol), "/device_lists/changed").empty());
  three.server.restart();
  CHECK(names_at(three.alice.sync(of_alice), "/device_lists/changed") == Names{"@bob:x"});
  CHECK(names_at(three.carol.sync(of_carol), "/device_lists/changed").empty());
}

TEST_CASE("a sync that waits is woken by changed keys") {
  Three three;
  Pending waiting =
      three.alice.begin(http::Method::get, "/sync?timeout=30000&since=" + three.alice.position());
  three.server.scheduler().run_ready();

  REQUIRE(upload_keys(three.bob).status == 200);
  three.server.settle();

  REQUIRE(waiting.is_answered());
  CHECK(names_at(waiting.await(), "/device_lists/changed") == Names{"@bob:x"});
}

TEST_CASE("the same keys uploaded again, or one-time keys, are no change") {
  Three three;
  REQUIRE(upload_keys(three.bob).status == 200);
  const std::string since = three.alice.position();

  REQUIRE(upload_keys(three.bob).status == 200);
  REQUIRE(upload(three.bob, {{"one_time_keys", one_time_keys(5)}}).status == 200);

  CHECK(names_at(three.alice.sync(since), "/device_lists/changed").empty());
}

TEST_CASE("who comes to share a room shows as changed to both, and as left when they go") {
  Three three;
  const std::string of_alice = three.alice.position();
  const std::string of_carol = three.carol.position();

  three.carol.join(three.room);
  const ApiAnswer alice_sees = three.alice.sync(of_alice);
  const ApiAnswer carol_sees = three.carol.sync(of_carol);
  CHECK(names_at(alice_sees, "/device_lists/changed") == Names{"@carol:x"});
  CHECK(names_at(carol_sees, "/device_lists/changed") == Names{"@alice:x", "@bob:x"});

  REQUIRE(three.carol.post("/rooms/" + three.room + "/leave").status == 200);
  CHECK(names_at(three.alice.sync(alice_sees.text("next_batch")), "/device_lists/left") ==
        Names{"@carol:x"});
  CHECK(names_at(three.carol.sync(carol_sees.text("next_batch")), "/device_lists/left") ==
        Names{"@alice:x", "@bob:x"});
}

TEST_CASE("who came and went before a restart is told after it") {
  Three three;
  const std::string before = three.alice.position();
  three.carol.join(three.room);
  REQUIRE(three.bob.post("/rooms/" + three.room + "/leave").status == 200);

  three.server.restart();

  const ApiAnswer sync = three.alice.sync(before);
  CHECK(names_at(sync, "/device_lists/changed") == Names{"@carol:x"});
  CHECK(names_at(sync, "/device_lists/left") == Names{"@bob:x"});
}

TEST_CASE("who leaves one of two rooms that are shared is no stranger") {
  Three three;
  const std::string other = three.alice.create_room();
  three.bob.join(other);
  const std::string since = three.alice.position();

  REQUIRE(three.bob.post("/rooms/" + other + "/leave").status == 200);

  CHECK(names_at(three.alice.sync(since), "/device_lists/left").empty());
}

TEST_CASE("a device that is signed out shows as changed and its keys are gone") {
  Three three;
  const Person tablet = three.server.sign_in(three.bob, "TABLET");
  REQUIRE(upload_keys(three.bob).status == 200);
  REQUIRE(upload_keys(tablet).status == 200);
  const std::string since = three.alice.position();
  CHECK(keys_shown(three.alice, three.bob).as_object().size() == 2);

  REQUIRE(tablet.post("/logout").status == 200);

  CHECK(names_at(three.alice.sync(since), "/device_lists/changed") == Names{"@bob:x"});
  CHECK(keys_shown(three.alice, three.bob).as_object().size() == 1);
}

TEST_CASE(
    "a hundred who claim at once get each key once, and the fallback key when there are none") {
  Three three;
  REQUIRE(upload(three.bob, {{"one_time_keys", one_time_keys(60)},
                             {"fallback_keys", one_time_keys(1, "fallback")}})
              .status == 200);
  std::vector<Pending> claims;
  for (int i = 0; i < 100; ++i) {
    const Person& by = i % 2 == 0 ? three.alice : three.carol;
    claims.push_back(by.begin(http::Method::post, "/keys/claim", three.claim_body()));
  }
  Names unique;
  int fallbacks = 0;
  for (Pending& claim : claims) {
    const ApiAnswer answer = claim.await();
    CHECK(answer.status == 200);
    const std::string key = three.claimed(answer);
    if (key == "signed_curve25519:fallback0") {
      ++fallbacks;
    } else {
      CHECK(unique.insert(key).second);
    }
  }

  CHECK(unique.size() == 60);
  CHECK(fallbacks == 40);
  CHECK(three.count(three.bob.sync()) == 0);
  CHECK(names_at(three.bob.sync(), "/device_unused_fallback_key_types").empty());
}

TEST_CASE("keys of people of other servers are told as failures of those") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const ApiAnswer claimed =
      alice.post("/keys/claim", R"({"one_time_keys":{"@zoe:elsewhere":{"D":"signed_curve25519"},
                         "@alice:x":{"D":"signed_curve25519"}}})");
  REQUIRE(claimed.status == 200);
  CHECK(find_at(claimed.json, "/failures/elsewhere/errcode") != nullptr);
  CHECK(find_at(claimed.json, "/failures")->as_object().size() == 1);
  CHECK(find_at(claimed.json, "/one_time_keys")->as_object().empty());
}

TEST_CASE("a key that was claimed is not given again after a restart") {
  Three three;
  REQUIRE(upload(three.bob, {{"one_time_keys", one_time_keys(2)}}).status == 200);
  const std::string first = three.claimed(three.claim(three.alice));

  three.server.restart();
  const std::string second = three.claimed(three.claim(three.alice));

  CHECK_FALSE(first.empty());
  CHECK_FALSE(second.empty());
  CHECK(first != second);
  CHECK(three.claimed(three.claim(three.alice)).empty());
}

TEST_CASE("a one-time key of the same name but other content is refused, and the first one kept") {
  Three three;
  REQUIRE(upload(three.bob, {{"one_time_keys", one_time_keys(3)}}).status == 200);
  JsonObject changed = one_time_keys(3);
  changed["signed_curve25519:k1"] = JsonObject{{"key", "another"}};

  CHECK(upload(three.bob, {{"one_time_keys", changed}}).status == 400);
  CHECK(three.count(upload(three.bob, {{"one_time_keys", one_time_keys(3)}}).status == 200
                        ? three.bob.sync()
                        : ApiAnswer{}) == 3);
}

TEST_CASE("more one-time keys than any device needs are refused, and none of them kept") {
  Three three;
  const JsonObject large{{"signed_curve25519:large", std::string(20'000, 'a')}};
  CHECK(upload(three.bob, {{"one_time_keys", large}}).errcode() == "M_TOO_LARGE");
  CHECK(upload(three.bob, {{"one_time_keys", one_time_keys(1'001)}}).errcode() == "M_TOO_LARGE");
  CHECK(three.count(three.bob.sync()) == 0);

  REQUIRE(upload(three.bob, {{"one_time_keys", one_time_keys(1'000)}}).status == 200);
  CHECK(upload(three.bob, {{"one_time_keys", one_time_keys(1, "more")}}).errcode() ==
        "M_TOO_LARGE");
  CHECK(three.count(three.bob.sync()) == 1'000);
}

TEST_CASE("device keys of another device, with a wrong signature or a wrong shape are refused") {
  Three three;
  REQUIRE(upload_keys(three.bob).status == 200);
  const base::Json before = keys_shown(three.alice, three.bob);
  const auto check_refused = [&](const std::function<void(JsonObject&)>& spoil) {
    JsonObject keys = keys_of(three.bob);
    spoil(keys);
    CAPTURE(base::to_text(keys).substr(0, 300));
    const ApiAnswer answer = upload(three.bob, {{"device_keys", keys}});
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    CHECK(answer.errcode() != "");
    CHECK(keys_shown(three.alice, three.bob) == before);
  };
  check_refused([](JsonObject& keys) { keys["user_id"] = "@alice:x"; });
  check_refused([](JsonObject& keys) { keys["device_id"] = "ANOTHER"; });
  check_refused([](JsonObject& keys) { keys["algorithms"] = "m.olm"; });
  check_refused([](JsonObject& keys) { keys["algorithms"] = {1, 2}; });
  check_refused([](JsonObject& keys) { keys["keys"] = {1, 2}; });
  check_refused([](JsonObject& keys) { keys["keys"].as_object()["ed25519:X"] = 7; });
  check_refused([](JsonObject& keys) { keys["signatures"] = "none"; });
  check_refused([](JsonObject& keys) { keys["signatures"].as_object()["@bob:x"] = 7; });
  check_refused([](JsonObject& keys) { keys["signatures"] = JsonObject{{"@bob:x", {{"k", 7}}}}; });
  check_refused([](JsonObject& keys) { keys["added"] = "after signing"; });
  check_refused([](JsonObject& keys) { keys.erase("keys"); });
  check_refused([](JsonObject& keys) { keys["large"] = std::string(1'000'000, 'a'); });
  for (const char* body :
       {R"({"device_keys":[]})", R"({"device_keys":"x"})", R"({"one_time_keys":{"no-colon":{}}})",
        R"({"one_time_keys":{"a:b":7}})", R"({"fallback_keys":[1]})"}) {
    CHECK(three.bob.post("/keys/upload", body).status == 400);
  }
}

TEST_CASE("device keys without a signature are taken, as some clients' tests upload them") {
  Three three;
  JsonObject keys = keys_of(three.bob);
  keys["signatures"] = JsonObject{};

  CHECK(upload(three.bob, {{"device_keys", keys}}).status == 200);
}

}  // namespace
}  // namespace chancery::scenario
