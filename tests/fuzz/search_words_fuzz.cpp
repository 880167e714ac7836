// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Words of any text: bounded, taken from the text, and the same again when they are cut once more.
// Blocks of postings: what reads writes the same, what does not is refused.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "base/words.hpp"
#include "domain/search/postings.hpp"
#include "domain/search/search_place.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace {

using chancery::base::find_words;
using chancery::base::Word;
using chancery::base::WordUse;

void check_words(std::string_view text) {
  constexpr std::size_t kMost = 500;
  const auto words = find_words(text, WordUse::text, kMost);
  CHANCERY_ASSERT(words.size() <= kMost);
  std::set<std::string> known;
  for (const Word& word : words) {
    CHANCERY_ASSERT(!word.normal.empty());
    CHANCERY_ASSERT(word.normal.size() <= chancery::base::kMostWordBytes);
    CHANCERY_ASSERT(chancery::base::is_utf8(word.normal));
    CHANCERY_ASSERT(word.surface.data() >= text.data() &&
                    word.surface.data() + word.surface.size() <= text.data() + text.size());
    known.insert(word.normal);
  }
  // Whoever searches for the text itself finds it.
  if (words.size() == kMost) return;
  for (const Word& word : find_words(text, WordUse::term, kMost)) {
    CHANCERY_ASSERT(known.contains(word.normal));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check_words(text);
  const auto postings = chancery::search::read_block({1}, text);
  if (postings && !postings->empty()) {
    const std::string written = chancery::search::write_block({1}, *postings);
    CHANCERY_ASSERT(chancery::search::read_block({1}, written) == postings);
  }
  const auto token = chancery::search::read_search_token(text, "request");
  if (token) {
    const std::string written = chancery::search::write_search_token(*token, "request");
    CHANCERY_ASSERT(chancery::search::read_search_token(written, "request") == token);
  }
  return 0;
}
