// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/signing.hpp"

#include "base/base64.hpp"
#include "protocol/event.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

SigningKey spec_key() {
  return SigningKey(*KeyId::parse("ed25519:1"),
                    *base::decode_base64("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"));
}

base::JsonObject object(std::string_view text) { return base::parse_json(text)->get_object(); }

std::string signature_in(const base::JsonObject& json) {
  return std::string(json.at("signatures").at("domain").at("ed25519:1").as_string());
}

TEST_CASE("the specification's examples of signed JSON hold") {
  base::JsonObject empty;
  sign_json(empty, "domain", spec_key());
  CHECK(signature_in(empty) ==
        "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ");

  base::JsonObject numbers = object(R"({"one":1,"two":"Two"})");
  sign_json(numbers, "domain", spec_key());
  CHECK(signature_in(numbers) ==
        "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw");
}

TEST_CASE("the specification's examples of signed events hold") {
  const RoomVersion& version = *find_room_version("1");
  base::JsonObject small = object(R"({"room_id":"!x:domain","sender":"@a:domain","origin":"domain",
      "origin_server_ts":1000000,"signatures":{},"hashes":{},"type":"X","content":{},
      "prev_events":[],"auth_events":[],"depth":3,"unsigned":{"age_ts":1000000}})");
  CHECK(base::encode_base64(content_hash(small)) == "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos");
  small["hashes"] = base::JsonObject{{"sha256", base::encode_base64(content_hash(small))}};
  sign_event(small, version, "domain", spec_key());
  CHECK(signature_in(small) ==
        "KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg");

  base::JsonObject message = object(R"({"content":{"body":"Here is the message content"},
      "event_id":"$0:domain","origin":"domain","origin_server_ts":1000000,"type":"m.room.message",
      "room_id":"!r:domain","sender":"@u:domain","signatures":{},"unsigned":{"age_ts":1000000}})");
  message["hashes"] = base::JsonObject{{"sha256", base::encode_base64(content_hash(message))}};
  CHECK(message["hashes"].at("sha256") == "onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g");
  sign_event(message, version, "domain", spec_key());
  CHECK(signature_in(message) ==
        "Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA");
  CHECK(message.contains("unsigned"));
}

TEST_CASE("a signature holds until anything it covers changes") {
  const SigningKey key = spec_key();
  base::JsonObject json = object(R"({"a":1,"unsigned":{"age":2}})");
  sign_json(json, "domain", key);
  const auto check = [&](const base::JsonObject& checked) {
    return check_signed_json(checked, "domain", key.id(), key.public_key());
  };

  CHECK(check(json) == SignatureCheck::valid);
  json["unsigned"] = nullptr;
  json["signatures"].as_object()["other"] = base::JsonObject{{"ed25519:x", "AAAA"}};
  CHECK(check(json) == SignatureCheck::valid);
  json["a"] = 2;
  CHECK(check(json) == SignatureCheck::wrong);
}

TEST_CASE("what is no signature is named for what it lacks") {
  const SigningKey key = spec_key();
  const auto check = [&](std::string_view text) {
    return check_signed_json(object(text), "domain", key.id(), key.public_key());
  };

  CHECK(check("{}") == SignatureCheck::missing);
  CHECK(check(R"({"signatures":[]})") == SignatureCheck::missing);
  CHECK(check(R"({"signatures":{"other":{"ed25519:1":"AAAA"}}})") == SignatureCheck::missing);
  CHECK(check(R"({"signatures":{"domain":{"ed25519:2":"AAAA"}}})") == SignatureCheck::missing);
  CHECK(check(R"({"signatures":{"domain":{"ed25519:1":7}}})") == SignatureCheck::malformed);
  CHECK(check(R"({"signatures":{"domain":{"ed25519:1":"AAAA"}}})") == SignatureCheck::malformed);
  CHECK(check(R"({"signatures":{"domain":{"ed25519:1":"!"}}})") == SignatureCheck::malformed);
}

TEST_CASE("keys and signatures of the wrong length never verify") {
  const SigningKey key = spec_key();
  const std::string signature = key.sign("message");

  CHECK(verify_signature(key.public_key(), "message", signature));
  CHECK_FALSE(verify_signature(key.public_key(), "massage", signature));
  CHECK_FALSE(verify_signature(key.public_key().substr(1), "message", signature));
  CHECK_FALSE(verify_signature(key.public_key(), "message", signature.substr(1)));
  CHECK_FALSE(verify_signature("", "message", ""));
  CHECK_FALSE(verify_signature(std::string(32, '\0'), "message", std::string(64, '\0')));
}

}  // namespace
}  // namespace chancery::protocol
