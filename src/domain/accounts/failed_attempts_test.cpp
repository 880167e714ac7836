// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/failed_attempts.hpp"

#include "protocol/api_error.hpp"
#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using std::chrono::seconds;

struct Door {
  runtime::SimulatedScheduler scheduler;
  FailedAttempts attempts{{.free = 3, .free_for_many = 6, .most = 64}, scheduler.clock()};

  void fail(int times) {
    for (int i = 0; i < times; ++i) attempts.begin("a").failed();
  }
};

}  // namespace

TEST_CASE("attempts that are being made count as if they had failed") {
  Door door;
  door.fail(1);
  const auto first = door.attempts.begin("a");
  const auto second = door.attempts.begin("a");

  CHECK_THROWS_AS(static_cast<void>(door.attempts.begin("a")), ApiError);
  CHECK_NOTHROW(static_cast<void>(door.attempts.begin("b")));
}

TEST_CASE("an attempt that comes to nothing does not count, and one that is right forgets") {
  Door door;
  for (int i = 0; i < 20; ++i) static_cast<void>(door.attempts.begin("a"));
  door.fail(2);
  door.attempts.begin("a").succeeded();
  door.fail(2);

  CHECK_NOTHROW(static_cast<void>(door.attempts.begin("a")));
}

TEST_CASE("whoever has waited is let through one at a time") {
  Door door;
  door.fail(3);
  CHECK_THROWS_AS(static_cast<void>(door.attempts.begin("a")), ApiError);
  door.scheduler.advance(seconds(1));

  const auto one = door.attempts.begin("a");
  CHECK_THROWS_AS(static_cast<void>(door.attempts.begin("a")), ApiError);
}

TEST_CASE("what is counted for many has more that are free, at once too") {
  Door door;
  std::vector<FailedAttempts::Attempt> being_made;
  for (int i = 0; i < 6; ++i) {
    being_made.push_back(door.attempts.begin("house", FailedAttempts::Of::many));
  }
  CHECK_THROWS_AS(static_cast<void>(door.attempts.begin("house", FailedAttempts::Of::many)),
                  ApiError);
}

TEST_CASE("failures of long ago are forgotten, and so are the oldest when there are too many") {
  Door door;
  door.fail(2);
  door.scheduler.advance(std::chrono::hours(2));
  door.fail(2);
  CHECK_NOTHROW(static_cast<void>(door.attempts.begin("a")));

  door.fail(1);
  for (int i = 0; i < 200; ++i) {
    door.scheduler.advance(std::chrono::milliseconds(1));
    door.attempts.begin(std::to_string(i)).failed();
  }
  CHECK_NOTHROW(static_cast<void>(door.attempts.begin("a")));
}

}  // namespace chancery::accounts
