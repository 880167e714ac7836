// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/recently_related.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::rooms {
namespace {

protocol::EventId event(int number) {
  return protocol::EventId::trusted("$" + std::to_string(number));
}

TEST_CASE("what came before an event was read is no news of it") {
  RecentlyRelated related;
  related.add(event(1), 5);

  CHECK(related.may_have(event(1), 4));
  CHECK_FALSE(related.may_have(event(1), 5));
  CHECK_FALSE(related.may_have(event(2), 4));
  related.add(event(1), 9);
  CHECK(related.may_have(event(1), 5));
}

TEST_CASE("of events read before what is remembered it knows nothing") {
  RecentlyRelated related(2);
  related.add(event(1), 1);
  related.add(event(1), 2);
  related.add(event(2), 3);  // the first is forgotten

  CHECK(related.may_have(event(7), 0));
  CHECK_FALSE(related.may_have(event(7), 1));
  CHECK(related.may_have(event(1), 1));
  related.add(event(3), 4);
  CHECK(related.may_have(event(1), 1));
  CHECK_FALSE(related.may_have(event(1), 2));
}

}  // namespace
}  // namespace chancery::rooms
