// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

std::string normals(std::string_view text, WordUse use = WordUse::text, std::size_t most = 100) {
  std::string all;
  for (const Word& word : find_words(text, use, most)) {
    all += (all.empty() ? "" : " ") + word.normal;
  }
  return all;
}

TEST_CASE("words are runs of letters and digits, without their case") {
  CHECK(normals("Hello, World! Room 42.") == "hello world room 42");
  CHECK(normals("a.b@c-d_e") == "a b c d e");
  CHECK(normals("") == "");
  CHECK(normals(" \t\n.,;:!?()[]{}\"'*+^$\\|") == "");
}

TEST_CASE("a word stands as it was written beside its normal form") {
  const std::string text = "Der Müller sagt STRASSE";
  const std::vector<Word> words = find_words(text, WordUse::text, 10);
  REQUIRE(words.size() == 4);
  CHECK(words[1] == Word{"muller", "Müller"});
  CHECK(words[3] == Word{"strasse", "STRASSE"});
}

TEST_CASE("letters are compared without variants, Latin and Greek ones without accents") {
  CHECK(normals("Straße") == normals("STRASSE"));
  CHECK(normals("ﬁnal") == "final");
  CHECK(normals("ＦＵＬＬ") == "full");
  CHECK(normals("Crème Brûlée") == "creme brulee");
  CHECK(normals("Ελλάδα") == normals("ΕΛΛΑΔΑ"));
  CHECK(normals("e\xCC\x81t\xCC\xA9") == "et");  // accents on their own code points
  CHECK(normals("ПРИВЕТ") == "привет");
  CHECK(normals("мой") != normals("мои"));  // another letter, not an accent
}

TEST_CASE("scripts without spaces give pairs, and single characters where nothing else is known") {
  CHECK(normals("东京都") == "东 京 东京 都 京都");
  CHECK(normals("东京都", WordUse::term) == "东京 京都");
  CHECK(normals("猫", WordUse::term) == "猫");
  CHECK(normals("a猫b", WordUse::term) == "a 猫 b");
  CHECK(normals("猫 犬", WordUse::term) == "猫 犬");
}

TEST_CASE("symbols are words, joiners and soft hyphens are nothing") {
  CHECK(normals("ok\xF0\x9F\x8E\x89!") == "ok \xF0\x9F\x8E\x89");
  CHECK(normals("co\xC2\xADoperate") == "cooperate");
}

TEST_CASE("bytes that are no UTF-8 separate words") {
  CHECK(normals("ab\xFF\xFE"
                "cd\xC3") == "ab cd");
}

TEST_CASE("long words are known by their beginning, and no more are found than asked for") {
  const std::string longest(kMostWordBytes, 'x');
  CHECK(normals(longest + "yz") == longest);
  CHECK(normals("é" + std::string(10'000, 'x')).size() <= kMostWordBytes);
  CHECK(normals("a b c d", WordUse::text, 2) == "a b");
  CHECK(find_words("东京都", WordUse::text, 2).size() == 2);
}

TEST_CASE("the rules of words say which Unicode they are of") {
  CHECK(word_rules().find(" unicode 1") != std::string::npos);
  CHECK(word_rules() == word_rules());
}

}  // namespace
}  // namespace chancery::base
