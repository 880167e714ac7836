// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of a text, as searches compare them.
//
// A word is a run of letters, digits and marks; its normal form has no case, no compatibility
// variants, and no accents on Latin and Greek letters. Scripts that put no spaces between words
// (Chinese, Japanese, Korean, Thai and their like) give every two neighbouring characters, and each
// character by itself. Symbols such as emoji are words of their own. Languages are not told apart,
// so nothing is reduced to its stem.
//
// Concurrency: any thread.
// Spec:        Unicode UAX #15 (NFKC_Casefold), UAX #44 (general category).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::base {

struct Word {
  std::string normal;        // at most kMostWordBytes, never empty
  std::string_view surface;  // as it stands in the text
  friend bool operator==(const Word&, const Word&) = default;
};

inline constexpr std::size_t kMostWordBytes = 64;  // longer words are known by their beginning

// Of a text that is searched, or of a term that is searched for: there, characters by themselves
// are left out where pairs say more.
enum class WordUse : std::uint8_t { text, term };

// In the order of the text, the first `most` of them. What is no UTF-8 is no part of a word.
// Lifetime: views into `text`.
[[nodiscard]] std::vector<Word> find_words(std::string_view text, WordUse use, std::size_t most);

// By which rules words are cut and folded: other rules, another text. What was made by other ones
// may have to be made anew.
[[nodiscard]] std::string word_rules();

}  // namespace chancery::base
