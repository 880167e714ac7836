// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/refresh_token.hpp"

#include "domain/accounts/access_token.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

const std::string kKey(32, 'k');

TEST_CASE("tokens of a new sign-in are spelt as ours, and no two are alike") {
  support::SeededRandom random(1);
  const TokenPair first = first_pair(random);
  const TokenPair second = first_pair(random);

  CHECK(may_be_access_token(first.access_token));
  CHECK(may_be_refresh_token(first.refresh_token));
  CHECK(!may_be_refresh_token(first.access_token));
  CHECK(first.access_token != second.access_token);
  CHECK(first.refresh_token != second.refresh_token);
  CHECK(family_of(first.refresh_token) != family_of(second.refresh_token));
}

TEST_CASE(
    "a refresh token is followed by the same pair however often, and by another key's never") {
  support::SeededRandom random(1);
  const std::string token = first_pair(random).refresh_token;
  const TokenPair next = TokenSuccession(kKey).next(token);

  CHECK(TokenSuccession(kKey).next(token).access_token == next.access_token);
  CHECK(TokenSuccession(kKey).next(token).refresh_token == next.refresh_token);
  const TokenPair other = TokenSuccession(std::string(32, 'o')).next(token);
  CHECK(other.access_token != next.access_token);
  CHECK(other.refresh_token != next.refresh_token);
}

TEST_CASE("what follows a refresh token is of its family and else unlike it") {
  support::SeededRandom random(1);
  const TokenSuccession succession(kKey);
  const std::string token = first_pair(random).refresh_token;
  const TokenPair next = succession.next(token);
  const TokenPair after = succession.next(next.refresh_token);

  CHECK(may_be_access_token(next.access_token));
  CHECK(may_be_refresh_token(next.refresh_token));
  CHECK(family_of(next.refresh_token) == family_of(token));
  CHECK(family_of(after.refresh_token) == family_of(token));
  CHECK(next.refresh_token != token);
  CHECK(after.refresh_token != next.refresh_token);
  CHECK(after.access_token != next.access_token);
  CHECK(next.refresh_token.substr(28) != next.access_token.substr(4));
}

TEST_CASE("a token from before there were families is followed by one that has one") {
  const std::string old = "chr_" + std::string(43, 'A');
  REQUIRE(may_be_refresh_token(old));
  REQUIRE(family_of(old).empty());
  const TokenSuccession succession(kKey);

  const std::string next = succession.next(old).refresh_token;
  CHECK(may_be_refresh_token(next));
  CHECK(family_of(next).size() == 24);
  CHECK(succession.next(old).refresh_token == next);
}

TEST_CASE("what is spelt otherwise is no refresh token") {
  for (const std::string& text : {std::string(), std::string("chr_"), "chr_" + std::string(42, 'A'),
                                  "chr_" + std::string(66, 'A'), "chr_" + std::string(68, 'A'),
                                  "chx_" + std::string(67, 'A')}) {
    CAPTURE(text);
    CHECK(!may_be_refresh_token(text));
  }
}

}  // namespace
}  // namespace chancery::accounts
