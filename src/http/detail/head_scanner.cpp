// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/head_scanner.hpp"

#include "http/detail/ascii.hpp"

#include <algorithm>

namespace chancery::http::detail {
namespace {

constexpr std::size_t kLongestMethod = 32;

// Looks at all of it, as is_field_value does.
bool is_target(std::string_view text) {
  bool is_good = !text.empty();
  for (const char each : text) is_good &= each > 0x20 && each < 0x7f && each != '#';
  return is_good;
}

Refusal check_version(std::string_view version) {
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return {};
  const bool is_other = version.size() == 8 && version.starts_with("HTTP/") &&
                        is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  return is_other ? Refusal{505, "HTTP version not supported"} : Refusal{400, "bad HTTP version"};
}

Refusal check_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
  if (second == line.npos) return {400, "bad request line"};
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  if (!is_token(method) || method.size() > kLongestMethod) return {400, "bad method"};
  if (const Refusal refusal = check_version(line.substr(second + 1)); refusal.status != 0) {
    return refusal;
  }
  return is_target(target) ? Refusal{} : Refusal{400, "bad request target"};
}

}  // namespace

Refusal check_field_line(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return {400, "folded header field"};
  std::size_t colon = 0;
  while (colon < line.size() && is_token_character(line[colon])) ++colon;
  if (colon == line.size()) return {400, "header field without colon"};
  if (line[colon] != ':' || colon == 0) return {400, "bad header field name"};
  if (!is_field_value(line.substr(colon + 1))) return {400, "bad header field value"};
  return {};
}

HeadScanner::Result HeadScanner::refuse(unsigned status, std::string_view reason) {
  refusal_ = {status, reason};
  return Result::refused;
}

HeadScanner::Result HeadScanner::wait(std::string_view bytes) {
  scanned_ = bytes.size();
  // What speaks another protocol (TLS to a plain port) must not wait for its timeout.
  if (lines_ == 0 && line_ < bytes.size() && !is_token_character(bytes[line_]) &&
      bytes[line_] != '\r') {
    return refuse(400, "bad request line");
  }
  return Result::need_more;
}

Refusal HeadScanner::check_line(std::string_view line) {
  ++lines_;
  if (lines_ == 1) return check_request_line(line);
  if (lines_ - 1 > limits_.fields) return {431, "too many header fields"};
  return check_field_line(line);
}

HeadScanner::Result HeadScanner::scan(std::string_view bytes) {
  while (true) {
    const std::size_t feed = bytes.find('\n', scanned_);
    const bool is_too_long = std::min(feed, bytes.size()) >= limits_.bytes;
    if (is_too_long) {
      return lines_ == 0 ? refuse(414, "request target too long")
                         : refuse(431, "request header fields too large");
    }
    if (feed == bytes.npos) return wait(bytes);
    if (feed == line_ || bytes[feed - 1] != '\r') return refuse(400, "line feed without return");

    const std::string_view line = bytes.substr(line_, feed - 1 - line_);
    const bool is_leading = line_ == 0;
    line_ = scanned_ = feed + 1;
    if (line.empty()) {
      if (lines_ > 0) return Result::complete;
      // RFC 9112, 2.2: one empty line before a request is ignored.
      if (!is_leading) return refuse(400, "bad request line");
      begin_ = line_;
      continue;
    }
    if (const Refusal refusal = check_line(line); refusal.status != 0) {
      return refuse(refusal.status, refusal.reason);
    }
  }
}

}  // namespace chancery::http::detail
