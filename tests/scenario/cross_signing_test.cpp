// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Cross-signing: who signed whose keys, shown to whom it concerns.
#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <set>

namespace chancery::scenario {
namespace {

using base::JsonObject;
using Names = std::set<std::string>;

// The three keys of a person, made of a letter.
struct SigningKeys {
  protocol::SigningKey master;
  protocol::SigningKey self;
  protocol::SigningKey user;
};
protocol::SigningKey named_key(char letter) {
  const std::string seed(32, letter);
  const protocol::SigningKey unnamed(protocol::KeyId::trusted("ed25519:x"), seed);
  return {protocol::KeyId::trusted("ed25519:" + base::encode_base64(unnamed.public_key())), seed};
}
SigningKeys keys_of(char letter) {
  return {named_key(letter), named_key(static_cast<char>(letter + 1)),
          named_key(static_cast<char>(letter + 2))};
}
std::string public_text(const protocol::SigningKey& key) {
  return base::encode_base64(key.public_key());
}
JsonObject key_object(const Person& owner, const char* usage, const protocol::SigningKey& key) {
  return {{"user_id", owner.id()},
          {"usage", base::JsonArray{usage}},
          {"keys", JsonObject{{key.id().text(), public_text(key)}}}};
}
JsonObject signed_by(JsonObject object, const Person& signer, const protocol::SigningKey& key) {
  protocol::sign_json(object, signer.id(), key);
  return object;
}
JsonObject upload_body(const Person& owner, const SigningKeys& keys) {
  return {{"master_key", key_object(owner, "master", keys.master)},
          {"self_signing_key",
           signed_by(key_object(owner, "self_signing", keys.self), owner, keys.master)},
          {"user_signing_key",
           signed_by(key_object(owner, "user_signing", keys.user), owner, keys.master)}};
}
ApiAnswer upload(const Person& owner, const SigningKeys& keys) {
  return owner.post("/keys/device_signing/upload", base::to_text(upload_body(owner, keys)));
}
Names changed_in(const ApiAnswer& sync) {
  Names names;
  const base::Json* list = find_at(sync.json, "/device_lists/changed");
  if (list == nullptr) return names;
  for (const base::Json& name : list->as_array()) names.emplace(name.as_string());
  return names;
}
// All that `asker` is shown of the keys of `whose`.
std::string shown(const Person& asker, const Person& whose) {
  return asker.post("/keys/query", R"({"device_keys":{")" + whose.id() + R"(":[]}})").body;
}

struct Three {
  ServerUnderTest server;
  Person alice = server.register_user("alice", "correct horse battery");
  Person bob = server.register_user("bob");
  Person carol = server.register_user("carol");
  SigningKeys of_alice = keys_of('a');
  SigningKeys of_bob = keys_of('k');
  Three() {
    const std::string room = alice.create_room();
    bob.join(room);
    carol.join(room);
    REQUIRE(upload(alice, of_alice).status == 200);
    REQUIRE(upload(bob, of_bob).status == 200);
  }
  ApiAnswer sign(const Person& signer, const Person& target, const JsonObject& key,
                 const std::string& name) const {
    return signer.post("/keys/signatures/upload",
                       base::to_text(JsonObject{{target.id(), JsonObject{{name, key}}}}));
  }
  // Alice says that Bob's master key is his.
  ApiAnswer sign_bob() const {
    return sign(alice, bob,
                signed_by(key_object(bob, "master", of_bob.master), alice, of_alice.user),
                public_text(of_bob.master));
  }
};

TEST_CASE("the first cross-signing keys need no more than a session, and others hear of them") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  bob.join(alice.create_room());
  const std::string since = bob.position();

  CHECK(upload(alice, keys_of('a')).status == 200);

  CHECK(changed_in(bob.sync(since)) == Names{"@alice:x"});
  CHECK(shown(bob, alice).find(public_text(keys_of('a').master)) != std::string::npos);
}

TEST_CASE("other cross-signing keys need the password, the same ones do not") {
  const Three three;
  CHECK(upload(three.alice, three.of_alice).status == 200);

  const ApiAnswer asked = upload(three.alice, keys_of('q'));
  CHECK(asked.status == 401);
  CHECK(find_at(asked.json, "/flows") != nullptr);
  CHECK(shown(three.bob, three.alice).find(public_text(three.of_alice.master)) !=
        std::string::npos);

  JsonObject body = upload_body(three.alice, keys_of('q'));
  body["auth"] = JsonObject{{"type", "m.login.password"},
                            {"session", asked.text("session")},
                            {"identifier", {{"type", "m.id.user"}, {"user", "alice"}}},
                            {"password", "correct horse battery"}};
  CHECK(three.alice.post("/keys/device_signing/upload", base::to_text(body)).status == 200);
  CHECK(shown(three.bob, three.alice).find(public_text(keys_of('q').master)) != std::string::npos);
}

TEST_CASE(
    "keys that the master key did not sign, or that are of somebody else, are refused whole") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const SigningKeys keys = keys_of('a');
  const auto check_refused = [&](const std::function<void(JsonObject&)>& spoil) {
    JsonObject body = upload_body(alice, keys);
    spoil(body);
    CAPTURE(base::to_text(body));
    const ApiAnswer answer = alice.post("/keys/device_signing/upload", base::to_text(body));
    CHECK(answer.status == 400);
    CHECK(find_at(alice.post("/keys/query", R"({"device_keys":{"@alice:x":[]}})").json,
                  "/master_keys/@alice:x") == nullptr);
  };
  check_refused([&](JsonObject& body) {
    body["self_signing_key"] = key_object(alice, "self_signing", keys.self);
  });
  check_refused([&](JsonObject& body) {
    body["self_signing_key"] =
        signed_by(key_object(alice, "self_signing", keys.self), alice, keys.user);
  });
  check_refused([](JsonObject& body) { body["master_key"].as_object()["user_id"] = "@bob:x"; });
  check_refused([](JsonObject& body) { body["master_key"].as_object()["keys"] = JsonObject{}; });
  check_refused([](JsonObject& body) { body["user_signing_key"] = "text"; });
  check_refused([](JsonObject& body) { body.erase("master_key"); });
}

