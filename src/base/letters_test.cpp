// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/letters.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

TEST_CASE("letters are folded one by one, and composed") {
  CHECK(fold_letters("Alice.B") == "alice.b");
  CHECK(fold_letters("M\u00DCLLER") == "m\u00FCller");
  CHECK(fold_letters("mu\u0308ller") == "m\u00FCller");
  CHECK(fold_letters("Stra\u00DFe") == "stra\u00DFe");  // another mailbox than strasse
  CHECK(fold_letters("\u0418\u0412\u0410\u041D") == "\u0438\u0432\u0430\u043D");
  CHECK(fold_letters("\u732B") == "\u732B");
  CHECK(fold_letters("") == "");
}

TEST_CASE("what is folded stays so") {
  for (const char* text : {"\u0345a", "\u1FB3\u0301", "I\u0307", "\u212B", "\u1E9E"}) {
    CAPTURE(text);
    const auto once = fold_letters(text);
    if (once) CHECK(fold_letters(*once) == once);
  }
}

TEST_CASE("what cannot be seen or is no letter is refused, beyond ASCII") {
  for (const char* text : {"a\u200Bb", "a\u202Eb", "a\u00A0b", "a\u2028b", "\u2022", "\uFF20",
                           "a\xFF", "a\xC3", "\uE000", "\u3164"}) {
    CAPTURE(text);
    CHECK_FALSE(fold_letters(text).has_value());
  }
  CHECK_FALSE(fold_letters(std::string(2'000, 'a')).has_value());
}

}  // namespace
}  // namespace chancery::base
