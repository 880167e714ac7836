// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The chunk decoder: a chunked body's bytes, wherever the network splits them.
//
// Extensions and trailers are read over, within limits.
//
// Failure: `feed` says so; what follows cannot be told from another request.
// Spec:    RFC 9112, 7.1.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::http::detail {

class ChunkDecoder {
 public:
  enum class Result : std::uint8_t { need_more, complete, broken };

  // Takes from the front of `bytes`, appends to `out` until it has `most` bytes.
  Result feed(std::string_view& bytes, std::string& out, std::size_t most);

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    size_end,
    content,
    content_return,
    content_feed,
    trailer_first,
    trailer,
    trailer_feed,
    last_feed,
    done,
    broken,
  };

  // One character of anything but content.
  State step(char each);
  State step_size(char each);
  State step_overhead(char each, State on_return, State otherwise);

  State state_ = State::size_first;
  std::uint64_t left_ = 0;
  unsigned digits_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace chancery::http::detail