TEST_CASE("a signature on another's key is told to the signer alone") {
  const Three three;
  const std::string of_alice = three.alice.position();
  const std::string of_bob = three.bob.position();
  const std::string of_carol = three.carol.position();

  const ApiAnswer answer = three.sign_bob();
  REQUIRE(answer.status == 200);
  CHECK(answer.object().at("failures").as_object().empty());

  CHECK(changed_in(three.alice.sync(of_alice)) == Names{"@bob:x"});
  CHECK(changed_in(three.bob.sync(of_bob)).empty());
  CHECK(changed_in(three.carol.sync(of_carol)).empty());
  const std::string signer = three.of_alice.user.id().text();
  CHECK(shown(three.alice, three.bob).find(signer) != std::string::npos);
  CHECK(shown(three.carol, three.bob).find(signer) == std::string::npos);
}

TEST_CASE("a device that its owner signs is told to everyone, and signed after a restart") {
  Three three;
  JsonObject device{
      {"user_id", three.alice.id()},
      {"device_id", three.alice.device()},
      {"algorithms", base::JsonArray{"m.megolm.v1.aes-sha2"}},
      {"keys", JsonObject{{"ed25519:" + three.alice.device(), public_text(named_key('d'))}}},
      {"signatures", JsonObject{}}};
  REQUIRE(
      three.alice.post("/keys/upload", base::to_text(JsonObject{{"device_keys", device}})).status ==
      200);
  const std::string since = three.bob.position();
  device.erase("signatures");

  const ApiAnswer answer =
      three.sign(three.alice, three.alice, signed_by(device, three.alice, three.of_alice.self),
                 three.alice.device());
  REQUIRE(answer.status == 200);
  CHECK(answer.object().at("failures").as_object().empty());

  CHECK(changed_in(three.bob.sync(since)) == Names{"@alice:x"});
  three.server.restart();
  CHECK(changed_in(three.bob.sync(since)) == Names{"@alice:x"});
  const ApiAnswer keys = three.bob.post("/keys/query", R"({"device_keys":{"@alice:x":[]}})");
  CHECK(find_at(keys.json, "/device_keys/@alice:x/" + three.alice.device() +
                               "/signatures/@alice:x") != nullptr);
}

// As matrix-js-sdk does with a new device.
TEST_CASE("a signature waits for the upload of the key that it signs") {
  Three three;
  JsonObject device{
      {"user_id", three.alice.id()},
      {"device_id", three.alice.device()},
      {"algorithms", base::JsonArray{"m.megolm.v1.aes-sha2"}},
      {"keys", JsonObject{{"ed25519:" + three.alice.device(), public_text(named_key('d'))}}}};
  const JsonObject signature = signed_by(device, three.alice, three.of_alice.self);
  device["signatures"] = JsonObject{};

  Pending uploading = three.alice.begin(http::Method::post, "/keys/upload",
                                        base::to_text(JsonObject{{"device_keys", device}}));
  const ApiAnswer signing = three.sign(three.alice, three.alice, signature, three.alice.device());

  CHECK(uploading.await().status == 200);
  CHECK(signing.object().at("failures").as_object().empty());
  CHECK(shown(three.bob, three.alice).find(three.of_alice.self.id().text() + "\":\"") !=
        std::string::npos);
}

TEST_CASE("of two first uploads at once only one needs no password") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", "correct horse battery");
  Pending first = alice.begin(http::Method::post, "/keys/device_signing/upload",
                              base::to_text(upload_body(alice, keys_of('a'))));
  const ApiAnswer second = upload(alice, keys_of('q'));

  CHECK(first.await().status == 200);
  CHECK(second.status == 401);
  CHECK(shown(alice, alice).find(public_text(keys_of('a').master)) != std::string::npos);
}

TEST_CASE("a signature that does not hold is told as a failure and kept by nobody") {
  const Three three;
  const std::string before = shown(three.alice, three.bob);
  const std::string name = public_text(three.of_bob.master);
  const JsonObject master = key_object(three.bob, "master", three.of_bob.master);

  JsonObject changed = signed_by(master, three.alice, three.of_alice.user);
  changed["added"] = 1;
  for (const JsonObject& key :
       {changed, master, signed_by(master, three.alice, three.of_alice.self),
        signed_by(master, three.carol, three.of_alice.user)}) {
    const ApiAnswer answer = three.sign(three.alice, three.bob, key, name);
    CHECK(answer.status == 200);
    CHECK(find_at(answer.json, "/failures/@bob:x") != nullptr);
  }
  CHECK(shown(three.alice, three.bob) == before);
}

}  // namespace
}  // namespace chancery::scenario
