// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/utf8.hpp"

#include <charconv>
#include <cstring>

namespace chancery::base {
namespace {

// Boost.JSON's containers hold at most 2^31 bytes or elements; no caller reads that much.
constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;

[[nodiscard]] bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// True if none of the eight bytes ends a run of plain ASCII in a string: no quote, backslash,
// control character or byte of a longer sequence. Subtracting borrows into the high bit of
// exactly those bytes that are smaller, as long as no byte has it set already.
[[nodiscard]] bool is_plain_run(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHighBits = kOnes * 0x80;
  std::uint64_t eight = 0;
  std::memcpy(&eight, at, sizeof eight);
  const std::uint64_t controls = eight - kOnes * 0x20;
  const std::uint64_t quotes = (eight ^ (kOnes * '"')) - kOnes;
  const std::uint64_t backslashes = (eight ^ (kOnes * '\\')) - kOnes;
  return ((eight | controls | quotes | backslashes) & kHighBits) == 0;
}

// One pass over the text, building in place. It recurses once a level, and kMaxJsonDepth bounds
// the levels. Every read_ function leaves reason_ set when it returns false.
class Reader {
 public:
  Reader(std::string_view text, JsonRules rules)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), rules_(rules) {}

  [[nodiscard]] bool read_document(Json& out) {
    if (static_cast<std::size_t>(end_ - begin_) > kMaxTextBytes) return fail("text too long");
    if (std::string_view(begin_, end_).starts_with("\xEF\xBB\xBF")) return fail("byte order mark");
    skip_space();
    if (!read_value(out, kMaxJsonDepth)) return false;
    skip_space();
    if (at_ != end_) return fail("text after the value");
    return true;
  }

  [[nodiscard]] JsonError error() const {
    return JsonError{.reason = reason_, .offset = static_cast<std::size_t>(at_ - begin_)};
  }

 private:
  bool fail(const char* reason) {
    reason_ = reason;
    return false;
  }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  [[nodiscard]] bool take(char expected) {
    if (at_ == end_ || *at_ != expected) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] bool read_value(Json& out, std::size_t levels_left) {
    if (at_ == end_) return fail("text ends early");
    switch (*at_) {
      case '{':
        if (levels_left == 0) return fail("nested too deeply");
        return read_object(out.emplace_object(), levels_left - 1);
      case '[':
        if (levels_left == 0) return fail("nested too deeply");
        return read_array(out.emplace_array(), levels_left - 1);
      case '"': {
        std::string_view text;
        if (!read_string(text)) return false;
        out.emplace_string().assign(text.data(), text.size());
        return true;
      }
      case 't':
        out = true;
        return read_word("true");
      case 'f':
        out = false;
        return read_word("false");
      case 'n':
        return read_word("null");
      default:
        return read_number(out);
    }
  }

  [[nodiscard]] bool read_word(std::string_view word) {
    if (!std::string_view(at_, end_).starts_with(word)) return fail("unknown word");
    at_ += word.size();
    return true;
  }

