// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An HTTP/1.1 response, taken in as its bytes come: by content length or in chunks.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::bench {

struct Response {
  int status = 0;
  std::string body;
};

class ResponseParser {
 public:
  // Takes bytes in; a whole response when there is one. Throws std::runtime_error on nonsense.
  std::optional<Response> feed(std::string_view bytes);

  // Whether the server said that it closes after the last response.
  bool must_close() const { return must_close_; }

 private:
  bool parse_head();
  void parse_header(std::string_view line);
  bool take_body();
  bool take_chunks();

  std::string buffer_;
  std::size_t at_ = 0;
  bool has_head_ = false;
  bool is_chunked_ = false;
  bool must_close_ = false;
  std::size_t length_ = 0;
  Response response_;
};

}  // namespace chancery::bench
