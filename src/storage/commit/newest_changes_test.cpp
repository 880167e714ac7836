// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/commit/newest_changes.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <map>

namespace chancery::storage {

TEST_CASE("of what was before the start anything may have come for anyone") {
  const NewestChanges newest({10});
  const auto anna = protocol::UserId::trusted("@anna:example.org");
  CHECK(newest.may_have_come(anna, {9}));
  CHECK_FALSE(newest.may_have_come(anna, {10}));
  CHECK_FALSE(newest.may_have_come(anna, {11}));
}

TEST_CASE("what came for somebody is never missed, however many share a place") {
  NewestChanges newest({0});
  std::map<protocol::UserId, StreamPosition> own;
  std::uint64_t position = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto user = protocol::UserId::trusted(fmt::format("@u{}:example.org", i * 7 % 9'001));
    newest.note(user, {++position});
    own[user] = {position};
  }
  std::size_t certain = 0;
  for (const auto& [user, at] : own) {
    REQUIRE(newest.may_have_come(user, {at.value - 1}));
    REQUIRE_FALSE(newest.may_have_come(user, {position}));
    if (!newest.may_have_come(user, at)) ++certain;
  }
  CHECK(certain > 1'000);  // it says "nothing" where it may, too
}

}  // namespace chancery::storage
