// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sync_token.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

TEST_CASE("a sync token reads back as it was written") {
  const SyncToken token{
      .position = {12}, .start = 34, .typing = 5, .presence = 6, .to_device = {11}, .chain = 7};

  CHECK(sync_token_text(token) == "s12_34_5_6_11_7");
  CHECK(parse_sync_token("s12_34_5_6_11_7") == token);
}

TEST_CASE("a token from before there were chains has none") {
  CHECK(parse_sync_token("s12_34_5_6_11") ==
        SyncToken{.position = {12}, .start = 34, .typing = 5, .presence = 6, .to_device = {11}});
}

TEST_CASE("a timeline token is a sync token without serials") {
  CHECK(parse_sync_token("s12") == SyncToken{.position = {12}, .to_device = {12}});
}

TEST_CASE("what is no token of ours is refused") {
  for (const char* text :
       {"", "s", "12", "s-1", "s1_", "s1_2", "s1_2_3", "s1_2_3_4", "s1_2_3_4_5_6_7", "sx",
        "s1_2_3_x", "t12", "s99999999999999999999", "s9223372036854775808", "s 1", "s1 ", "s+1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_sync_token(text));
  }
}

}  // namespace
}  // namespace chancery::sync
