// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// ScriptedOutbound: the outside world as a test writes it. Keeps what was sent to it.
//
// Concurrency: the test's scheduler.

#include "http/outbound.hpp"
#include "runtime/wait.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

class ScriptedOutbound final : public http::Outbound {
 public:
  // Absent: the peer says nothing until the request's time is over.
  using Peer = std::function<std::optional<http::OutboundResult>(const http::OutboundRequest&)>;

  // Answers 200 with {} until told otherwise.
  void answer_by(Peer peer) { peer_ = std::move(peer); }
  void answer_with(unsigned status, std::string body) {
    answer_by([status, body = std::move(body)](const http::OutboundRequest& request) {
      return http::OutboundResult(http::OutboundResponse{
          .status = status, .headers = {}, .body = body, .url = request.url});
    });
  }
  void fail_with(http::OutboundFailure failure) {
    answer_by([failure](const http::OutboundRequest&) {
      return http::OutboundResult(std::unexpected(failure));
    });
  }

  [[nodiscard]] const std::vector<http::OutboundRequest>& requests() const { return requests_; }
  void forget_requests() { requests_.clear(); }

  runtime::Task<http::OutboundResult> send(http::OutboundRequest request,
                                           runtime::CancelToken cancel) override {
    requests_.push_back(request);
    std::optional<http::OutboundResult> answer;
    if (peer_) {
      answer = peer_(request);
    } else {
      answer =
          http::OutboundResponse{.status = 200, .headers = {}, .body = "{}", .url = request.url};
    }
    if (answer) co_return *std::move(answer);
    co_await runtime::sleep_for(request.time, cancel);
    co_return std::unexpected(http::OutboundFailure::timed_out);
  }

 private:
  Peer peer_;
  std::vector<http::OutboundRequest> requests_;
};

}  // namespace chancery::support
