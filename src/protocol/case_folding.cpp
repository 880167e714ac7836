// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/case_folding.hpp"

#include <algorithm>

namespace chancery::protocol {
namespace {

constexpr bool within(unsigned letter, unsigned first, unsigned last) {
  return letter >= first && letter <= last;
}

// Of U+0100 to U+017F, where capital and small letter stand side by side.
constexpr unsigned fold_latin_pair(unsigned letter) {
  const bool even_capitals = within(letter, 0x100, 0x137) || within(letter, 0x14A, 0x177);
  const bool odd_capitals = within(letter, 0x139, 0x148) || within(letter, 0x179, 0x17E);
  if (letter == 0x130 || letter == 0x131) return letter;  // dotted and dotless i are no pair
  if (even_capitals && letter % 2 == 0) return letter + 1;
  if (odd_capitals && letter % 2 == 1) return letter + 1;
  return letter == 0x178 ? 0xFF : letter;
}

constexpr unsigned fold_greek(unsigned letter) {
  if (within(letter, 0x391, 0x3A9) && letter != 0x3A2) return letter + 0x20;
  if (within(letter, 0x388, 0x38A)) return letter + 0x25;
  switch (letter) {
    case 0x386:
      return 0x3AC;
    case 0x38C:
      return 0x3CC;
    case 0x38E:
      return 0x3CD;
    case 0x38F:
      return 0x3CE;
    case 0x3C2:
      return 0x3C3;
    default:
      return letter;
  }
}

// Of U+0080 to U+07FF, the letters of two bytes; the result has two bytes as well.
constexpr unsigned fold_two_bytes(unsigned letter) {
  if (within(letter, 0xC0, 0xDE) && letter != 0xD7) return letter + 0x20;
  if (within(letter, 0x100, 0x17F)) return fold_latin_pair(letter);
  if (within(letter, 0x386, 0x3C2)) return fold_greek(letter);
  if (within(letter, 0x400, 0x40F)) return letter + 0x50;
  if (within(letter, 0x410, 0x42F)) return letter + 0x20;
  return letter;
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded(text);
  for (std::size_t at = 0; at < folded.size(); ++at) {
    const auto byte = static_cast<unsigned char>(folded[at]);
    if (byte >= 'A' && byte <= 'Z') {
      folded[at] = static_cast<char>(byte + ('a' - 'A'));
    } else if (byte >= 0xC2 && byte <= 0xDF && at + 1 < folded.size()) {
      const auto second = static_cast<unsigned char>(folded[at + 1]);
      const unsigned letter = fold_two_bytes((byte & 0x1FU) << 6U | (second & 0x3FU));
      folded[at] = static_cast<char>(0xC0U | letter >> 6U);
      folded[at + 1] = static_cast<char>(0x80U | (letter & 0x3FU));
      ++at;
    }
  }
  return folded;
}

}  // namespace chancery::protocol
