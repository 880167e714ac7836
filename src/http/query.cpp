// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "http/detail/percent.hpp"
#include "http/message.hpp"

#include <array>
#include <cstdint>

namespace chancery::http {
namespace {

constexpr std::array<bool, 256> make_plain_table() {
  std::array<bool, 256> table{};
  table.fill(true);
  for (const char each : {'&', '=', '+', '%'}) table.at(static_cast<unsigned char>(each)) = false;
  return table;
}
constexpr std::array<bool, 256> kPlain = make_plain_table();

enum class Equals : std::uint8_t { ends, stays };

// Decodes what stands before the next '&', or '=' where that ends it, to `to`, and takes it from
// the front of `text`. One past what was decoded; null when an escape is malformed.
char* decode_part(std::string_view& text, Equals equals, char* to) {
  while (!text.empty()) {
    char each = text.front();
    if (!kPlain[static_cast<unsigned char>(each)]) {
      if (each == '&' || (each == '=' && equals == Equals::ends)) break;
      if (each == '+') each = ' ';
      if (each == '%') {
        const int decoded = detail::decode_escape(text);
        if (decoded <= 0) return nullptr;
        each = static_cast<char>(decoded);
        text.remove_prefix(2);
      }
    }
    *to++ = each;
    text.remove_prefix(1);
  }
  return to;
}

// Takes `mark` from the front of `text`, if it is there.
bool take(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

bool is_utf8(const char* begin, const char* end) {
  return base::is_utf8({begin, static_cast<std::size_t>(end - begin)});
}

// Decodes all of `text` to `to`, which has room for as much, and notes what there is. The length of
// what was decoded; absent when an escape is malformed, or a name or a value is no UTF-8.
std::optional<std::size_t> decode_form(std::string_view text, char* const to, NamedValues& found) {
  char* end = to;
  while (!text.empty()) {
    if (take(text, '&')) continue;
    char* const name = end;
    char* const value = decode_part(text, Equals::ends, name);
    if (value == nullptr) return std::nullopt;
    end = take(text, '=') ? decode_part(text, Equals::stays, value) : value;
    if (end == nullptr || !is_utf8(name, value) || !is_utf8(value, end)) return std::nullopt;
    found.note(static_cast<std::size_t>(name - to), static_cast<std::size_t>(value - to),
               static_cast<std::size_t>(end - to));
    take(text, '&');
  }
  return static_cast<std::size_t>(end - to);
}

}  // namespace

std::optional<Query> Query::parse(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  constexpr std::size_t kUsual = 6;
  query.parameters_.reserve(kUsual, text.size());
  bool is_good = true;
  query.parameters_.text().resize_and_overwrite(text.size(), [&](char* to, std::size_t /*room*/) {
    const auto length = decode_form(text, to, query.parameters_);
    is_good = length.has_value();
    return length.value_or(0);
  });
  if (!is_good) return std::nullopt;
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [each, value] : parameters()) {
    if (each == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [each, value] : parameters()) {
    if (each == name) values.push_back(value);
  }
  return values;
}

}  // namespace chancery::http
