// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/expiring.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

using std::chrono::seconds;

struct Kept {
  runtime::SimulatedScheduler scheduler;
  Expiring<int> values{{.lifetime = seconds(10), .most = 3}, scheduler.clock()};
};

}  // namespace

TEST_CASE("a value is found until its time is over, and taken once") {
  Kept kept;
  kept.values.put("a", 1);
  kept.values.put("b", 2);
  CHECK(kept.values.find("a") == 1);
  CHECK(kept.values.take("a") == 1);
  CHECK_FALSE(kept.values.take("a").has_value());

  kept.scheduler.advance(seconds(10));
  CHECK_FALSE(kept.values.find("b").has_value());
  CHECK_FALSE(kept.values.change("b", [](int&) {}));
  CHECK_FALSE(kept.values.take("b").has_value());
}

TEST_CASE("the oldest goes when there are too many, but not one that was put again") {
  Kept kept;
  kept.values.put("a", 1);
  kept.scheduler.advance(seconds(1));
  kept.values.put("b", 2);
  kept.scheduler.advance(seconds(1));
  kept.values.put("a", 3);
  kept.scheduler.advance(seconds(1));
  kept.values.put("c", 4);
  CHECK(kept.values.find("a") == 3);
  CHECK(kept.values.find("b") == 2);
  kept.values.put("d", 5);
  CHECK_FALSE(kept.values.find("b").has_value());
  CHECK(kept.values.find("a") == 3);
  CHECK(kept.values.size() == 3);
}

TEST_CASE("a change is seen by whoever asks next") {
  Kept kept;
  kept.values.put("a", 1);
  CHECK(kept.values.change("a", [](int& value) { ++value; }));
  CHECK(kept.values.find("a") == 2);
}

}  // namespace chancery::accounts
