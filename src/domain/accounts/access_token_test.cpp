// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/access_token.hpp"

#include <doctest/doctest.h>

#include <set>

namespace chancery::accounts {
namespace {

TEST_CASE("a token that is shown is known by the hash that stores have") {
  const ShownToken shown("a secret");

  CHECK(shown.hash.text() == base::sha256("a secret"));
  CHECK(shown.hash == TokenHash("a secret"));
  CHECK_FALSE(shown.hash == TokenHash("a secreT"));
}

TEST_CASE("only what has the prefix and the length of ours is spelt as ours") {
  const std::string ours = "chy_" + std::string(43, 'A');

  CHECK(ShownToken(ours).is_spelt_as_ours);
  for (const std::string& other :
       {std::string(), std::string("chy_"), ours + "A", ours.substr(1), "A" + ours,
        "chr_" + std::string(43, 'A'), std::string(47, 'A')}) {
    CAPTURE(other);
    CHECK_FALSE(ShownToken(other).is_spelt_as_ours);
  }
}

TEST_CASE("hashes of tokens are spread over a table as they are") {
  std::set<std::size_t> buckets;
  for (int i = 0; i < 1'000; ++i) {
    buckets.insert(std::hash<TokenHash>{}(TokenHash(std::to_string(i))) % 100);
  }
  CHECK(buckets.size() == 100);
}

}  // namespace
}  // namespace chancery::accounts
