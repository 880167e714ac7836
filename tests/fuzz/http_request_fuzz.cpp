// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// A connection of the HTTP server fed with anything, split anywhere: it answers well-formed
// responses, hands its handler only requests that make sense, and ends when the peer does.

#include "base/assert.hpp"
#include "http/server.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/memory_network.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace chancery;
using runtime::Task;

// The bytes of all bodies that reached a handler: never more than were sent.
std::size_t received_body = 0;

Task<http::Response> serve(http::Request& request) {
  CHANCERY_ASSERT(!request.path.empty());
  CHANCERY_ASSERT(request.path.front() == '/' || request.path == "*");
  CHANCERY_ASSERT(request.target.find_first_of(" \r\n") == std::string::npos);
  for (const auto& [name, value] : request.headers.fields()) {
    CHANCERY_ASSERT(!name.empty() && name.find_first_of(" :\r\n") == std::string::npos);
    CHANCERY_ASSERT(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  const std::string body = co_await http::read_body(request, 10'000);
  CHANCERY_ASSERT(!request.content_length || *request.content_length == body.size());
  received_body += body.size();
  http::Response response;
  response.headers.add("X-Path", request.path);
  response.body = body;
  co_return response;
}

http::Response refuse(unsigned status, std::string_view reason) {
  CHANCERY_ASSERT(status >= 400 && status < 600 && !reason.empty());
  http::Response response;
  response.status = status;
  return response;
}

Task<> write_input(runtime::Stream& stream, std::string_view input) {
  try {
    co_await stream.write_all(input);
    co_await stream.shut_down();
  } catch (const runtime::PeerGone&) {  // the server closed first
  }
}

Task<> read_output(runtime::Stream& stream, std::string& output) {
  std::array<char, 4096> part{};
  try {
    while (const std::size_t count = co_await stream.read_some(part)) {
      output.append(part.data(), count);
    }
  } catch (const runtime::PeerGone&) {  // as above
  }
}

}  // namespace

// The first byte says how the rest is split, and the order of what is ready.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t longest = bytes[0] % 64U;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  received_body = 0;
  std::string output;
  runtime::SimulatedScheduler scheduler(bytes[0] / 64U);
  http::Server server({}, &serve, &refuse);
  auto [client, served] =
      support::make_stream_pair({.longest_read = longest == 0 ? 4096 : longest});
  runtime::TaskGroup group("fuzz");
  scheduler.post([&, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
  group.spawn_on(scheduler, write_input(*client, input));
  group.spawn_on(scheduler, read_output(*client, output));
  scheduler.run_ready();

  CHANCERY_ASSERT(server.connections() == 0);
  CHANCERY_ASSERT(output.empty() || output.starts_with("HTTP/1.1 "));
  CHANCERY_ASSERT(received_body <= input.size());
  scheduler.run(group.join());
  scheduler.run(server.stop(std::chrono::milliseconds(0)));
  return 0;
}
