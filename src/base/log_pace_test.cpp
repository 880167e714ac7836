// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log_pace.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

using std::chrono::seconds;

TEST_CASE("the first line is told at once, and then one an interval with how many were left out") {
  LogPace pace;
  const LogPace::Moment start{seconds(1'000)};

  CHECK(pace.take("refused", start) == 0);
  CHECK_FALSE(pace.take("refused", start));
  CHECK_FALSE(pace.take("refused", start + LogPace::kInterval - seconds(1)));
  CHECK(pace.take("refused", start + LogPace::kInterval) == 2);
  CHECK_FALSE(pace.take("refused", start + LogPace::kInterval + seconds(1)));
  CHECK(pace.take("refused", start + 5 * LogPace::kInterval) == 1);
  CHECK(pace.take("refused", start + 6 * LogPace::kInterval) == 0);
}

TEST_CASE("each kind has a line of its own, and beyond a bound the kinds share one") {
  LogPace pace;
  const LogPace::Moment now{seconds(1'000)};
  for (std::size_t i = 0; i < LogPace::kMostKinds; ++i) {
    CHECK(pace.take(std::to_string(i), now) == 0);
  }

  CHECK(pace.take("one more", now) == 0);
  CHECK_FALSE(pace.take("and another", now));
  CHECK_FALSE(pace.take("0", now));
  CHECK(pace.take("a third", now + LogPace::kInterval) == 1);
  CHECK(pace.take("0", now + LogPace::kInterval) == 1);
}

}  // namespace
}  // namespace chancery::base
