// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/postings.hpp"

#include <doctest/doctest.h>

namespace chancery::search {
namespace {

TEST_CASE("a block reads as it was written") {
  const Postings postings{{{7}, 1}, {{8}, 255}, {{1'000'000'007}, 0}, {{UINT64_MAX}, 17}};
  CHECK(read_block({7}, write_block({7}, postings)) == postings);
  CHECK(read_block({3}, write_block({3}, postings)) == postings);
}

TEST_CASE("a full block stays below a quarter of a page") {
  Postings postings;
  for (std::uint64_t i = 0; i < kMostInBlock; ++i) postings.push_back({{1 + i * 100}, 0x41});
  CHECK(write_block({1}, postings).size() < 900);
}

TEST_CASE("what is no block is refused") {
  const std::string whole = write_block({1}, {{{5}, 1}, {{900}, 2}});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    if (size == 2) continue;  // ends with its first posting
    CAPTURE(size);
    CHECK_FALSE(read_block({1}, whole.substr(0, size)).has_value());
  }
  CHECK_FALSE(read_block({1}, std::string(20, '\xFF')).has_value());
  CHECK_FALSE(read_block({UINT64_MAX}, std::string("\x01\x01", 2)).has_value());
  CHECK_FALSE(read_block({1}, std::string("\x01\x01\x00\x01", 4)).has_value());  // one event twice
}

TEST_CASE("a weight keeps how often a word occurs and about how long the event is") {
  CHECK(occurrences_in(pack_weight(3, 10)) == 3);
  CHECK(occurrences_in(pack_weight(1'000, 10)) == kMostOccurrences);
  CHECK(words_in(pack_weight(3, 1)) == 1);
  CHECK(words_in(pack_weight(3, 10)) == 8);
  CHECK(words_in(pack_weight(3, 1'000'000)) == 16'384);
}

TEST_CASE("postings stay in order, each event once") {
  Postings postings;
  insert(postings, {{5}, 1});
  insert(postings, {{2}, 2});
  insert(postings, {{9}, 3});
  insert(postings, {{5}, 4});
  CHECK(postings == Postings{{{2}, 2}, {{5}, 4}, {{9}, 3}});
  CHECK(erase(postings, {5}));
  CHECK_FALSE(erase(postings, {5}));
  CHECK(postings == Postings{{{2}, 2}, {{9}, 3}});
}

}  // namespace
}  // namespace chancery::search
