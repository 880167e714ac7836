// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include "base/assert.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

namespace chancery::base {
namespace {

enum class Kind : std::uint8_t {
  other,     // separates words
  letter,    // belongs to a word
  joined,    // belongs to a word whose neighbours it pairs with
  symbol,    // is a word
  invisible  // neither separates nor counts
};

bool is_written_without_spaces(char32_t character) {
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(character), &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
      return true;
    default:
      return false;
  }
}

Kind kind_of_ascii(char32_t character) {
  const bool is_letter = (character >= 'a' && character <= 'z') ||
                         (character >= 'A' && character <= 'Z') ||
                         (character >= '0' && character <= '9');
  return is_letter ? Kind::letter : Kind::other;
}

Kind kind_of(char32_t character) {
  constexpr std::uint32_t kLetters = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  if (character < 0x80) return kind_of_ascii(character);
  const auto point = static_cast<UChar32>(character);
  // Soft hyphens, joiners, variation selectors.
  if (u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0) return Kind::invisible;
  const std::uint32_t category = U_GET_GC_MASK(point);
  if ((category & kLetters) != 0) {
    return is_written_without_spaces(character) ? Kind::joined : Kind::letter;
  }
  return (category & U_GC_SO_MASK) != 0 ? Kind::symbol : Kind::other;
}

const UNormalizer2* normalizer(const UNormalizer2* (*get)(UErrorCode*)) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* made = get(&error);
  CHANCERY_ASSERT(U_SUCCESS(error));
  return made;
}

std::u16string normalize(const UNormalizer2* by, const std::u16string& text) {
  // NFKC makes at most 18 units of one, and words are short by the time they come here.
  std::u16string out(text.size() * 18 + 8, u'\0');
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size =
      unorm2_normalize(by, text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                       static_cast<std::int32_t>(out.size()), &error);
  if (U_FAILURE(error)) return {};
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  while (!text.empty()) {
    const char32_t character = utf8_code_point(text);
    text.remove_prefix(utf8_length(text));
    if (character < 0x10000) {
      out += static_cast<char16_t>(character);
    } else {
      out += static_cast<char16_t>(U16_LEAD(character));
      out += static_cast<char16_t>(U16_TRAIL(character));
    }
  }
  return out;
}

// Whether an accent on it is left away: not where it makes another letter, as й of и.
bool loses_accents(char32_t letter) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(letter), &error);
  return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

std::string to_normal(const std::u16string& decomposed) {
  std::string out;
  char32_t base_letter = 0;
  for (std::size_t at = 0; at < decomposed.size();) {
    UChar32 point = 0;
    U16_NEXT(decomposed.data(), at, decomposed.size(), point);
    const auto character = static_cast<char32_t>(point);
    const bool is_accent = character >= 0x300 && character <= 0x36F;
    if (is_accent && loses_accents(base_letter)) continue;
    if (!is_accent) base_letter = character;
    const Kind kind = kind_of(character);
    if (kind == Kind::other || kind == Kind::invisible) continue;
    const std::size_t before = out.size();
    append_utf8(out, character);
    if (out.size() > kMostWordBytes) {
      out.resize(before);
      break;
    }
  }
  return out;
}

// `piece` is valid UTF-8. "" when nothing of it counts.
std::string normal_form(std::string_view piece) {
  // No more than can be told apart: bytes of a word above its limit are not looked at.
  if (piece.size() > 4 * kMostWordBytes) {
    std::size_t end = 4 * kMostWordBytes;
    while ((static_cast<unsigned char>(piece[end]) & 0xC0) == 0x80) --end;
    piece = piece.substr(0, end);
  }
  const bool is_ascii =
      std::ranges::none_of(piece, [](char one) { return static_cast<unsigned char>(one) >= 0x80; });
  if (is_ascii) {
    std::string out(piece.substr(0, kMostWordBytes));
    for (char& one : out) {
      if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
    }
    return out;
  }
  static const UNormalizer2* const kFold = normalizer(&unorm2_getNFKCCasefoldInstance);
  static const UNormalizer2* const kDecompose = normalizer(&unorm2_getNFDInstance);
  return to_normal(normalize(kDecompose, normalize(kFold, to_utf16(piece))));
}

class WordFinder {
 public:
  WordFinder(std::string_view text, WordUse use, std::size_t most)
      : text_(text), use_(use), most_(most) {}

  std::vector<Word> find() {
    std::size_t at = 0;
    while (at < text_.size() && words_.size() < most_) {
      const std::size_t length = utf8_length(text_.substr(at));
      const Kind kind = length == 0 ? Kind::other : kind_of(utf8_code_point(text_.substr(at)));
      take(at, std::max<std::size_t>(length, 1), kind);
      at += std::max<std::size_t>(length, 1);
    }
    end_word();
    end_run();
    if (words_.size() > most_) words_.resize(most_);
    return std::move(words_);
  }

 private:
  void take(std::size_t at, std::size_t length, Kind kind) {
    if (kind == Kind::invisible) return;
    if (kind != Kind::letter) end_word();
    if (kind != Kind::joined) end_run();
    switch (kind) {
      case Kind::letter:
        if (word_begin_ == kNone) word_begin_ = at;
        word_end_ = at + length;
        break;
      case Kind::joined:
        take_joined(at, length);
        break;
      case Kind::symbol:
        add(at, at + length);
        break;
      case Kind::other:
      case Kind::invisible:
        break;
    }
  }

  void take_joined(std::size_t at, std::size_t length) {
    if (use_ == WordUse::text) add(at, at + length);
    if (last_joined_ != kNone) add(last_joined_, at + length);
    is_pair_ = last_joined_ != kNone;
    last_joined_ = at;
    run_end_ = at + length;
  }

  void end_word() {
    if (word_begin_ != kNone) add(word_begin_, word_end_);
    word_begin_ = kNone;
  }

  // A term of one such character has no pair to be known by.
  void end_run() {
    if (use_ == WordUse::term && last_joined_ != kNone && !is_pair_) add(last_joined_, run_end_);
    last_joined_ = kNone;
    is_pair_ = false;
  }

  void add(std::size_t begin, std::size_t end) {
    const std::string_view surface = text_.substr(begin, end - begin);
    std::string normal = normal_form(surface);
    if (!normal.empty()) words_.push_back({.normal = std::move(normal), .surface = surface});
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::string_view text_;
  WordUse use_;
  std::size_t most_;
  std::vector<Word> words_;
  std::size_t word_begin_ = kNone;
  std::size_t word_end_ = 0;
  std::size_t last_joined_ = kNone;
  std::size_t run_end_ = 0;
  bool is_pair_ = false;
};

}  // namespace

std::vector<Word> find_words(std::string_view text, WordUse use, std::size_t most) {
  return WordFinder(text, use, most).find();
}

std::string word_rules() {
  constexpr std::string_view kOurs = "1";  // count it up when what is above finds other words
  UVersionInfo version{};
  u_getUnicodeVersion(version);
  std::array<char, U_MAX_VERSION_STRING_LENGTH> text{};
  u_versionToString(version, text.data());
  return std::string(kOurs) + " unicode " + text.data();
}

}  // namespace chancery::base