  [[nodiscard]] bool read_object(JsonObject& object, std::size_t levels_left) {
    ++at_;
    skip_space();
    if (take('}')) return true;
    for (;;) {
      std::string_view key;
      if (at_ == end_ || *at_ != '"') return fail("expected a member name");
      const char* key_began = at_;
      if (!read_string(key)) return false;
      const auto [member, is_new] = object.emplace(key, nullptr);
      if (!is_new) {
        at_ = key_began;
        return fail("duplicate key");
      }
      skip_space();
      if (!take(':')) return fail("expected ':'");
      skip_space();
      if (!read_value(member->value(), levels_left)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return fail("expected ',' or '}'");
      skip_space();
    }
  }

  [[nodiscard]] bool read_array(JsonArray& array, std::size_t levels_left) {
    ++at_;
    skip_space();
    if (take(']')) return true;
    for (;;) {
      if (!read_value(array.emplace_back(nullptr), levels_left)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("expected ',' or ']'");
      skip_space();
    }
  }

  // `out` is valid until the next string is read: it lies in the text, or in scratch_ if the
  // string has escapes.
  [[nodiscard]] bool read_string(std::string_view& out) {
    const char* copied = ++at_;
    bool has_escapes = false;
    for (;;) {
      while (end_ - at_ >= 8 && is_plain_run(at_)) at_ += 8;
      if (at_ == end_) return fail("string without end");
      const auto byte = static_cast<unsigned char>(*at_);
      if (byte == '"') break;
      if (byte == '\\') {
        if (!has_escapes) scratch_.clear();
        has_escapes = true;
        scratch_.append(copied, at_);
        if (!read_escape()) return false;
        copied = at_;
      } else if (byte < 0x20) {
        return fail("control character in a string");
      } else if (byte < 0x80) {
        ++at_;
      } else {
        const std::size_t length = utf8_length({at_, end_});
        if (length == 0) return fail("not UTF-8");
        at_ += length;
      }
    }
    if (has_escapes) {
      scratch_.append(copied, at_);
      out = scratch_;
    } else {
      out = {copied, at_};
    }
    ++at_;
    return true;
  }

  [[nodiscard]] bool read_escape() {
    ++at_;
    if (at_ == end_) return fail("string without end");
    switch (*at_++) {
      case '"':
        scratch_ += '"';
        return true;
      case '\\':
        scratch_ += '\\';
        return true;
      case '/':
        scratch_ += '/';
        return true;
      case 'b':
        scratch_ += '\b';
        return true;
      case 'f':
        scratch_ += '\f';
        return true;
      case 'n':
        scratch_ += '\n';
        return true;
      case 'r':
        scratch_ += '\r';
        return true;
      case 't':
        scratch_ += '\t';
        return true;
      case 'u':
        return read_unicode_escape();
      default:
        --at_;
        return fail("unknown escape");
    }
  }

  [[nodiscard]] bool read_unicode_escape() {
    char32_t unit = 0;
    if (!read_four_digits(unit)) return false;
    if (unit >= 0xDC00 && unit < 0xE000) return fail("lone surrogate");
    if (unit >= 0xD800 && unit < 0xDC00) {
      char32_t low = 0;
      if (!std::string_view(at_, end_).starts_with("\\u")) return fail("lone surrogate");
      at_ += 2;
      if (!read_four_digits(low)) return false;
      if (low < 0xDC00 || low >= 0xE000) return fail("lone surrogate");
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(scratch_, unit);
    return true;
  }

  [[nodiscard]] bool read_four_digits(char32_t& unit) {
    if (end_ - at_ < 4) return fail("string without end");
    std::uint32_t value = 0;
    const auto [stopped, error] = std::from_chars(at_, at_ + 4, value, 16);
    if (error != std::errc{} || stopped != at_ + 4) return fail("not four hexadecimal digits");
    unit = value;
    at_ += 4;
    return true;
  }

  void skip_digits() {
    while (at_ != end_ && is_digit(*at_)) ++at_;
  }

  // Splits the number's text by the grammar, then hands the parts on.
  [[nodiscard]] bool read_number(Json& out) {
    NumberText number;
    const char* number_began = at_;
    number.is_negative = take('-');
    const char* part = at_;
    skip_digits();
    number.whole = {part, at_};
    if (number.whole.empty()) return fail("expected a value");
    if (number.whole.size() > 1 && number.whole.front() == '0') return fail("leading zero");
    if (take('.')) {
      part = at_;
      skip_digits();
      number.fraction = {part, at_};
      if (number.fraction.empty()) return fail("expected a digit");
      number.is_integer = false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) number.is_exponent_negative = *at_++ == '-';
      part = at_;
      skip_digits();
      number.exponent = {part, at_};
      if (number.exponent.empty()) return fail("expected a digit");
      number.is_integer = false;
    }
    number.all = {number_began, at_};
    const bool is_read =
        rules_ == JsonRules::plain ? store_plain(out, number) : store_canonical(out, number);
    if (!is_read) at_ = number_began;
    return is_read;
  }

  struct NumberText {
    std::string_view all;
    std::string_view whole;
    std::string_view fraction;
    std::string_view exponent;
    bool is_negative = false;
    bool is_exponent_negative = false;
    bool is_integer = true;
  };

  template <typename Number>
  [[nodiscard]] static bool convert(std::string_view text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end;
  }

  [[nodiscard]] bool store_plain(Json& out, const NumberText& number) {
    if (number.is_integer) {
      std::int64_t integer = 0;
      if (convert(number.all, integer)) {
        out = integer;
        return true;
      }
      std::uint64_t large = 0;
      if (!number.is_negative && convert(number.all, large)) {
        out = large;
        return true;
      }
    }
    double real = 0;
    if (!convert(number.all, real)) return fail("number out of range");
    out = real;
    return true;
  }

  // Works on the digits, not on a double: 9007199254740991.4 would round to an integer.
  [[nodiscard]] bool store_canonical(Json& out, const NumberText& number) {
    if (rules_ == JsonRules::exact) {
      if (!number.is_integer) return fail("number with fraction or exponent");
      if (number.all == "-0") return fail("negative zero");
    }
    std::string_view fraction = number.fraction;
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    const bool is_zero = number.whole == "0" && fraction.empty();
    std::int64_t integer = 0;
    if (!is_zero) {
      // Beyond four digits the exponent alone decides, whatever it is exactly.
      int exponent = 9999;
      std::string_view digits = number.exponent;
      while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
      if (digits.empty()) exponent = 0;
      if (!digits.empty() && digits.size() <= 4) (void)convert(digits, exponent);
      if (number.is_exponent_negative) exponent = -exponent;
      if (!scale(number.whole, fraction, exponent, integer)) return false;
    }
    out = number.is_negative ? -integer : integer;
    return true;
  }

  [[nodiscard]] bool scale(std::string_view whole, std::string_view fraction, int exponent,
                           std::int64_t& integer) {
    constexpr std::size_t kMostDigits = 16;  // of 2^53 - 1
    if (whole.size() > 10'000 || fraction.size() > 10'000) return fail("number too long");
    std::string digits(whole == "0" ? std::string_view() : whole);
    digits += fraction;
    exponent -= static_cast<int>(fraction.size());
    while (exponent < 0 && digits.ends_with('0')) {
      digits.pop_back();
      ++exponent;
    }
    if (exponent < 0) return fail("fraction where an integer must stand");
    digits.erase(0, digits.find_first_not_of('0'));
    if (digits.size() + static_cast<std::size_t>(exponent) > kMostDigits) {
      return fail("number out of range");
    }
    digits.append(static_cast<std::size_t>(exponent), '0');
    if (!convert<std::int64_t>(digits, integer) || integer > kMaxCanonicalInteger) {
      return fail("number out of range");
    }
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  JsonRules rules_;
  const char* reason_ = "";
  std::string scratch_;
};

}  // namespace

std::expected<Json, JsonError> parse_json(std::string_view text, JsonRules rules,
                                          boost::json::storage_ptr memory) {
  Reader reader(text, rules);
  std::expected<Json, JsonError> value(std::in_place, std::move(memory));
  if (!reader.read_document(*value)) return std::unexpected(reader.error());
  return value;
}

}  // namespace chancery::base
