// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/random.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace chancery::runtime {

TEST_CASE("system random bytes have the length asked for and differ") {
  SystemRandom random;

  const std::string first = random.bytes(32);
  const std::string second = random.bytes(32);

  CHECK(first.size() == 32);
  CHECK(first != second);
  CHECK(random.bytes(0).empty());
}

TEST_CASE("alphanumeric text has only letters and digits") {
  SystemRandom random;

  const std::string text = random.alphanumeric(1000);

  CHECK(text.size() == 1000);
  CHECK(std::ranges::all_of(text, [](unsigned char each) { return std::isalnum(each) != 0; }));
}

TEST_CASE("characters are drawn from the alphabet without bias") {
  support::SeededRandom random(7);
  // 200 of 256 byte values: taking the remainder would make the first 56 twice as likely.
  std::string alphabet;
  for (int each = 0; each < 200; ++each) alphabet.push_back(static_cast<char>(each));
  std::array<int, 200> seen{};

  for (const char each : random.characters(200'000, alphabet)) {
    ++seen.at(static_cast<unsigned char>(each));
  }

  CHECK(std::ranges::min(seen) > 800);
  CHECK(std::ranges::max(seen) < 1200);
}

}  // namespace chancery::runtime
