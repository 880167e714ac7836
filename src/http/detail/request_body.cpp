// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/request_body.hpp"

#include <algorithm>

namespace chancery::http::detail {
namespace {
constexpr std::size_t kLongestPiece = 64 * 1024;
}  // namespace

void RequestBody::begin(const Framing& framing, std::uint64_t most_bytes) {
  decoder_ = {};
  is_chunked_ = framing.chunked;
  left_ = framing.content_length.value_or(0);
  allowance_ = most_bytes;
  is_complete_ = !is_chunked_ && left_ == 0;
  is_sound_ = true;
  awaiting_continue_ = framing.expects_continue && !is_complete_;
}

runtime::Task<std::string> RequestBody::read_some() {
  if (is_complete_) co_return std::string();
  if (!is_sound_) throw BodyError(400, "broken body");
  if (awaiting_continue_) co_await send_continue();
  if (is_chunked_) co_return co_await read_chunked();
  co_return co_await read_counted();
}

runtime::Task<> RequestBody::send_continue() {
  awaiting_continue_ = false;
  if (!input_.is_empty()) co_return;  // it did not wait for us
  waits_.begin_body_wait();
  co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
  waits_.end_body_wait();
}

runtime::Task<std::string> RequestBody::read_counted() {
  std::string piece;
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left_, kLongestPiece));
  if (!input_.is_empty()) {
    piece = input_.bytes().substr(0, most);
    input_.consume(piece.size());
  } else {
    input_.release();
    piece.resize(most);
    waits_.begin_body_wait();
    const std::size_t count = co_await stream_.read_some(piece);
    waits_.end_body_wait();
    if (count == 0) throw runtime::PeerGone("the body broke off");
    piece.resize(count);
  }
  left_ -= piece.size();
  is_complete_ = left_ == 0;
  // The handler may take minutes from here on.
  if (is_complete_) input_.release();
  co_return piece;
}

runtime::Task<std::string> RequestBody::read_chunked() {
  std::string piece;
  while (true) {
    std::string_view bytes = input_.bytes();
    const std::size_t before = bytes.size();
    const ChunkDecoder::Result result = decoder_.feed(bytes, piece, kLongestPiece);
    input_.consume(before - bytes.size());
    if (result == ChunkDecoder::Result::broken) {
      is_sound_ = false;
      throw BodyError(400, "broken chunked body");
    }
    is_complete_ = result == ChunkDecoder::Result::complete;
    if (!piece.empty() || is_complete_) break;
    co_await receive();
  }
  count(piece.size());
  co_return piece;
}

runtime::Task<> RequestBody::receive() {
  waits_.begin_body_wait();
  const std::size_t count = co_await stream_.read_some(input_.room());
  waits_.end_body_wait();
  if (count == 0) throw runtime::PeerGone("the body broke off");
  input_.add(count);
}

void RequestBody::count(std::size_t bytes) {
  if (bytes > allowance_) {
    is_sound_ = false;
    throw BodyError(413, "body too long");
  }
  allowance_ -= bytes;
}

}  // namespace chancery::http::detail
