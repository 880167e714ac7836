// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/cross_signing.hpp"

#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::devices {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

// A key pair that is named by its own public half, as cross-signing keys are.
class NamedKey {
 public:
  explicit NamedKey(char seed)
      : unnamed_(protocol::KeyId::trusted("ed25519:x"), std::string(32, seed)),
        text_(base::encode_base64(unnamed_.public_key())),
        key_(protocol::KeyId::trusted("ed25519:" + text_), std::string(32, seed)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const protocol::SigningKey& key() const { return key_; }
  [[nodiscard]] base::JsonObject json(const protocol::UserId& user, std::string_view usage) const {
    return {{"user_id", user.text()},
            {"usage", base::JsonArray{usage}},
            {"keys", base::JsonObject{{"ed25519:" + text_, text_}}}};
  }

 private:
  protocol::SigningKey unnamed_;
  std::string text_;
  protocol::SigningKey key_;
};

base::JsonObject signed_by(base::JsonObject object, const protocol::UserId& user,
                           const protocol::SigningKey& key) {
  protocol::sign_json(object, user.text(), key);
  return object;
}

struct Identity {
  Identity(rooms::Actor actor, char seed)
      : who(std::move(actor)),
        master(seed),
        self_signing(static_cast<char>(seed + 1)),
        user_signing(static_cast<char>(seed + 2)) {}

  [[nodiscard]] base::JsonObject master_json() const { return master.json(who.user, "master"); }
  [[nodiscard]] base::JsonObject self_signing_json() const {
    return signed_by(self_signing.json(who.user, "self_signing"), who.user, master.key());
  }
  [[nodiscard]] base::JsonObject user_signing_json() const {
    return signed_by(user_signing.json(who.user, "user_signing"), who.user, master.key());
  }
  [[nodiscard]] base::JsonObject upload() const {
    return {{"master_key", master_json()},
            {"self_signing_key", self_signing_json()},
            {"user_signing_key", user_signing_json()}};
  }
  [[nodiscard]] base::JsonObject device() const {
    return {{"user_id", who.user.text()},
            {"device_id", who.device.text()},
            {"algorithms", base::JsonArray()},
            {"keys", base::JsonObject{{"ed25519:" + who.device.text(), "device key"}}},
            {"signatures", base::JsonObject()}};
  }

  rooms::Actor who;
  NamedKey master;
  NamedKey self_signing;
  NamedKey user_signing;
};

struct Signers {
  Signers() {
    upload(anna);
    upload(ben);
    house.run(house->keys.upload({kAnna.user, kAnna.device}, {{"device_keys", anna.device()}}));
  }
  void upload(const Identity& one) {
    house.run(house->cross_signing.upload(one.who.user, one.upload(),
                                          CrossSigning::Proof::authenticated));
  }
  std::optional<ErrorCode> error_of(const Identity& one, base::JsonObject body) {
    return house.rooms().error_of(house->cross_signing.upload(one.who.user, std::move(body),
                                                              CrossSigning::Proof::authenticated));
  }
  CrossSigning::Upload upload_unproved(const Identity& one) {
    return house.run(
        house->cross_signing.upload(one.who.user, one.upload(), CrossSigning::Proof::none));
  }
  // Uploads signatures of `signer` on one key of `target`; the code that it fails with, or "".
  std::string sign(const rooms::Actor& signer, const rooms::Actor& target, std::string_view key,
                   base::JsonObject object) {
    base::JsonObject keys;
    keys[key] = std::move(object);
    base::JsonObject body;
    body[target.user.text()] = std::move(keys);
    const base::JsonObject failures =
        house.run(house->cross_signing.add_signatures(signer.user, std::move(body)));
    if (failures.empty()) return "";
    const auto* of_user = base::find_object(failures, target.user.text());
    return std::string(*base::find_string(*base::find_object(*of_user, key), "errcode"));
  }
  // The text of what `viewer` is shown of Anna's keys under `member`.
  std::string shown(const rooms::Actor& viewer, std::string_view member) {
    const base::JsonObject answer = house.run(house->query.query(viewer.user, {{kAnna.user, {}}}));
    return base::to_text(*answer.if_contains(member));
  }

