// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The body of one request, read from its connection as the handler asks for it.
//
// Nothing is read ahead of the handler: a slow handler slows the sender down.
//
// Failure: BodyError when the framing is broken or the body too long, PeerGone when it breaks off.

#include "http/detail/chunk_decoder.hpp"
#include "http/detail/heads.hpp"
#include "http/detail/input_buffer.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <string>

namespace chancery::http::detail {

class RequestBody final : public BodyReader {
 public:
  // Told before and after the body waits for the peer.
  class Waits {
   public:
    virtual ~Waits() = default;
    virtual void begin_body_wait() = 0;
    virtual void end_body_wait() = 0;
  };

  RequestBody(runtime::Stream& stream, InputBuffer& input, Waits& waits)
      : stream_(stream), input_(input), waits_(waits) {}

  // For the next request.
  void begin(const Framing& framing, std::uint64_t most_bytes);

  runtime::Task<std::string> read_some() override;

  [[nodiscard]] bool is_complete() const { return is_complete_; }
  // The client may still wait for our 100 Continue and send nothing.
  [[nodiscard]] bool is_awaiting_continue() const { return awaiting_continue_; }
  // False when what follows on the connection cannot be told from the body.
  [[nodiscard]] bool is_sound() const { return is_sound_; }
  // Bytes that are certain to come; 0 when the body is chunked.
  [[nodiscard]] std::uint64_t announced() const { return is_chunked_ ? 0 : left_; }

 private:
  runtime::Task<> send_continue();
  runtime::Task<std::string> read_counted();
  runtime::Task<std::string> read_chunked();
  runtime::Task<> receive();
  void count(std::size_t bytes);

  runtime::Stream& stream_;
  InputBuffer& input_;
  Waits& waits_;
  ChunkDecoder decoder_;
  bool is_chunked_ = false;
  bool is_complete_ = true;
  bool is_sound_ = true;
  bool awaiting_continue_ = false;
  std::uint64_t left_ = 0;       // of a counted body
  std::uint64_t allowance_ = 0;  // of a chunked one
};

}  // namespace chancery::http::detail
