// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/long_acts.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "runtime/wait.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

struct CountedStatus : ActStatus {
  std::string subject;
};
using Acts = LongActs<CountedStatus>;

struct House {
  House() = default;
  ~House() { scheduler.run(acts.stop()); }
  Acts::ActPtr begin(const std::string& subject) {
    CountedStatus status;
    status.subject = subject;
    return acts.begin(std::move(status),
                      [subject](const CountedStatus& other) { return other.subject == subject; });
  }
  static runtime::Task<> wait_a_minute() { co_await runtime::sleep_for(std::chrono::minutes(1)); }
  static runtime::Task<> wait_until_stop(runtime::CancelToken cancel) {
    co_await runtime::sleep_for(std::chrono::hours(24 * 365), std::move(cancel));
  }
  static runtime::Task<> fail() {
    throw ApiError(ErrorCode::forbidden, "Not that one");
    co_return;
  }
  runtime::Task<> spawn(std::string subject, runtime::Task<> work) {
    acts.spawn(begin(subject), std::move(work));
    co_return;
  }

  runtime::SimulatedScheduler scheduler;
  support::SeededRandom random{1};
  Acts acts{"test-acts", scheduler.clock(), random};
};

TEST_CASE("an act is asked for by its id until a day after its end") {
  House house;
  house.scheduler.run(house.spawn("a", House::wait_a_minute()));
  const std::string id = house.acts.all().front().id;
  CHECK_FALSE(house.acts.find(id)->has_ended());
  house.scheduler.advance(std::chrono::minutes(2));
  CHECK(house.acts.find(id)->has_ended());
  CHECK(house.acts.find(id)->error.empty());

  house.scheduler.advance(std::chrono::hours(25));
  house.begin("b");
  CHECK_FALSE(house.acts.find(id).has_value());
  CHECK_FALSE(house.acts.find("none").has_value());
}

TEST_CASE("one act at a time on the same subject, others beside it") {
  House house;
  house.scheduler.run(house.spawn("a", House::wait_a_minute()));
  CHECK_THROWS_AS(house.begin("a"), ApiError);
  CHECK_NOTHROW(house.begin("b"));
  house.scheduler.advance(std::chrono::minutes(2));
  CHECK_NOTHROW(house.begin("a"));
}

TEST_CASE("an act that fails tells why in its status, and whoever waits for it") {
  House house;
  house.scheduler.run(house.spawn("a", House::fail()));
  house.scheduler.advance(std::chrono::seconds(1));
  CHECK(house.acts.all().front().has_ended());
  CHECK(house.acts.all().front().error == "Not that one");

  const Acts::ActPtr waited = house.begin("b");
  CHECK_THROWS_AS(house.scheduler.run(house.acts.run(waited, House::fail())), ApiError);
  CHECK(waited->copy().error == "Not that one");
}

TEST_CASE("statuses are bounded: those that ended make way, those that go on do not") {
  House house;
  for (std::size_t i = 0; i < Acts::kMostKept; ++i) house.begin(std::to_string(i));
  CHECK_THROWS_AS(house.begin("one more"), ApiError);
  const std::vector<CountedStatus> all = house.acts.all();
  CHECK(all.size() == Acts::kMostKept);
}

TEST_CASE("an act ends when the server stops") {
  House house;
  house.scheduler.run(house.spawn("a", House::wait_until_stop(house.acts.cancel_token())));
  house.scheduler.run(house.acts.stop());
  CHECK_FALSE(house.acts.all().front().has_ended());
}

}  // namespace
}  // namespace chancery::admin
