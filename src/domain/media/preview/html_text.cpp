// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/html_text.hpp"

#include "base/utf8.hpp"
#include "domain/media/preview/html_tokens.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace chancery::media {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr std::size_t kSniffed = 1024;
constexpr std::size_t kLongestEntity = 32;

// The upper halves of encodings with a byte for each character.
constexpr std::array<char16_t, 128> kWindows1252{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178, 0x00a0, 0x00a1, 0x00a2, 0x00a3,
    0x00a4, 0x00a5, 0x00a6, 0x00a7, 0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af,
    0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb,
    0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7,
    0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3,
    0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df,
    0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb,
    0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
    0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff};
constexpr std::array<char16_t, 128> kWindows1251{
    0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021, 0x20ac, 0x2030, 0x0409, 0x2039,
    0x040a, 0x040c, 0x040b, 0x040f, 0x0452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0xfffd, 0x2122, 0x0459, 0x203a, 0x045a, 0x045c, 0x045b, 0x045f, 0x00a0, 0x040e, 0x045e, 0x0408,
    0x00a4, 0x0490, 0x00a6, 0x00a7, 0x0401, 0x00a9, 0x0404, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x0407,
    0x00b0, 0x00b1, 0x0406, 0x0456, 0x0491, 0x00b5, 0x00b6, 0x00b7, 0x0451, 0x2116, 0x0454, 0x00bb,
    0x0458, 0x0405, 0x0455, 0x0457, 0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417,
    0x0418, 0x0419, 0x041a, 0x041b, 0x041c, 0x041d, 0x041e, 0x041f, 0x0420, 0x0421, 0x0422, 0x0423,
    0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042a, 0x042b, 0x042c, 0x042d, 0x042e, 0x042f,
    0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437, 0x0438, 0x0439, 0x043a, 0x043b,
    0x043c, 0x043d, 0x043e, 0x043f, 0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447,
    0x0448, 0x0449, 0x044a, 0x044b, 0x044c, 0x044d, 0x044e, 0x044f};
constexpr std::array<char16_t, 128> kLatin9{
    0x0080, 0x0081, 0x0082, 0x0083, 0x0084, 0x0085, 0x0086, 0x0087, 0x0088, 0x0089, 0x008a, 0x008b,
    0x008c, 0x008d, 0x008e, 0x008f, 0x0090, 0x0091, 0x0092, 0x0093, 0x0094, 0x0095, 0x0096, 0x0097,
    0x0098, 0x0099, 0x009a, 0x009b, 0x009c, 0x009d, 0x009e, 0x009f, 0x00a0, 0x00a1, 0x00a2, 0x00a3,
    0x20ac, 0x00a5, 0x0160, 0x00a7, 0x0161, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af,
    0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x017d, 0x00b5, 0x00b6, 0x00b7, 0x017e, 0x00b9, 0x00ba, 0x00bb,
    0x0152, 0x0153, 0x0178, 0x00bf, 0x00c0, 0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7,
    0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3,
    0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df,
    0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb,
    0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7,
    0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff};

