// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/wire_for_tests.hpp"

#include <array>

namespace chancery::http {

using runtime::Task;

Task<Response> echo(Request& request) {
  Response response;
  const std::string body = co_await read_body(request, 1 << 20U);
  response.body = std::string(method_name(request.method)) + " " + request.path + " " + body;
  co_return response;
}

Wire::Wire(Handler handler, Limits limits, support::MemoryLink link)
    : server(limits, std::move(handler), &refuse_plainly) {
  auto [client, served] = support::make_stream_pair(link);
  client_ = std::move(client);
  scheduler.post([this, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
  start_reading();
  scheduler.run_ready();
}

Wire::~Wire() {
  client_->close();
  scheduler.run(server.stop(std::chrono::milliseconds(0)));
  scheduler.run(group_.stop());
}

void Wire::start_reading() { group_.spawn_on(scheduler, read_all()); }

Task<> Wire::read_all() {
  std::array<char, 4096> part{};
  try {
    while (const std::size_t count = co_await client_->read_some(part)) {
      received.append(part.data(), count);
    }
  } catch (const runtime::PeerGone&) {  // closed as well
  }
  closed = true;
}

void Wire::send(std::string text) {
  const auto write = [](runtime::Stream& to, std::string bytes) -> Task<> {
    try {
      co_await to.write_all(bytes);
    } catch (const runtime::PeerGone&) {  // the server may close before it has read everything
    }
  };
  group_.spawn_on(scheduler, write(*client_, std::move(text)));
  scheduler.run_ready();
}

void Wire::shut_down() {
  scheduler.run(client_->shut_down());
  scheduler.run_ready();
}

void Wire::break_connection() {
  support::break_connection(*client_);
  scheduler.run_ready();
}

std::string Wire::take() { return std::exchange(received, {}); }

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace chancery::http
