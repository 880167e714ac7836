// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/content_disposition.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace chancery::media_api {
namespace {

constexpr std::array<std::string_view, 26> kShown{
    "text/css",    "text/plain", "text/csv",    "application/json", "application/ld+json",
    "image/jpeg",  "image/gif",  "image/png",   "image/apng",       "image/webp",
    "image/avif",  "video/mp4",  "video/webm",  "video/ogg",        "video/quicktime",
    "audio/mp4",   "audio/webm", "audio/aac",   "audio/mpeg",       "audio/ogg",
    "audio/wave",  "audio/wav",  "audio/x-wav", "audio/x-pn-wav",   "audio/flac",
    "audio/x-flac"};

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// attr-char of RFC 8187.
bool needs_no_escape(char c) {
  return is_alphanumeric(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

// May stand between quotes as it is. '%' may not: some take %22 there for a
// quote.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%'; }

std::string escape(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (needs_no_escape(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xf];
  }
  return out;
}

// Without control characters; a name that is no UTF-8 is none.
std::string clean(std::string_view name) {
  if (!base::is_utf8(name)) return {};
  std::string out;
  for (const char c : name) {
    const bool is_control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    if (!is_control) out += c;
  }
  return out;
}

}  // namespace

bool may_be_shown(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  const auto is_it = [type](std::string_view shown) {
    return std::ranges::equal(type, shown, {}, to_lower);
  };
  return std::ranges::any_of(kShown, is_it);
}

std::string content_disposition(std::string_view content_type,
                                const std::optional<std::string>& file_name) {
  std::string field = may_be_shown(content_type) ? "inline" : "attachment";
  const std::string name = clean(file_name.value_or(""));
  if (name.empty()) return field;
  if (std::ranges::all_of(name, is_plain)) return field + "; filename=\"" + name + '"';
  return field + "; filename*=utf-8''" + escape(name);
}

}  // namespace chancery::media_api