struct Entity {
  std::string_view name;
  char16_t character;
};
// By name.
constexpr std::array<Entity, 154> kEntities{
    {{"AElig", 0x00c6},  {"Aacute", 0x00c1}, {"Acirc", 0x00c2},  {"Agrave", 0x00c0},
     {"Aring", 0x00c5},  {"Atilde", 0x00c3}, {"Auml", 0x00c4},   {"Ccedil", 0x00c7},
     {"Dagger", 0x2021}, {"ETH", 0x00d0},    {"Eacute", 0x00c9}, {"Ecirc", 0x00ca},
     {"Egrave", 0x00c8}, {"Euml", 0x00cb},   {"Iacute", 0x00cd}, {"Icirc", 0x00ce},
     {"Igrave", 0x00cc}, {"Iuml", 0x00cf},   {"Ntilde", 0x00d1}, {"OElig", 0x0152},
     {"Oacute", 0x00d3}, {"Ocirc", 0x00d4},  {"Ograve", 0x00d2}, {"Omega", 0x03a9},
     {"Oslash", 0x00d8}, {"Otilde", 0x00d5}, {"Ouml", 0x00d6},   {"Prime", 0x2033},
     {"Scaron", 0x0160}, {"THORN", 0x00de},  {"Uacute", 0x00da}, {"Ucirc", 0x00db},
     {"Ugrave", 0x00d9}, {"Uuml", 0x00dc},   {"Yacute", 0x00dd}, {"Yuml", 0x0178},
     {"aacute", 0x00e1}, {"acirc", 0x00e2},  {"acute", 0x00b4},  {"aelig", 0x00e6},
     {"agrave", 0x00e0}, {"alpha", 0x03b1},  {"amp", 0x0026},    {"apos", 0x0027},
     {"aring", 0x00e5},  {"atilde", 0x00e3}, {"auml", 0x00e4},   {"bdquo", 0x201e},
     {"beta", 0x03b2},   {"brvbar", 0x00a6}, {"bull", 0x2022},   {"ccedil", 0x00e7},
     {"cedil", 0x00b8},  {"cent", 0x00a2},   {"check", 0x2713},  {"circ", 0x02c6},
     {"copy", 0x00a9},   {"curren", 0x00a4}, {"dagger", 0x2020}, {"darr", 0x2193},
     {"deg", 0x00b0},    {"delta", 0x03b4},  {"divide", 0x00f7}, {"eacute", 0x00e9},
     {"ecirc", 0x00ea},  {"egrave", 0x00e8}, {"emsp", 0x2003},   {"ensp", 0x2002},
     {"eth", 0x00f0},    {"euml", 0x00eb},   {"euro", 0x20ac},   {"frac12", 0x00bd},
     {"frac14", 0x00bc}, {"frac34", 0x00be}, {"gamma", 0x03b3},  {"ge", 0x2265},
     {"gt", 0x003e},     {"hearts", 0x2665}, {"hellip", 0x2026}, {"iacute", 0x00ed},
     {"icirc", 0x00ee},  {"iexcl", 0x00a1},  {"igrave", 0x00ec}, {"infin", 0x221e},
     {"iquest", 0x00bf}, {"iuml", 0x00ef},   {"lambda", 0x03bb}, {"laquo", 0x00ab},
     {"larr", 0x2190},   {"ldquo", 0x201c},  {"le", 0x2264},     {"lsaquo", 0x2039},
     {"lsquo", 0x2018},  {"lt", 0x003c},     {"macr", 0x00af},   {"mdash", 0x2014},
     {"micro", 0x00b5},  {"middot", 0x00b7}, {"minus", 0x2212},  {"mu", 0x03bc},
     {"nbsp", 0x00a0},   {"ndash", 0x2013},  {"ne", 0x2260},     {"not", 0x00ac},
     {"ntilde", 0x00f1}, {"oacute", 0x00f3}, {"ocirc", 0x00f4},  {"oelig", 0x0153},
     {"ograve", 0x00f2}, {"omega", 0x03c9},  {"ordf", 0x00aa},   {"ordm", 0x00ba},
     {"oslash", 0x00f8}, {"otilde", 0x00f5}, {"ouml", 0x00f6},   {"para", 0x00b6},
     {"permil", 0x2030}, {"pi", 0x03c0},     {"plusmn", 0x00b1}, {"pound", 0x00a3},
     {"prime", 0x2032},  {"quot", 0x0022},   {"raquo", 0x00bb},  {"rarr", 0x2192},
     {"rdquo", 0x201d},  {"reg", 0x00ae},    {"rsaquo", 0x203a}, {"rsquo", 0x2019},
     {"sbquo", 0x201a},  {"scaron", 0x0161}, {"sect", 0x00a7},   {"shy", 0x00ad},
     {"sigma", 0x03c3},  {"star", 0x2606},   {"sup1", 0x00b9},   {"sup2", 0x00b2},
     {"sup3", 0x00b3},   {"szlig", 0x00df},  {"thinsp", 0x2009}, {"thorn", 0x00fe},
     {"tilde", 0x02dc},  {"times", 0x00d7},  {"trade", 0x2122},  {"uacute", 0x00fa},
     {"uarr", 0x2191},   {"ucirc", 0x00fb},  {"ugrave", 0x00f9}, {"uml", 0x00a8},
     {"uuml", 0x00fc},   {"yacute", 0x00fd}, {"yen", 0x00a5},    {"yuml", 0x00ff},
     {"zwj", 0x200d},    {"zwnj", 0x200c}}};

