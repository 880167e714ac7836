// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/response_parser.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace chancery::bench {

namespace {

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<Response> ResponseParser::feed(std::string_view bytes) {
  buffer_.append(bytes);
  if (!has_head_ && !parse_head()) return std::nullopt;
  if (!take_body()) return std::nullopt;
  buffer_.erase(0, at_);
  at_ = 0;
  has_head_ = false;
  return std::exchange(response_, Response{});
}

bool ResponseParser::parse_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head = std::string_view(buffer_).substr(0, end);
  const auto status = head.size() > 12 ? base::parse_number<int>(head.substr(9, 3)) : std::nullopt;
  if (!head.starts_with("HTTP/1.") || !status) throw std::runtime_error("the answer is not HTTP");
  response_.status = *status;
  is_chunked_ = false;
  must_close_ = false;
  length_ = 0;
  for (auto from = head.find("\r\n"); from != std::string_view::npos;) {
    const auto next = head.find("\r\n", from + 2);
    parse_header(head.substr(from + 2, next == std::string_view::npos ? next : next - from - 2));
    from = next;
  }
  at_ = end + 4;
  has_head_ = true;
  return true;
}

void ResponseParser::parse_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) throw std::runtime_error("a header without a colon");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equal_ignoring_case(name, "content-length")) {
    const auto length = base::parse_number<std::size_t>(value);
    if (!length) throw std::runtime_error("a content length that is no number");
    length_ = *length;
  } else if (equal_ignoring_case(name, "transfer-encoding")) {
    is_chunked_ = equal_ignoring_case(value, "chunked");
  } else if (equal_ignoring_case(name, "connection")) {
    must_close_ = equal_ignoring_case(value, "close");
  }
}

bool ResponseParser::take_body() {
  if (is_chunked_) return take_chunks();
  if (buffer_.size() - at_ < length_) return false;
  response_.body.assign(buffer_, at_, length_);
  at_ += length_;
  return true;
}

bool ResponseParser::take_chunks() {
  for (;;) {
    const auto line_end = buffer_.find("\r\n", at_);
    if (line_end == std::string::npos) return false;
    std::size_t size = 0;
    const auto [stop, error] =
        std::from_chars(buffer_.data() + at_, buffer_.data() + line_end, size, 16);
    if (error != std::errc{} || stop == buffer_.data() + at_) {
      throw std::runtime_error("a chunk without a size");
    }
    if (buffer_.size() < line_end + 2 + size + 2) return false;
    response_.body.append(buffer_, line_end + 2, size);
    at_ = line_end + 2 + size + 2;
    if (size == 0) return true;
  }
}

}  // namespace chancery::bench
