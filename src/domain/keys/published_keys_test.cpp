// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/published_keys.hpp"

#include "base/base64.hpp"
#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::keys {
namespace {

const protocol::SigningKey& signing_key() {
  static const protocol::SigningKey key(protocol::KeyId::parse("ed25519:a1").value(),
                                        std::string(32, 's'));
  return key;
}

PublishedKeys publish(runtime::SimulatedScheduler& scheduler) {
  return {signing_key(), protocol::ServerName::parse("hs.example").value(), scheduler.clock()};
}

}  // namespace

TEST_CASE("the published keys are signed by the key that they publish") {
  runtime::SimulatedScheduler scheduler;
  PublishedKeys keys = publish(scheduler);

  const base::JsonObject published = keys.load();

  const auto& verify = published.at("verify_keys").as_object().at("ed25519:a1").as_object();
  const auto key = base::decode_base64(verify.at("key").as_string());
  REQUIRE(key);
  CHECK(protocol::check_signed_json(published, "hs.example", signing_key().id(), *key) ==
        protocol::SignatureCheck::valid);
  CHECK(published.at("valid_until_ts").as_int64() ==
        scheduler.clock().now().milliseconds + 24 * 3'600'000);
}

TEST_CASE("the published keys are signed anew when an hour has gone by") {
  runtime::SimulatedScheduler scheduler;
  PublishedKeys keys = publish(scheduler);
  const base::JsonObject first = keys.load();

  scheduler.advance(std::chrono::minutes(59));
  CHECK(keys.load() == first);
  scheduler.advance(std::chrono::minutes(1));

  CHECK(keys.load().at("valid_until_ts").as_int64() > first.at("valid_until_ts").as_int64());
}

}  // namespace chancery::keys