enum class Encoding : std::uint8_t {
  utf8,
  utf16_little,
  utf16_big,
  windows1252,
  windows1251,
  latin9
};

void append_character(std::string& out, char32_t character) {
  const bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
  if (character == 0 || character > 0x10ffff || is_surrogate) character = kReplacement;
  const auto continuation = [character](unsigned shift) {
    return static_cast<char>(0x80 | (character >> shift & 0x3f));
  };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xc0 | character >> 6U);
    out += continuation(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xe0 | character >> 12U);
    (out += continuation(6)) += continuation(0);
  } else {
    out += static_cast<char>(0xf0 | character >> 18U);
    ((out += continuation(12)) += continuation(6)) += continuation(0);
  }
}

std::string decode_utf8(std::string_view bytes) {
  if (base::is_utf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = base::utf8_length(bytes);
    if (length == 0) {
      append_character(out, kReplacement);
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string decode_utf16(std::string_view bytes, Encoding order) {
  const auto unit_at = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(order == Encoding::utf16_big ? first << 8U | second
                                                              : second << 8U | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t character = unit_at(at);
    const bool is_high = character >= 0xd800 && character < 0xdc00;
    if (is_high && at + 3 < bytes.size()) {
      const char32_t low = unit_at(at + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        character = 0x10000 + ((character - 0xd800) << 10U) + (low - 0xdc00);
        at += 2;
      }
    }
    append_character(out, character);
  }
  return out;
}

std::string decode_single_bytes(std::string_view bytes, const std::array<char16_t, 128>& upper) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 4);
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    append_character(out, byte < 0x80 ? byte : upper.at(byte - 0x80U));
  }
  return out;
}

std::optional<Encoding> find_encoding(std::string_view label) {
  struct Label {
    std::string_view name;
    Encoding encoding;
  };
  constexpr std::array kLabels{Label{"utf-8", Encoding::utf8},
                               Label{"utf8", Encoding::utf8},
                               Label{"utf-16", Encoding::utf16_little},
                               Label{"utf-16le", Encoding::utf16_little},
                               Label{"utf-16be", Encoding::utf16_big},
                               Label{"windows-1252", Encoding::windows1252},
                               Label{"cp1252", Encoding::windows1252},
                               Label{"iso-8859-1", Encoding::windows1252},
                               Label{"iso8859-1", Encoding::windows1252},
                               Label{"latin1", Encoding::windows1252},
                               Label{"us-ascii", Encoding::windows1252},
                               Label{"ascii", Encoding::windows1252},
                               Label{"windows-1251", Encoding::windows1251},
                               Label{"cp1251", Encoding::windows1251},
                               Label{"iso-8859-15", Encoding::latin9},
                               Label{"latin-9", Encoding::latin9}};
  for (const Label& each : kLabels) {
    if (equal_in_html(each.name, label)) return each.encoding;
  }
  return std::nullopt;
}

// What follows "charset=" in a Content-Type.
std::string_view charset_in(std::string_view content_type) {
  constexpr std::string_view kName = "charset";
  for (std::size_t at = 0; at + kName.size() < content_type.size(); ++at) {
    if (!equal_in_html(content_type.substr(at, kName.size()), kName)) continue;
    std::size_t begin = content_type.find_first_not_of(" \t", at + kName.size());
    if (begin == content_type.npos || content_type[begin] != '=') continue;
    begin = content_type.find_first_not_of(" \t\"'", begin + 1);
    if (begin == content_type.npos) return {};
    const std::size_t end = content_type.find_first_of(" \t\"';", begin);
    return content_type.substr(begin, end - begin);
  }
  return {};
}

// What the page says of itself; "utf-16" there is a lie, since it could be read.
std::optional<Encoding> sniff_encoding(std::string_view bytes) {
  HtmlTokens tokens(bytes.substr(0, kSniffed));
  HtmlToken token;
  while (tokens.next(token)) {
    if (!token.starts("meta")) continue;
    std::string_view label = token.attribute("charset");
    if (label.empty() && equal_in_html(token.attribute("http-equiv"), "content-type")) {
      label = charset_in(token.attribute("content"));
    }
    const auto encoding = find_encoding(label);
    if (encoding == Encoding::utf16_little || encoding == Encoding::utf16_big) {
      return Encoding::utf8;
    }
    if (encoding) return encoding;
  }
  return std::nullopt;
}