  SyncHouse house;
  Identity anna{kAnna, 'a'};
  Identity ben{kBen, 'k'};
};

TEST_CASE("the first upload needs no authentication, nor does the same again; a change does") {
  Signers signers;
  const Identity cora{kCora, 'p'};
  const Identity other{kAnna, 't'};

  using Upload = CrossSigning::Upload;
  CHECK(signers.upload_unproved(cora) == Upload::done);
  CHECK(signers.upload_unproved(signers.anna) == Upload::done);
  CHECK(signers.upload_unproved(other) == Upload::needs_authentication);
  CHECK(signers.shown(kBen, "master_keys").find(other.master.text()) == std::string::npos);
}

TEST_CASE("keys are shown to others, but the user-signing key to its owner alone") {
  Signers signers;
  const Identity& anna = signers.anna;

  CHECK(signers.shown(kBen, "master_keys").find(anna.master.text()) != std::string::npos);
  CHECK(signers.shown(kBen, "self_signing_keys").find(anna.self_signing.text()) !=
        std::string::npos);
  CHECK(signers.shown(kBen, "user_signing_keys") == "{}");
  CHECK(signers.shown(kAnna, "user_signing_keys").find(anna.user_signing.text()) !=
        std::string::npos);
}

TEST_CASE("a key that its owner's master key has not signed is refused") {
  Signers signers;
  const Identity cora{kCora, 'p'};
  base::JsonObject unsigned_key = cora.upload();
  unsigned_key["self_signing_key"] = cora.self_signing.json(kCora.user, "self_signing");
  base::JsonObject foreign = cora.upload();
  foreign["self_signing_key"] = signed_by(cora.self_signing.json(kCora.user, "self_signing"),
                                          kCora.user, signers.ben.master.key());

  CHECK(signers.error_of(cora, unsigned_key) == ErrorCode::invalid_signature);
  CHECK(signers.error_of(cora, foreign) == ErrorCode::invalid_signature);
  CHECK(signers.error_of(cora, {{"self_signing_key", cora.self_signing_json()}}) ==
        ErrorCode::missing_param);
  CHECK(signers.error_of(cora, {{"master_key", signers.ben.master_json()}}) ==
        ErrorCode::invalid_param);
  CHECK(signers.error_of(cora, {{"master_key", cora.self_signing_json()}}) ==
        ErrorCode::invalid_param);
  CHECK(signers.error_of(cora, cora.upload()) == std::nullopt);
}

TEST_CASE("the self-signing key signs one's own devices, and everyone is shown it") {
  Signers signers;
  const auto device = signed_by(signers.anna.device(), kAnna.user, signers.anna.self_signing.key());

  CHECK(signers.sign(kAnna, kAnna, "PHONE", device) == "");
  CHECK(signers.shown(kBen, "device_keys").find(signers.anna.self_signing.text()) !=
        std::string::npos);
}

TEST_CASE("a signature on another's master key is shown to the signer and the owner alone") {
  Signers signers;
  const auto master =
      signed_by(signers.anna.master_json(), kBen.user, signers.ben.user_signing.key());
  const std::string& mark = signers.ben.user_signing.text();

  CHECK(signers.sign(kBen, kAnna, signers.anna.master.text(), master) == "");
  CHECK(signers.shown(kBen, "master_keys").find(mark) != std::string::npos);
  CHECK(signers.shown(kCora, "master_keys").find(mark) == std::string::npos);
}

TEST_CASE("a signature that does not hold, or is on another key than ours, is a failure") {
  Signers signers;
  const Identity& anna = signers.anna;
  base::JsonObject changed = anna.device();
  changed["algorithms"] = base::JsonArray{"another"};

  CHECK(signers.sign(kAnna, kAnna, "PHONE",
                     signed_by(anna.device(), kAnna.user, anna.master.key())) ==
        "M_INVALID_SIGNATURE");
  CHECK(signers.sign(kAnna, kAnna, "PHONE",
                     signed_by(changed, kAnna.user, anna.self_signing.key())) == "M_NOT_FOUND");
  CHECK(signers.sign(kAnna, kAnna, "LAPTOP",
                     signed_by(anna.device(), kAnna.user, anna.self_signing.key())) ==
        "M_NOT_FOUND");
  // Nobody signs another's device.
  CHECK(signers.sign(kBen, kAnna, "PHONE",
                     signed_by(anna.device(), kBen.user, signers.ben.user_signing.key())) ==
        "M_NOT_FOUND");
}

TEST_CASE("a new master key makes the signatures on the old one worthless") {
  Signers signers;
  const auto master =
      signed_by(signers.anna.master_json(), kBen.user, signers.ben.user_signing.key());
  REQUIRE(signers.sign(kBen, kAnna, signers.anna.master.text(), master) == "");

  const Identity renewed{kAnna, 't'};
  signers.upload(renewed);

  const std::string shown = signers.shown(kBen, "master_keys");
  CHECK(shown.find(renewed.master.text()) != std::string::npos);
  CHECK(shown.find(signers.ben.user_signing.text()) == std::string::npos);
}

}  // namespace
}  // namespace chancery::devices
