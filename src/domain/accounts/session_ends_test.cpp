// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/session_ends.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::accounts {
namespace {

const auto kAlice = protocol::UserId::trusted("@alice:x");
const auto kBob = protocol::UserId::trusted("@bob:x");
const auto kPhone = protocol::DeviceId::trusted("PHONE");
const auto kLaptop = protocol::DeviceId::trusted("LAPTOP");

TEST_CASE("the end of a device is told to whoever waits by it, and to nobody else") {
  SessionEnds ends;
  const SessionWatchPtr phone = ends.watch(kAlice, kPhone);
  const SessionWatchPtr again = ends.watch(kAlice, kPhone);
  const SessionWatchPtr laptop = ends.watch(kAlice, kLaptop);
  const SessionWatchPtr other = ends.watch(kBob, kPhone);

  ends.end(kAlice, kPhone);

  CHECK(phone->has_ended());
  CHECK(phone->token().is_cancelled());
  CHECK(again->has_ended());
  CHECK_FALSE(laptop->has_ended());
  CHECK_FALSE(other->token().is_cancelled());
}

TEST_CASE("the end of an account is told to all its devices") {
  SessionEnds ends;
  const SessionWatchPtr phone = ends.watch(kAlice, kPhone);
  const SessionWatchPtr laptop = ends.watch(kAlice, kLaptop);
  ends.end(kBob);
  CHECK_FALSE(phone->has_ended());
  ends.end(kAlice);
  CHECK(phone->has_ended());
  CHECK(laptop->has_ended());
}

TEST_CASE("who begins to wait after the session ended, with a token seen before, is told at once") {
  SessionEnds ends;
  const std::uint64_t before = ends.now();
  ends.end(kAlice, kPhone);
  const std::uint64_t between = ends.now();
  ends.end(kBob);

  CHECK(ends.watch(kAlice, kPhone, before)->has_ended());
  CHECK(ends.watch(kAlice, kPhone, before)->token().is_cancelled());
  CHECK_FALSE(ends.watch(kAlice, kLaptop, before)->has_ended());
  CHECK_FALSE(ends.watch(kAlice, kPhone, between)->has_ended());
  CHECK(ends.watch(kBob, kLaptop, before)->has_ended());
  CHECK(ends.watch(kBob, kLaptop, between)->has_ended());
  CHECK_FALSE(ends.watch(kBob, kLaptop, ends.now())->has_ended());
  CHECK_FALSE(ends.watch(kBob, kLaptop)->has_ended());
}

TEST_CASE("where too many ended meanwhile, a session that began to wait before is taken for one") {
  SessionEnds ends;
  const std::uint64_t before = ends.now();
  for (std::size_t i = 0; i < SessionEnds::kMostRemembered; ++i) ends.end(kBob);
  CHECK_FALSE(ends.watch(kAlice, kPhone, before)->has_ended());
  ends.end(kBob);
  CHECK(ends.watch(kAlice, kPhone, before)->has_ended());
  CHECK_FALSE(ends.watch(kAlice, kPhone, ends.now())->has_ended());
}

TEST_CASE("a watch that was cancelled by its holder has not ended") {
  SessionEnds ends;
  const SessionWatchPtr watch = ends.watch(kAlice, kPhone);
  watch->cancel();
  CHECK(watch->token().is_cancelled());
  CHECK_FALSE(watch->has_ended());
}

TEST_CASE("what is no longer held is told nothing, however many others there were") {
  SessionEnds ends;
  bool was_told = false;
  {
    const SessionWatchPtr watch = ends.watch(kAlice, kPhone);
    const runtime::CancelCallback callback(watch->token(), [&was_told] { was_told = true; });
  }
  ends.end(kAlice);
  CHECK_FALSE(was_told);
  // Beyond what is swept at once: whoever is still held is kept.
  const SessionWatchPtr held = ends.watch(kBob, kPhone);
  for (int i = 0; i < 5'000; ++i) {
    static_cast<void>(ends.watch(protocol::UserId::trusted(fmt::format("@u{}:x", i)), kPhone));
  }
  ends.end(kBob);
  CHECK(held->has_ended());
}

TEST_CASE("whoever is told may ask for another watch") {
  SessionEnds ends;
  const SessionWatchPtr watch = ends.watch(kAlice, kPhone);
  SessionWatchPtr next;
  const runtime::CancelCallback callback(watch->token(),
                                         [&] { next = ends.watch(kAlice, kPhone); });
  ends.end(kAlice, kPhone);
  REQUIRE(next != nullptr);
  CHECK_FALSE(next->has_ended());
}

}  // namespace
}  // namespace chancery::accounts
