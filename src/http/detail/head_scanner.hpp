// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The head scanner: finds the end of a request's head and refuses what could be read in two ways.
//
// It checks characters and lines as they arrive; what the fields mean is request_head's matter.
// A lone line feed, folded lines, spaces before a colon, control characters, a wrong version:
// whoever stands before us may read such a head otherwise than we do (request smuggling).
//
// Spec: RFC 9112, 2.2, 3, 5.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chancery::http::detail {

// Why a request is answered without its handler being asked.
struct Refusal {
  unsigned status = 0;
  std::string_view reason;
};

struct HeadLimits {
  std::size_t bytes;
  std::size_t fields;
};

class HeadScanner {
 public:
  enum class Result : std::uint8_t { need_more, complete, refused };

  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  // `bytes` begin where the request does, also when called again with more of them.
  Result scan(std::string_view bytes);
  // For a complete head: where it begins (after an empty line) and ends.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return line_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  Result refuse(unsigned status, std::string_view reason);
  Result wait(std::string_view bytes);
  // Null status: the line is good.
  Refusal check_line(std::string_view line);

  HeadLimits limits_;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;     // where the current line begins
  std::size_t scanned_ = 0;  // no line feed before this
  std::size_t lines_ = 0;
  Refusal refusal_;
};

// Null status: good. Also used for responses and trailers.
[[nodiscard]] Refusal check_field_line(std::string_view line);

}  // namespace chancery::http::detail
