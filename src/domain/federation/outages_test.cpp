// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/outages.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;

const protocol::ServerName kServer = *protocol::ServerName::parse("a.example");
const protocol::ServerName kOther = *protocol::ServerName::parse("b.example");

struct Watch {
  runtime::SimulatedScheduler scheduler;
  Outages outages{scheduler.clock()};

  void fail(int times) {
    for (int i = 0; i < times; ++i) outages.note_failure(kServer);
  }
  bool may_ask() { return outages.may_ask(kServer, 5s); }
};

TEST_CASE("a server that fails now and then is asked on") {
  Watch watch;
  watch.fail(2);
  CHECK(watch.may_ask());
  watch.outages.note_answer(kServer);
  watch.fail(2);
  CHECK(watch.may_ask());
}

TEST_CASE("a server that fails in a row is left alone, and nobody else with it") {
  Watch watch;
  watch.fail(3);

  CHECK_FALSE(watch.may_ask());
  CHECK(watch.outages.may_ask(kOther, 5s));
  watch.scheduler.advance(29s);
  CHECK_FALSE(watch.may_ask());
}

TEST_CASE("after its pause one may try, and an answer ends the outage") {
  Watch watch;
  watch.fail(3);
  watch.scheduler.advance(31s);

  CHECK(watch.may_ask());
  CHECK_FALSE(watch.may_ask());
  watch.outages.note_answer(kServer);
  CHECK(watch.may_ask());
  CHECK(watch.may_ask());
}

TEST_CASE("one who tried and went away keeps nobody out for long") {
  Watch watch;
  watch.fail(3);
  watch.scheduler.advance(31s);
  CHECK(watch.may_ask());

  watch.scheduler.advance(6s);

  CHECK(watch.may_ask());
}

TEST_CASE("each further failure makes the pause longer, up to ten minutes") {
  Watch watch;
  watch.fail(4);
  watch.scheduler.advance(59s);
  CHECK_FALSE(watch.may_ask());
  watch.fail(100'000);
  watch.scheduler.advance(599s);
  CHECK_FALSE(watch.may_ask());
  watch.scheduler.advance(2s);
  CHECK(watch.may_ask());
}

TEST_CASE("of many servers in outage a bounded number is remembered") {
  runtime::SimulatedScheduler scheduler;
  Outages outages(scheduler.clock(), {.failures = 1, .most = 2});
  for (const char* name : {"a.example", "b.example", "c.example"}) {
    outages.note_failure(*protocol::ServerName::parse(name));
    scheduler.advance(1s);
  }

  CHECK(outages.may_ask(kServer, 5s));
  CHECK_FALSE(outages.may_ask(kOther, 5s));
}

}  // namespace
}  // namespace chancery::federation
