// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/rate_limits.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::boundary {
namespace {

using std::chrono::seconds;

struct Gate {
  runtime::SimulatedScheduler scheduler;
  RateLimits limits{LimitsEnabled::yes, {.read = {1, 3}, .sign_in = {0.1, 2}}, scheduler.clock()};

  bool passes(LimitClass limit, const std::string& who) {
    return !limits.take(limit, who).has_value();
  }
  void use_up(const std::string& who) {
    while (passes(LimitClass::sign_in, who)) {
    }
  }
};

}  // namespace

TEST_CASE("a bucket gives what is in it and then as much as flows in") {
  Gate gate;
  for (int i = 0; i < 3; ++i) CHECK(gate.passes(LimitClass::read, "alice"));
  const auto wait = gate.limits.take(LimitClass::read, "alice");
  REQUIRE(wait.has_value());
  CHECK(*wait == seconds(1));
  CHECK(gate.passes(LimitClass::read, "bob"));
  CHECK(gate.passes(LimitClass::sign_in, "alice"));

  gate.scheduler.advance(seconds(1));
  CHECK(gate.passes(LimitClass::read, "alice"));
  CHECK_FALSE(gate.passes(LimitClass::read, "alice"));
}

TEST_CASE("what is given back can be taken once more, and no bucket runs over") {
  Gate gate;
  for (int i = 0; i < 3; ++i) CHECK(gate.passes(LimitClass::read, "alice"));
  gate.limits.give_back(LimitClass::read, "alice");
  CHECK(gate.passes(LimitClass::read, "alice"));
  CHECK_FALSE(gate.passes(LimitClass::read, "alice"));

  gate.scheduler.advance(seconds(100));
  for (int i = 0; i < 9; ++i) gate.limits.give_back(LimitClass::read, "alice");
  for (int i = 0; i < 3; ++i) CHECK(gate.passes(LimitClass::read, "alice"));
  CHECK_FALSE(gate.passes(LimitClass::read, "alice"));
}

TEST_CASE("a flood of names takes bounded memory, and frees nobody who has used theirs up") {
  Gate gate;
  for (int i = 0; i < 100; ++i) gate.use_up("guesser " + std::to_string(i));

  for (std::size_t i = 0; i < RateLimits::kMostInAll * 2; ++i) {
    static_cast<void>(gate.passes(LimitClass::sign_in, "name " + std::to_string(i)));
  }

  CHECK(gate.limits.buckets() <= RateLimits::kMostInAll);
  for (int i = 0; i < 100; ++i) {
    CAPTURE(i);
    CHECK_FALSE(gate.passes(LimitClass::sign_in, "guesser " + std::to_string(i)));
  }
}

TEST_CASE("buckets that have filled again are the first to be forgotten") {
  Gate gate;
  for (std::size_t i = 0; i < RateLimits::kMostInAll; ++i) {
    static_cast<void>(gate.passes(LimitClass::sign_in, "old " + std::to_string(i)));
  }
  gate.scheduler.advance(std::chrono::minutes(1));
  gate.use_up("guesser");
  for (std::size_t i = 0; i < RateLimits::kMostInAll / 2; ++i) {
    static_cast<void>(gate.passes(LimitClass::sign_in, "new " + std::to_string(i)));
  }

  CHECK_FALSE(gate.passes(LimitClass::sign_in, "guesser"));
}

TEST_CASE("a rate without a burst lets one through at a time") {
  struct OneRate final : PersonalRates {
    [[nodiscard]] std::optional<Rate> find_rate(const std::string&) const override {
      return Rate{.per_second = 2, .burst = 0};
    }
  };
  runtime::SimulatedScheduler scheduler;
  const OneRate personal;
  RateLimits limits(LimitsEnabled::yes, {}, scheduler.clock(), &personal);

  CHECK_FALSE(limits.take(LimitClass::message, "@a:x"));
  CHECK(limits.take(LimitClass::message, "@a:x") == std::chrono::milliseconds(500));
  scheduler.advance(std::chrono::milliseconds(500));
  CHECK_FALSE(limits.take(LimitClass::message, "@a:x"));
}

}  // namespace chancery::boundary
