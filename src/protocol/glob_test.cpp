// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/glob.hpp"

#include "protocol/case_folding.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

bool whole(std::string_view pattern, std::string_view text) {
  return Glob(pattern, GlobSyntax::full, GlobScope::whole).matches(text);
}

bool in_words(std::string_view pattern, std::string_view text) {
  return Glob(fold_case(pattern), GlobSyntax::full, GlobScope::words).matches(fold_case(text));
}

// The definition, as slow as it likes.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
      if (matches_by_definition(pattern.substr(1), text.substr(skipped))) return true;
    }
    return false;
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

bool is_letter(char byte) { return byte == 'a' || byte == 'b'; }

bool matches_words_by_definition(std::string_view pattern, std::string_view text) {
  const auto is_boundary = [text](std::size_t at) {
    return at == 0 || at == text.size() || !is_letter(text[at - 1]) || !is_letter(text[at]);
  };
  for (std::size_t from = 0; from <= text.size(); ++from) {
    for (std::size_t to = from; is_boundary(from) && to <= text.size(); ++to) {
      if (is_boundary(to) && matches_by_definition(pattern, text.substr(from, to - from))) {
        return true;
      }
    }
  }
  return false;
}

// Every text of up to `length` characters of `alphabet`.
std::vector<std::string> all_texts(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> texts{""};
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (texts[at].size() == length) break;
    for (const char letter : alphabet) texts.push_back(texts[at] + letter);
  }
  return texts;
}

}  // namespace

TEST_CASE("a glob without special characters matches itself alone") {
  CHECK(whole("m.room.message", "m.room.message"));
  CHECK_FALSE(whole("m.room.message", "m.room.messages"));
  CHECK_FALSE(whole("m.room.message", "am.room.message"));
  CHECK(whole("", ""));
  CHECK_FALSE(whole("", "a"));
}

TEST_CASE("a star takes any run of characters and a question mark takes one") {
  CHECK(whole("lunc?*", "lunch plans"));
  CHECK(whole("lunc?*", "lunch"));
  CHECK_FALSE(whole("lunc?*", " lunch"));
  CHECK_FALSE(whole("lunc?*", "lunc"));
  CHECK(whole("a*b*c", "a-b-b-c"));
  CHECK_FALSE(whole("a*b*c", "a-c-b"));
  CHECK_FALSE(whole("ab*ba", "aba"));
}

TEST_CASE("a question mark takes a whole character, however many bytes it has") {
  CHECK(whole("?", "\u00e9"));
  CHECK(whole("??", "\u20ac\U0001F600"));
  CHECK_FALSE(whole("??", "\u20ac"));
  CHECK(whole("*?", "\U0001F600"));
  CHECK(whole("a?*?b", "a\u20ac\u20acb"));
  CHECK_FALSE(whole("a?*?b", "a\u20acb"));
  CHECK(in_words("caf?", "un caf\u00e9 noir"));
}

TEST_CASE("stars alone are special in the patterns of filters") {
  const Glob glob("m.?oom.*", GlobSyntax::stars, GlobScope::whole);

  CHECK(glob.matches("m.?oom.name"));
  CHECK_FALSE(glob.matches("m.room.name"));
}

TEST_CASE("no character is special in a literal") {
  const Glob glob("a*b?", GlobSyntax::literal, GlobScope::whole);

  CHECK(glob.matches("a*b?"));
  CHECK_FALSE(glob.matches("axbx"));
}

TEST_CASE("a pattern matches words, from boundary to boundary") {
  CHECK(in_words("ex*ple", "An example event."));
  CHECK(in_words("ex*ple", "exple"));
  CHECK(in_words("ex*ple", "An exciting triple-whammy"));
  CHECK_FALSE(in_words("ex*ple", "An examples event."));
  CHECK_FALSE(in_words("cake", "cheesecake"));
  CHECK_FALSE(in_words("cake", "cake_shop"));
  CHECK(in_words("cake", "CAKE!"));
  CHECK(in_words("cake", "cakes and cake"));
  CHECK(in_words("@room", "hey @room"));
  CHECK(in_words("@room", "hey@room"));
}

TEST_CASE("a glob agrees with its definition on every short pattern and text") {
  const std::vector<std::string> patterns = all_texts("ab*?", 4);
  const std::vector<std::string> texts = all_texts("ab", 5);

  for (const std::string& pattern : patterns) {
    const Glob glob(pattern, GlobSyntax::full, GlobScope::whole);
    for (const std::string& text : texts) {
      CAPTURE(pattern);
      CAPTURE(text);
      REQUIRE(glob.matches(text) == matches_by_definition(pattern, text));
    }
  }
}

TEST_CASE("a glob over words agrees with its definition on every short pattern and text") {
  const std::vector<std::string> patterns = all_texts("a-*?", 4);
  const std::vector<std::string> texts = all_texts("ab-", 5);

  for (const std::string& pattern : patterns) {
    const Glob glob(pattern, GlobSyntax::full, GlobScope::words);
    for (const std::string& text : texts) {
      CAPTURE(pattern);
      CAPTURE(text);
      REQUIRE(glob.matches(text) == matches_words_by_definition(pattern, text));
    }
  }
}

TEST_CASE("a run of just a word of bits, and of one more, is found between words") {
  for (const std::size_t length : {63U, 64U, 65U, 128U, 129U}) {
    CAPTURE(length);
    const std::string run(length, 'x');
    CHECK(in_words(run, "a " + run + "\u00e9"));
    CHECK(in_words(run.substr(1) + "?", run.substr(1) + "\u20ac b"));
    CHECK_FALSE(in_words(run, "a" + run));
    CHECK_FALSE(in_words(run, run + "x"));
    CHECK_FALSE(in_words(run, run.substr(1)));
  }
}

TEST_CASE("a run of more than 64 characters is found") {
  const std::string run(100, 'x');
  const Glob glob("*" + run + "?y*", GlobSyntax::full, GlobScope::whole);

  CHECK(glob.matches("ab" + run + "zy" + run));
  CHECK_FALSE(glob.matches("ab" + run.substr(1) + "zy" + run));
}

TEST_CASE("a pattern beyond the limit matches nothing") {
  const std::string longest(kMaxGlobBytes, 'x');

  CHECK(whole(longest, longest));
  CHECK_FALSE(whole(longest + "x", longest + "x"));
  CHECK_FALSE(whole(std::string(kMaxGlobBytes + 1, '*'), "x"));
}

TEST_CASE("a pattern made to be slow is decided on a long text") {
  std::string stars;
  for (int count = 0; count < 200; ++count) stars += "*a";
  const std::string text(60'000, 'a');

  CHECK(in_words(stars + "*", text));
  CHECK_FALSE(in_words(stars + "*b", text));
  CHECK_FALSE(in_words(std::string(400, 'a') + "?b", text));
}

TEST_CASE("letter case is folded in Latin, Greek and Cyrillic, and lengths stay") {
  CHECK(fold_case("Ab\u00c9\u0141\u0178") == "ab\u00e9\u0142\u00ff");
  CHECK(fold_case("\u03a9\u0386\u03c2") == "\u03c9\u03ac\u03c3");
  CHECK(fold_case("\u0416\u0401") == "\u0436\u0451");
  CHECK(fold_case("\u00d7\u0130\u4e2d\U0001F600") == "\u00d7\u0130\u4e2d\U0001F600");
  CHECK(fold_case("\u0179\u0139\u0100") == "\u017a\u013a\u0101");
}

}  // namespace chancery::protocol
