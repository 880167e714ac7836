// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/presence.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

const protocol::UserId kAlice = protocol::UserId::trusted("@alice:x");

TEST_CASE("someone of whom nothing is heard turns unavailable, then offline") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.set(kAlice, Availability::online, "here");
  CHECK(presence.get(kAlice).currently_active);

  clock.advance(std::chrono::minutes(6));
  presence.expire();
  CHECK(presence.get(kAlice).availability == Availability::unavailable);
  CHECK_FALSE(presence.get(kAlice).currently_active);

  clock.advance(std::chrono::minutes(6));
  presence.expire();
  CHECK(presence.get(kAlice).availability == Availability::offline);
  CHECK(presence.get(kAlice).status == "here");
}

TEST_CASE("a client that only syncs does not bring back someone who went away") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.note_sync(kAlice, Availability::online);
  clock.advance(std::chrono::minutes(4));
  presence.note_sync(kAlice, Availability::online);
  clock.advance(std::chrono::minutes(2));
  presence.expire();
  presence.note_sync(kAlice, Availability::online);
  CHECK(presence.get(kAlice).availability == Availability::unavailable);

  presence.note_active(kAlice);
  CHECK(presence.get(kAlice).availability == Availability::online);
}

TEST_CASE("each change has the next serial, and what is the same is no change") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  int told = 0;
  presence.add_listener([&](const protocol::UserId&) { ++told; });
  presence.set(kAlice, Availability::online, std::nullopt);
  const std::uint64_t serial = presence.serial();
  presence.set(kAlice, Availability::online, std::nullopt);

  CHECK(told == 1);
  CHECK(presence.serial() == serial);
  CHECK(presence.changed_since(serial).empty());
  presence.set(kAlice, Availability::unavailable, std::nullopt);
  CHECK(presence.changed_since(serial).size() == 1);
}

TEST_CASE("where presence is off, everybody is offline") {
  runtime::SimulatedClock clock;
  Presence presence({.enabled = Presence::Rules::Enabled::no}, clock);
  presence.set(kAlice, Availability::online, std::nullopt);
  CHECK(presence.get(kAlice).availability == Availability::offline);
  CHECK(presence.serial() == 0);
}

}  // namespace
}  // namespace chancery::accounts
