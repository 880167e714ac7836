// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Beginnings of words: which a text may have, so that most words which it lacks are not searched.
//
// Roughly: by the first three bytes, and two beginnings may count as one. What is said to be there
// may be missing; what is said to be missing is missing.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::protocol {

class WordStart {
 public:
  // Absent for a word that is too short to say. Requires: without letter case.
  [[nodiscard]] static std::optional<WordStart> of(std::string_view folded) {
    if (folded.size() < kBytes) return std::nullopt;
    return WordStart(folded);
  }

 private:
  friend class WordStarts;
  static constexpr std::size_t kBytes = 3;
  static constexpr unsigned kPlaceBits = 10;
  explicit WordStart(std::string_view folded) : place_(place_of(folded)) {}
  static std::uint16_t place_of(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) {
      return std::uint32_t{static_cast<unsigned char>(bytes[at])};
    };
    const std::uint32_t all = byte(0) | byte(1) << 8U | byte(2) << 16U;
    return static_cast<std::uint16_t>(all * 0x9E3779B1U >> (32U - kPlaceBits));
  }

  std::uint16_t place_;
};

class WordStarts {
 public:
  // Everywhere in `folded` where a glob that looks for words may begin.
  void add(std::string_view folded);
  [[nodiscard]] bool may_have(WordStart start) const { return places_.test(start.place_); }

 private:
  std::bitset<std::size_t{1} << WordStart::kPlaceBits> places_;
};

}  // namespace chancery::protocol
