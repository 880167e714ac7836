// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The HTTP/1.1 server: connections, their limits and timeouts, and a graceful stop.
//
// One handler gets every request. The connection class does keep-alive, pipelining, streamed and
// chunked bodies, refuses what could be read in two ways (request smuggling), and watches for a
// hang-up while a handler waits. Malformed requests never reach the handler.
//
// Concurrency: `serve` is called on the scheduler that owns the stream; the handler runs there.
// Failure:     what a handler throws is a 500; boundaries above turn failures into responses first.
// Lifetime:    await `stop` before the server dies.

#include "http/message.hpp"
#include "runtime/network.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace chancery::http {

struct Limits {
  std::size_t header_bytes = 16 * 1024;  // request line and fields together
  std::size_t header_fields = 100;
  std::uint64_t body_bytes = 1ULL << 40;  // handlers set their own, smaller ones
  std::chrono::seconds idle{75};          // between requests
  std::chrono::seconds header_time{20};   // from first byte to end of header
  std::chrono::seconds body_stall{30};    // without a byte of an announced body
  std::chrono::seconds write_stall{60};   // without progress of a response
  // Of long responses that wait for their readers, all together; beyond, some are broken off.
  std::size_t unread_bytes = std::size_t{512} * 1024 * 1024;
  std::size_t connections = 15'000;
  std::size_t pipelined = 16;  // served in a row before other connections get a turn
};

using Handler = std::function<runtime::Task<Response>(Request&)>;
// Makes the answer to what never becomes a Request (400, 413, 414, 431, 501, 503).
using Refuse = std::function<Response(unsigned status, std::string_view reason)>;

class Server {
 public:
  Server(Limits limits, Handler handler, Refuse refuse);
  ~Server();
  // Serves the connection until it ends.
  void serve(runtime::StreamPtr stream);
  [[nodiscard]] std::size_t connections() const;
  // Lets open requests finish for `patience`, then breaks off. Idle connections close at once.
  runtime::Task<> stop(std::chrono::milliseconds patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace chancery::http
