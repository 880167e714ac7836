// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/interned_text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace chancery::base {
namespace {

TEST_CASE("equal texts are one text, whoever made them") {
  const InternedText one("@anna:example.org");
  const InternedText other(std::string("@anna:") + "example.org");

  CHECK(one == other);
  CHECK(&one.text() == &other.text());
  CHECK(one.hash() == std::hash<std::string>{}("@anna:example.org"));
  CHECK(one != InternedText("@anna:example.com"));
}

TEST_CASE("the empty text is the one that nothing was put into") {
  CHECK(InternedText("") == InternedText());
  CHECK(InternedText().text().empty());
  CHECK(InternedText().empty());
  CHECK(InternedText() != InternedText("a"));
  CHECK(InternedText("").hash() == InternedText().hash());
}

TEST_CASE("a text stays for as long as somebody holds it") {
  InternedText kept("kept");
  const std::string* const place = &kept.text();
  {
    const InternedText copy = kept;
    kept = InternedText("other");
    CHECK(&copy.text() == place);
    CHECK(copy.text() == "kept");
    kept = copy;
  }
  CHECK(&kept.text() == place);

  InternedText moved = std::move(kept);
  CHECK(&moved.text() == place);
  kept = InternedText("kept");
  CHECK(kept == moved);
  InternedText& same = moved;
  moved = same;
  CHECK(moved.text() == "kept");
}

TEST_CASE("bytes of any kind are told apart") {
  const InternedText with_nul(std::string("a\0b", 3));

  CHECK(with_nul.text().size() == 3);
  CHECK(with_nul != InternedText("a"));
}

// Most of what is made here is let go at once, so that the last holder's leaving meets others'
// asking for the same.
TEST_CASE("threads that make, copy and let go the same few texts meet no text that is gone") {
  constexpr int kRounds = 20'000;
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;  // joined at the end of the block
    for (int& wrong_here : wrong) {
      threads.emplace_back([&wrong_here] {
        InternedText held;
        for (int round = 0; round < kRounds; ++round) {
          const std::string text = "text " + std::to_string(round % 3);
          const InternedText made(text);
          InternedText copy = made;
          if (copy.text() != text || copy != InternedText(text)) ++wrong_here;
          if (round % 5 == 0) held = std::move(copy);
        }
      });
    }
  }
  CHECK(wrong == std::array<int, 4>{});
}

}  // namespace
}  // namespace chancery::base
