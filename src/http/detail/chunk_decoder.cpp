// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/chunk_decoder.hpp"

#include "http/detail/ascii.hpp"

#include <algorithm>

namespace chancery::http::detail {
namespace {

constexpr unsigned kMostDigits = 15;  // 60 bits: no overflow
// Extensions and trailers of one body together: nobody needs them, some attack with them.
constexpr std::size_t kMostOverhead = 8 * 1024;

}  // namespace

ChunkDecoder::Result ChunkDecoder::feed(std::string_view& bytes, std::string& out,
                                        std::size_t most) {
  while (state_ != State::done && state_ != State::broken) {
    if (bytes.empty() || out.size() >= most) return Result::need_more;
    if (state_ != State::content) {
      state_ = step(bytes.front());
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t room = std::min(most - out.size(), bytes.size());
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, room));
    out += bytes.substr(0, count);
    bytes.remove_prefix(count);
    left_ -= count;
    if (left_ == 0) state_ = State::content_return;
  }
  return state_ == State::done ? Result::complete : Result::broken;
}

ChunkDecoder::State ChunkDecoder::step(char each) {
  switch (state_) {
    case State::size_first:
      left_ = 0;
      digits_ = 0;
      return hex_digit(each) ? step_size(each) : State::broken;
    case State::size:
      return step_size(each);
    case State::extension:
      return step_overhead(each, State::size_end, State::extension);
    case State::size_end:
      if (each != '\n') return State::broken;
      return left_ == 0 ? State::trailer_first : State::content;
    case State::content_return:
      return each == '\r' ? State::content_feed : State::broken;
    case State::content_feed:
      return each == '\n' ? State::size_first : State::broken;
    case State::trailer_first:
      if (each == '\r') return State::last_feed;
      return is_token_character(each) ? step_overhead(each, State::broken, State::trailer)
                                      : State::broken;
    case State::trailer:
      return step_overhead(each, State::trailer_feed, State::trailer);
    case State::trailer_feed:
      return each == '\n' ? State::trailer_first : State::broken;
    case State::last_feed:
      return each == '\n' ? State::done : State::broken;
    case State::content:
    case State::done:
    case State::broken:
      break;
  }
  return State::broken;
}

ChunkDecoder::State ChunkDecoder::step_size(char each) {
  if (const auto digit = hex_digit(each)) {
    if (++digits_ > kMostDigits) return State::broken;
    left_ = left_ * 16 + *digit;
    return State::size;
  }
  if (each == ';') return step_overhead(each, State::broken, State::extension);
  return each == '\r' ? State::size_end : State::broken;
}

ChunkDecoder::State ChunkDecoder::step_overhead(char each, State on_return, State otherwise) {
  if (++overhead_ > kMostOverhead) return State::broken;
  if (each == '\r') return on_return;
  return is_field_character(each) ? otherwise : State::broken;
}

}  // namespace chancery::http::detail
