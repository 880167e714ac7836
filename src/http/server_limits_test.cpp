// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/wait.hpp"
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

// Time and its ends: timeouts, hang-ups, stopping.

namespace chancery::http {
namespace {

using runtime::Task;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

struct Poll {
  int started = 0;
  int cancelled = 0;
  int answered = 0;
};

// Waits as /sync does, for `length` or until the client has gone.
Handler poll_for(seconds length, Poll& poll) {
  static const auto wait = [](Request& request, seconds time, Poll& seen) -> Task<Response> {
    ++seen.started;
    try {
      co_await runtime::sleep_for(time, request.gone);
    } catch (const runtime::Cancelled&) {
      ++seen.cancelled;
      throw;
    }
    ++seen.answered;
    co_return Response{};
  };
  return [length, &poll](Request& request) { return wait(request, length, poll); };
}

}  // namespace

TEST_CASE("an idle connection is closed when its time is up, not before") {
  Wire wire;
  wire.send(kGet);

  wire.scheduler.advance(seconds(74));
  CHECK_FALSE(wire.closed);

  wire.scheduler.advance(seconds(4));
  CHECK(wire.closed);
}

TEST_CASE("a head that trickles in is closed when its time is up") {
  Wire wire;
  wire.send("GET /a HTTP/1.1\r\n");
  for (int i = 0; i < 24; ++i) {
    wire.send("X: 1\r\n");
    wire.scheduler.advance(seconds(1));
  }

  CHECK(wire.closed);
}

TEST_CASE("a body that stalls is closed, one that trickles is not") {
  Wire stalled;
  stalled.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
  stalled.scheduler.advance(seconds(34));
  CHECK(stalled.closed);

  Wire slow;
  slow.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    slow.scheduler.advance(seconds(20));
    slow.send("x");
  }
  CHECK(slow.received.ends_with("xxxxxxxxxx"));
}

TEST_CASE("a reader that takes nothing is closed") {
  const Handler big = [](Request&) -> Task<Response> {
    Response response;
    response.body = std::string(1'000'000, 'b');
    co_return response;
  };
  runtime::SimulatedScheduler scheduler;
  Server server({}, big, &refuse_plainly);
  auto [client, served] = support::make_stream_pair({.capacity = 1000});
  scheduler.post([&, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
  scheduler.run(client->write_all(kGet));
  scheduler.run_ready();
  CHECK(server.connections() == 1);

  scheduler.advance(seconds(64));

  CHECK(server.connections() == 0);
  scheduler.run(server.stop(milliseconds(0)));
}

TEST_CASE("a handler may take longer than any timeout") {
  Poll poll;
  Wire wire(poll_for(minutes(10), poll));
  wire.send(kGet);

  wire.scheduler.advance(minutes(10) + seconds(1));

  CHECK(poll.answered == 1);
  CHECK(wire.received.starts_with("HTTP/1.1 200 "));
  wire.send(kGet);
  CHECK(poll.started == 2);
}

TEST_CASE("a hang-up cancels the handler that waits") {
  Poll poll;
  Wire wire(poll_for(minutes(10), poll));
  wire.send(kGet);
  wire.scheduler.advance(seconds(5));

  SUBCASE("by a closed connection") { wire.client().close(); }
  SUBCASE("by a lost connection") { wire.break_connection(); }
  wire.scheduler.run_ready();

  CHECK(poll.cancelled == 1);
  CHECK(wire.server.connections() == 0);
}

TEST_CASE("a hang-up in the first moments is noticed within a second or two") {
  Poll poll;
  Wire wire(poll_for(minutes(10), poll));
  wire.send(kGet);
  wire.client().close();

  wire.scheduler.advance(seconds(2));

  CHECK(poll.cancelled == 1);
}

TEST_CASE("a request that waits behind a poll is no hang-up") {
  Poll poll;
  Wire wire(poll_for(seconds(30), poll));
  wire.send(kGet);
  wire.scheduler.advance(seconds(5));

  wire.send(kGet);
  wire.scheduler.advance(seconds(90));

  CHECK(poll.cancelled == 0);
  CHECK(poll.answered == 2);
}

TEST_CASE("stopping closes idle connections at once") {
  Wire wire;
  wire.send(kGet);
  const auto before = wire.scheduler.clock().steady_now();

  wire.scheduler.run(wire.server.stop(seconds(30)));

  CHECK(wire.scheduler.clock().steady_now() - before < seconds(1));
  CHECK(wire.server.connections() == 0);
}

TEST_CASE("stopping lets open requests finish") {
  Poll poll;
  Wire wire(poll_for(seconds(10), poll));
  wire.send(kGet);

  wire.scheduler.run(wire.server.stop(seconds(30)));

  CHECK(poll.answered == 1);
  CHECK(wire.received.find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE("stopping breaks off what is open when its patience ends") {
  Poll poll;
  Wire wire(poll_for(minutes(10), poll));
  wire.send(kGet);
  const auto before = wire.scheduler.clock().steady_now();

  wire.scheduler.run(wire.server.stop(seconds(30)));

  CHECK(poll.cancelled == 1);
  CHECK(wire.scheduler.clock().steady_now() - before >= seconds(30));
  CHECK(wire.scheduler.clock().steady_now() - before < seconds(32));
}

TEST_CASE("a server that has stopped takes no connection") {
  Wire wire;
  wire.scheduler.run(wire.server.stop(seconds(1)));
  auto [client, served] = support::make_stream_pair();

  wire.scheduler.post(
      [&, stream = std::move(served)]() mutable { wire.server.serve(std::move(stream)); });
  wire.scheduler.run_ready();

  CHECK(wire.server.connections() == 0);
}

TEST_CASE("a handler may stop waiting because its client has gone while the order is shuffled") {
  for (std::uint64_t seed = 1; seed < 30; ++seed) {
    Poll poll;
    runtime::SimulatedScheduler scheduler(seed);
    Server server({}, poll_for(seconds(3), poll), &refuse_plainly);
    auto [client, served] = support::make_stream_pair({.longest_read = 5});
    scheduler.post([&, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
    scheduler.run(client->write_all(std::string(kGet) + kGet));
    scheduler.advance(milliseconds(static_cast<int>(seed) * 200));
    client->close();
    scheduler.advance(seconds(10));
    CHECK(server.connections() == 0);
    scheduler.run(server.stop(milliseconds(0)));
  }
}

}  // namespace chancery::http