std::string decode(std::string_view bytes, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf16_little:
    case Encoding::utf16_big:
      return decode_utf16(bytes, encoding);
    case Encoding::windows1252:
      return decode_single_bytes(bytes, kWindows1252);
    case Encoding::windows1251:
      return decode_single_bytes(bytes, kWindows1251);
    case Encoding::latin9:
      return decode_single_bytes(bytes, kLatin9);
    case Encoding::utf8:
      break;
  }
  return decode_utf8(bytes);
}

// "#38" or "#x26"; absent when it is no number.
std::optional<char32_t> read_number(std::string_view text) {
  text.remove_prefix(1);
  const bool is_hex = text.starts_with('x') || text.starts_with('X');
  if (is_hex) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  char32_t number = 0;
  for (const char each : text) {
    const char lower = static_cast<char>(each | 0x20);
    char32_t digit = 0;
    if (each >= '0' && each <= '9') {
      digit = static_cast<char32_t>(each - '0');
    } else if (is_hex && lower >= 'a' && lower <= 'f') {
      digit = static_cast<char32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
    number = std::min<char32_t>(number * (is_hex ? 16 : 10) + digit, 0x110000);
  }
  // HTML: numbers of control characters were meant in windows-1252.
  if (number >= 0x80 && number < 0xa0) return kWindows1252.at(number - 0x80);
  return number;
}

std::optional<char32_t> find_entity(std::string_view name) {
  if (name.starts_with('#')) return read_number(name);
  const auto* const found = std::ranges::lower_bound(kEntities, name, {}, &Entity::name);
  if (found == kEntities.end() || found->name != name) return std::nullopt;
  return found->character;
}

// What a reader would not see, or what would turn what stands behind the text (UAX 9).
bool is_invisible(std::string_view character) {
  if (character.size() == 1)
    return character[0] == '\x7f' || static_cast<unsigned char>(character[0]) < 0x20;
  if (character.size() == 2) {
    return character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
  }
  constexpr std::array<std::string_view, 12> kTurning{
      "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab",
      "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6",
      "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf"};
  return std::ranges::find(kTurning, character) != kTurning.end();
}

bool is_blank(std::string_view character) {
  return character == " " || character == "\t" || character == "\n" || character == "\r" ||
         character == "\f" || character == "\xc2\xa0";
}

}  // namespace

std::string decode_page(std::string_view bytes, std::string_view content_type) {
  if (bytes.starts_with("\xef\xbb\xbf")) return decode(bytes.substr(3), Encoding::utf8);
  if (bytes.starts_with("\xff\xfe")) return decode(bytes.substr(2), Encoding::utf16_little);
  if (bytes.starts_with("\xfe\xff")) return decode(bytes.substr(2), Encoding::utf16_big);
  auto encoding = find_encoding(charset_in(content_type));
  if (!encoding) encoding = sniff_encoding(bytes);
  if (!encoding) encoding = base::is_utf8(bytes) ? Encoding::utf8 : Encoding::windows1252;
  return decode(bytes, *encoding);
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find('&'), text.size());
    out += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty()) break;
    const std::size_t end = text.substr(0, kLongestEntity).find(';');
    const auto character =
        end == text.npos || end < 2 ? std::nullopt : find_entity(text.substr(1, end - 1));
    if (character) {
      append_character(out, *character);
      text.remove_prefix(end + 1);
    } else {
      out += '&';
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string tidy_text(std::string_view text, std::size_t most) {
  constexpr std::string_view kEllipsis = "\xe2\x80\xa6";
  std::string out;
  bool is_gap = false;
  while (!text.empty()) {
    const std::size_t length = base::utf8_length(text);
    const std::string_view character = text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
    if (length == 0) continue;  // half a character: the text was cut before
    if (is_blank(character)) {
      is_gap = !out.empty();
      continue;
    }
    if (is_invisible(character)) continue;
    const std::size_t longer = out.size() + (is_gap ? 1 : 0) + character.size();
    if (longer + kEllipsis.size() > most) return out += kEllipsis;
    if (is_gap) out += ' ';
    out += character;
    is_gap = false;
  }
  return out;
}

}  // namespace chancery::media
