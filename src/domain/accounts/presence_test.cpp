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

TEST_CASE("whoever chats stays online, and others are not told of each message") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.note_sync(kAlice, Availability::online);
  int told = 0;
  presence.add_listener([&](const protocol::UserId&) { ++told; });
  for (int second = 0; second < 600; second += 10) {
    clock.advance(std::chrono::seconds(10));
    presence.note_sync(kAlice, Availability::online);
    presence.note_active(kAlice);
    presence.expire();
  }

  CHECK(presence.get(kAlice).availability == Availability::online);
  CHECK(presence.get(kAlice).currently_active);
  CHECK(told == 0);
  clock.advance(std::chrono::minutes(2));
  CHECK(presence_content(presence.get(kAlice)).at("currently_active").as_bool());
  presence.note_active(kAlice);
  CHECK(told == 0);
  clock.advance(std::chrono::minutes(6));
  presence.expire();
  presence.note_active(kAlice);
  CHECK(told == 2);
}

TEST_CASE("whoever is offline or has no presence does not appear by what they say") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  const auto bot = protocol::UserId::trusted("@bot:x");
  presence.set(kAlice, Availability::offline, std::nullopt);
  const std::uint64_t serial = presence.serial();
  presence.note_active(kAlice);
  presence.note_active(bot);

  CHECK(presence.get(kAlice).availability == Availability::offline);
  CHECK(presence.get(bot).changed_at == 0);
  CHECK(presence.serial() == serial);
}

TEST_CASE("someone who looks away is online by what they do, and a client does not hide it") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.set(kAlice, Availability::unavailable, std::nullopt);
  clock.advance(std::chrono::minutes(1));
  presence.note_active(kAlice);
  const std::uint64_t serial = presence.serial();

  CHECK(presence.get(kAlice).availability == Availability::online);
  presence.note_sync(kAlice, Availability::unavailable);
  CHECK(presence.get(kAlice).availability == Availability::online);
  CHECK(presence.serial() == serial);
  clock.advance(std::chrono::seconds(61));
  presence.note_sync(kAlice, Availability::unavailable);
  CHECK(presence.get(kAlice).availability == Availability::unavailable);
}

TEST_CASE("a new name is told with the presence of who is there") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.note_profile(kAlice, "displayname", R"("Nobody")");
  CHECK(presence.serial() == 0);
  presence.set(kAlice, Availability::online, std::nullopt);
  const std::uint64_t serial = presence.serial();
  presence.note_profile(kAlice, "m.tz", R"("Europe/Berlin")");
  CHECK(presence.changed_since(serial).empty());
  presence.note_profile(kAlice, "displayname", R"("Alice L.")");
  presence.note_profile(kAlice, "avatar_url", R"("mxc://x/a")");

  REQUIRE(presence.changed_since(serial).size() == 1);
  const base::JsonObject content = presence_content(presence.get(kAlice));
  CHECK(base::find_string(content, "displayname") == "Alice L.");
  CHECK(base::find_string(content, "avatar_url") == "mxc://x/a");
  presence.note_profile(kAlice, "displayname", "");
  CHECK_FALSE(presence_content(presence.get(kAlice)).contains("displayname"));
}

TEST_CASE("to say that one is away is something that one does") {
  runtime::SimulatedClock clock;
  Presence presence({}, clock);
  presence.set(kAlice, Availability::online, std::nullopt);
  clock.advance(std::chrono::minutes(3));
  presence.set(kAlice, Availability::unavailable, std::nullopt);

  CHECK(presence.get(kAlice).last_active_ago == base::Milliseconds(0));
  CHECK_FALSE(presence.get(kAlice).currently_active);
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
