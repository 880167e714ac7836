// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Heads of requests and responses, by Beast's parser, with our rules on what the fields may say.
//
// heads.cpp is the only file that knows Beast.
//
// Failure: a Refusal; never an exception, whatever the input.
// Spec:    RFC 9112, 3 (targets), 6 (framing).

#include "http/detail/head_scanner.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::http::detail {

// How the body of a message is delimited, and what else concerns the connection.
struct Framing {
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
  bool keeps_alive = false;
  bool expects_continue = false;
  bool is_http10 = false;
};

struct RequestHead {
  Refusal refusal;  // status 0: good
  Framing framing;
};

// Fills method, target, path, query and headers of `request`. `head` has passed HeadScanner.
[[nodiscard]] RequestHead parse_request_head(std::string_view head, Request& request);

struct ResponseHead {
  unsigned status = 0;  // 0: cannot be read
  Headers headers;
  Framing framing;
};

// `head` ends with an empty line.
[[nodiscard]] ResponseHead parse_response_head(std::string_view head);

}  // namespace chancery::http::detail
