// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The head of a response as bytes, and how its body follows.
//
// Spec: RFC 9112, 6 and 7; RFC 9110, 6.6.1 (Date), 8.6 (Content-Length).

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::http::detail {

enum class BodyForm : std::uint8_t {
  none,     // no body: HEAD, 204, 304
  length,   // Content-Length
  chunked,  // Transfer-Encoding: chunked
  to_end,   // until the connection closes, for HTTP/1.0
};

enum class AfterResponse : std::uint8_t { keep_alive, close };

struct ResponsePlan {
  BodyForm form = BodyForm::none;
  std::optional<std::uint64_t> length;  // what Content-Length says, also to HEAD
  AfterResponse after = AfterResponse::keep_alive;
};

struct RequestShape {
  Method method = Method::get;
  bool is_http10 = false;
  AfterResponse after = AfterResponse::keep_alive;
};

[[nodiscard]] ResponsePlan plan_response(const Response& response, const RequestShape& request);

// Appends one field, unless it frames the message, which is ours to say, or its name is none.
// Control characters in its value become spaces.
void append_field(std::string& out, std::string_view name, std::string_view value);

// Appends status line and fields with the empty line. Room for so much of the body behind it is
// made at the same time.
void append_head(std::string& out, const Response& response, const ResponsePlan& plan,
                 std::string_view date, std::size_t room_for_body = 0);

}  // namespace chancery::http::detail
