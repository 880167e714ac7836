// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/letters.hpp"

#include "base/assert.hpp"
#include "base/utf8.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

namespace chancery::base {
namespace {

constexpr std::size_t kLongest = 1'024;
constexpr int kMostRounds = 4;

bool is_letter(char32_t character) {
  constexpr std::uint32_t kLetters = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  const auto point = static_cast<UChar32>(character);
  return character < 0x80 || ((U_GET_GC_MASK(point) & kLetters) != 0 &&
                              u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0);
}

// Each code point without case; absent when one may not be there.
std::optional<std::u16string> fold(std::string_view text) {
  std::u16string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || !is_letter(utf8_code_point(text))) return std::nullopt;
    const UChar32 folded =
        u_foldCase(static_cast<UChar32>(utf8_code_point(text)), U_FOLD_CASE_DEFAULT);
    if (folded < 0x10000) {
      out += static_cast<char16_t>(folded);
    } else {
      out += static_cast<char16_t>(U16_LEAD(folded));
      out += static_cast<char16_t>(U16_TRAIL(folded));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::optional<std::string> compose(const std::u16string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&error);
  CHANCERY_ASSERT(U_SUCCESS(error));
  std::u16string composed(text.size() * 3 + 8, u'\0');  // NFC makes at most three of one
  const std::int32_t size =
      unorm2_normalize(nfc, text.data(), static_cast<std::int32_t>(text.size()), composed.data(),
                       static_cast<std::int32_t>(composed.size()), &error);
  if (U_FAILURE(error)) return std::nullopt;
  std::string out;
  for (std::int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U16_NEXT(composed.data(), at, size, point);
    append_utf8(out, static_cast<char32_t>(point));
  }
  return out;
}

}  // namespace

std::optional<std::string> fold_letters(std::string_view text) {
  if (text.size() > kLongest) return std::nullopt;
  std::string now(text);
  // What is composed may have another folding, and the other way round.
  for (int round = 0; round < kMostRounds; ++round) {
    const auto folded = fold(now);
    const auto composed = folded ? compose(*folded) : std::nullopt;
    if (!composed) return std::nullopt;
    if (*composed == now) return now;
    now = *composed;
  }
  return std::nullopt;
}

}  // namespace chancery::base
