// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/rendezvous.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {
namespace {

struct Meeting {
  runtime::SimulatedScheduler scheduler;
  support::SeededRandom random;
  Rendezvous rendezvous{scheduler.clock(), random};
};

}  // namespace

TEST_CASE("whoever writes must have seen what they replace") {
  Meeting meeting;
  const Rendezvous::Begun begun = meeting.rendezvous.begin("first", "text/plain");

  const auto second = meeting.rendezvous.write(
      begun.id, {.text = "second", .content_type = "text/plain", .seen = begun.note.version});
  REQUIRE(std::holds_alternative<Rendezvous::Note>(second));
  const auto stale = meeting.rendezvous.write(
      begun.id, {.text = "third", .content_type = "text/plain", .seen = begun.note.version});
  REQUIRE(std::holds_alternative<Rendezvous::Stale>(stale));
  CHECK(std::get<Rendezvous::Stale>(stale).now.text == "second");
  CHECK(meeting.rendezvous.find(begun.id)->text == "second");
}

TEST_CASE("the same writing once more is answered as the first") {
  Meeting meeting;
  const Rendezvous::Begun begun = meeting.rendezvous.begin("", "text/plain");
  const Rendezvous::Writing writing{
      .text = "a", .content_type = "text/plain", .seen = begun.note.version, .transaction = "t"};

  const auto first = meeting.rendezvous.write(begun.id, writing);
  const auto again = meeting.rendezvous.write(begun.id, writing);

  REQUIRE(std::holds_alternative<Rendezvous::Note>(again));
  CHECK(std::get<Rendezvous::Note>(again).version == std::get<Rendezvous::Note>(first).version);
}

TEST_CASE("a meeting ends by word, by time, and when there are too many") {
  Meeting meeting;
  const std::string ended = meeting.rendezvous.begin("", "text/plain").id;
  CHECK(meeting.rendezvous.end(ended));
  CHECK_FALSE(meeting.rendezvous.end(ended));
  CHECK_FALSE(meeting.rendezvous.find(ended).has_value());

  const std::string crowded_out = meeting.rendezvous.begin("", "text/plain").id;
  std::string last;
  for (std::size_t i = 0; i < Rendezvous::kMost; ++i) {
    last = meeting.rendezvous.begin("", "text/plain").id;
  }
  CHECK_FALSE(meeting.rendezvous.find(crowded_out).has_value());
  CHECK(meeting.rendezvous.find(last).has_value());

  meeting.scheduler.advance(Rendezvous::kLifetime);
  CHECK_FALSE(meeting.rendezvous.find(last).has_value());
  CHECK(std::holds_alternative<Rendezvous::Gone>(
      meeting.rendezvous.write(last, {.text = "", .content_type = "", .seen = ""})));
}

}  // namespace chancery::oauth
