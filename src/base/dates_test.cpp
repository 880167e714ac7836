// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/dates.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

constexpr Timestamp kMoment{784'111'777'089};  // the example of RFC 9110, and 89 ms

TEST_CASE("a point in time is written in the ways that readers of it expect") {
  CHECK(day_text(kMoment) == "1994-11-06");
  CHECK(moment_text(kMoment) == "1994-11-06T08:49:37Z");
  CHECK(exact_moment_text(kMoment) == "1994-11-06T08:49:37.089Z");
  CHECK(http_date(kMoment) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(mail_date(kMoment) == "Sun, 06 Nov 1994 08:49:37 +0000");
}

TEST_CASE("the last day of a leap year and the first point in time have their dates") {
  CHECK(http_date({1'735'689'599'999}) == "Tue, 31 Dec 2024 23:59:59 GMT");
  CHECK(day_text({1'709'164'800'000}) == "2024-02-29");
  CHECK(exact_moment_text({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(mail_date({0}) == "Thu, 01 Jan 1970 00:00:00 +0000");
}

TEST_CASE("what lies before 1970 is counted backwards, down to the second") {
  CHECK(exact_moment_text({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(moment_text({-1}) == "1969-12-31T23:59:59Z");
  CHECK(http_date({-1}) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

}  // namespace
}  // namespace chancery::base
