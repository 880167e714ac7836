// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/openid_tokens.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

const protocol::UserId kAlice = protocol::UserId::trusted("@alice:x");
const protocol::UserId kBob = protocol::UserId::trusted("@bob:x");

TEST_CASE("who asks for many OpenID tokens loses their own oldest ones, and nobody else any") {
  runtime::SimulatedScheduler scheduler;
  support::SeededRandom random;
  OpenIdTokens tokens(scheduler.clock(), random);
  const std::string of_bob = tokens.issue(kBob);
  const std::string first = tokens.issue(kAlice);
  const std::string second = tokens.issue(kAlice);

  for (std::size_t i = 2; i <= OpenIdTokens::kMostOfOne; ++i) {
    static_cast<void>(tokens.issue(kAlice));
  }
  CHECK_FALSE(tokens.find_owner(first));
  CHECK(tokens.find_owner(second) == kAlice);

  std::string last;
  for (std::size_t i = 0; i < OpenIdTokens::kMost; ++i) last = tokens.issue(kAlice);
  CHECK(tokens.find_owner(last) == kAlice);
  CHECK(tokens.find_owner(of_bob) == kBob);
}

TEST_CASE("OpenID tokens that have expired make room for others") {
  runtime::SimulatedScheduler scheduler;
  support::SeededRandom random;
  OpenIdTokens tokens(scheduler.clock(), random);
  const std::string early = tokens.issue(kAlice);
  scheduler.advance(OpenIdTokens::kLifetime);
  CHECK_FALSE(tokens.find_owner(early));

  const std::string late = tokens.issue(kAlice);
  CHECK(tokens.find_owner(late) == kAlice);
  CHECK_FALSE(tokens.find_owner(early));
}

}  // namespace
}  // namespace chancery::accounts
