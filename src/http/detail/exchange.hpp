// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The client's side of one connection: requests one after another, and what was received.
//
// Concurrency: the stream's scheduler, one request at a time. Whoever closes the stream ends it.
// Failure:     PeerGone, by kind; the connection is of no more use then.
// Spec:        RFC 9112.

#include "http/detail/chunk_decoder.hpp"
#include "http/detail/heads.hpp"
#include "http/detail/input_buffer.hpp"
#include "http/message.hpp"
#include "http/outbound.hpp"
#include "runtime/network.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace chancery::http::detail {

// What came is no HTTP.
struct BadAnswer : runtime::PeerGone {
  using PeerGone::PeerGone;
};
// The body is longer than the caller takes.
struct AnswerTooLarge : runtime::PeerGone {
  using PeerGone::PeerGone;
};

struct Answer {
  unsigned status = 0;
  Headers headers;
  std::string body;
  bool is_cut = false;
};

// Which bodies are read, and how much of them.
struct BodyRule {
  std::size_t longest = 0;
  LongBody long_body = LongBody::fails;
  std::vector<std::string> wanted_types;  // as in OutboundRequest
};

// A whole request as bytes. Adds Host, unless `headers` have one, and Content-Length.
[[nodiscard]] std::string write_request(Method method, std::string_view target,
                                        std::string_view host, const Headers& headers,
                                        std::string_view body);

class Exchange {
 public:
  explicit Exchange(runtime::StreamPtr stream) : stream_(std::move(stream)) {}

  [[nodiscard]] runtime::Stream& stream() { return *stream_; }
  // True: the server may have closed it for having been idle, before it read anything.
  [[nodiscard]] bool is_untouched() const { return !received_any_; }
  [[nodiscard]] bool is_reusable() const { return reusable_; }

  // Sends `bytes`, a request of `method`, and reads its answer.
  runtime::Task<Answer> run(const std::string& bytes, Method method, BodyRule rule);

 private:
  runtime::Task<bool> receive();
  runtime::Task<ResponseHead> read_head();
  runtime::Task<ResponseHead> read_final_head();
  // Takes what is there into `body`; true when the body is whole, or longer than `longest`.
  bool take(const Framing& framing, std::string& body, std::size_t longest);
  runtime::Task<> read_body(const Framing& framing, const BodyRule& rule, Answer& answer);

  runtime::StreamPtr stream_;
  InputBuffer input_;
  ChunkDecoder decoder_;
  bool received_any_ = false;
  bool reusable_ = false;
};

// Closes a stream when `cancel` is cancelled, on the stream's scheduler, while it lives.
class CloseWhenCancelled {
 public:
  CloseWhenCancelled(runtime::Stream& stream, const runtime::CancelToken& cancel);
  ~CloseWhenCancelled();
  CloseWhenCancelled(const CloseWhenCancelled&) = delete;
  CloseWhenCancelled& operator=(const CloseWhenCancelled&) = delete;

 private:
  std::shared_ptr<runtime::Stream*> stream_;  // null inside once this is gone
  runtime::CancelCallback on_cancel_;
};

}  // namespace chancery::http::detail
