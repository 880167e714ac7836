// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sent_members.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

const devices::DeviceAddress kPhone{protocol::UserId::trusted("@anna:x"),
                                    protocol::DeviceId::trusted("PHONE")};
const devices::DeviceAddress kOther{protocol::UserId::trusted("@mallory:x"),
                                    protocol::DeviceId::trusted("PHONE")};

TEST_CASE("what was told is known once a token shows that it arrived") {
  SentMembers sent;
  const std::uint64_t chain = sent.continue_or_begin(kPhone, 0, {0});
  sent.note(chain, {{7}}, {10});

  CHECK_FALSE(sent.is_known(chain, {7}));
  CHECK(sent.continue_or_begin(kPhone, chain, {10}) == chain);
  CHECK(sent.is_known(chain, {7}));
  CHECK_FALSE(sent.is_known(chain, {8}));
}

TEST_CASE("what was in an answer that did not arrive is not known, though a later one did") {
  SentMembers sent;
  const std::uint64_t chain = sent.continue_or_begin(kPhone, 0, {0});
  sent.note(chain, {{7}}, {10});

  sent.continue_or_begin(kPhone, chain, {0});  // asked again
  sent.continue_or_begin(kPhone, chain, {20});

  CHECK_FALSE(sent.is_known(chain, {7}));
  CHECK(sent.size() == 0);
}

TEST_CASE("a client that goes back to an old token is told everything again") {
  SentMembers sent;
  const std::uint64_t chain = sent.continue_or_begin(kPhone, 0, {0});
  sent.note(chain, {{7}}, {10});
  sent.continue_or_begin(kPhone, chain, {10});

  sent.continue_or_begin(kPhone, chain, {5});

  CHECK_FALSE(sent.is_known(chain, {7}));
}

TEST_CASE("a token with somebody else's chain begins a new one") {
  SentMembers sent;
  const std::uint64_t chain = sent.continue_or_begin(kPhone, 0, {0});

  CHECK(sent.continue_or_begin(kOther, chain, {0}) != chain);
  CHECK(sent.continue_or_begin(kPhone, 999, {0}) != 999);
}

TEST_CASE("the chains that were used longest ago go when there is too much") {
  SentMembers sent({.most_events = 4, .most_events_of_one = 3, .most_chains = 10});
  const std::uint64_t one = sent.continue_or_begin(kPhone, 0, {0});
  sent.note(one, {{1}, {2}}, {1});
  sent.continue_or_begin(kPhone, one, {1});
  const std::uint64_t two = sent.continue_or_begin(kPhone, 0, {0});
  sent.note(two, {{3}, {4}, {5}}, {1});

  CHECK(sent.size() == 3);
  CHECK_FALSE(sent.is_known(one, {1}));
  CHECK(sent.continue_or_begin(kPhone, one, {1}) != one);
}

TEST_CASE("a chain that knows too much begins to forget") {
  SentMembers sent({.most_events = 100, .most_events_of_one = 2, .most_chains = 10});
  const std::uint64_t chain = sent.continue_or_begin(kPhone, 0, {0});
  for (std::uint64_t i = 1; i <= 9; ++i) {
    sent.note(chain, {{i}}, {i});
    sent.continue_or_begin(kPhone, chain, {i});
    CHECK(sent.size() <= 2);
  }
  CHECK(sent.is_known(chain, {9}));
}

}  // namespace
}  // namespace chancery::sync
