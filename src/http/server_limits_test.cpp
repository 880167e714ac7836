// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/parse_number.hpp"
#include "runtime/wait.hpp"
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

#include <array>

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

// How a server waits for its peer, and what it takes from it.
struct Waits {
  std::size_t bytes_read = 0;
  int for_bytes = 0;
  int for_hang_up = 0;
  int stopped = 0;
};

class CountingStream final : public runtime::Stream {
 public:
  CountingStream(runtime::StreamPtr stream, Waits& waits)
      : stream_(std::move(stream)), waits_(waits) {}
  Task<> wait_readable() override {
    ++waits_.for_bytes;
    return stream_->wait_readable();
  }
  Task<std::size_t> read_some(std::span<char> into) override {
    const std::size_t count = co_await stream_->read_some(into);
    waits_.bytes_read += count;
    co_return count;
  }
  Task<> write_all(std::string_view bytes) override { return stream_->write_all(bytes); }
  Task<bool> watch_for_hang_up() override {
    ++waits_.for_hang_up;
    return stream_->watch_for_hang_up();
  }
  void stop_watching() override {
    ++waits_.stopped;
    stream_->stop_watching();
  }
  Task<> shut_down() override { return stream_->shut_down(); }
  void close() override { stream_->close(); }
  [[nodiscard]] runtime::Endpoint peer() const override { return stream_->peer(); }
  [[nodiscard]] bool is_secure() const override { return stream_->is_secure(); }

 private:
  runtime::StreamPtr stream_;
  Waits& waits_;
};

// A server whose polls last for `length`, with one client that reads nothing by itself.
struct Polled {
  explicit Polled(seconds length, std::uint64_t seed = 0)
      : scheduler(seed), server({}, poll_for(length, poll), &refuse_plainly) {
    auto [ours, served] = support::make_stream_pair();
    client = std::move(ours);
    auto counted = std::make_unique<CountingStream>(std::move(served), waits);
    scheduler.post(
        [this, stream = std::move(counted)]() mutable { server.serve(std::move(stream)); });
  }
  ~Polled() {
    client->close();
    scheduler.run(server.stop(milliseconds(0)));
  }
  Polled(const Polled&) = delete;
  Polled& operator=(const Polled&) = delete;

  void ask() {
    scheduler.run(client->write_all(kGet));
    scheduler.run_ready();
  }
  std::string read() {
    std::array<char, 4096> bytes{};
    const std::size_t count = scheduler.run(client->read_some(bytes));
    return {bytes.data(), count};
  }

  Poll poll;
  Waits waits;
  runtime::SimulatedScheduler scheduler;
  Server server;
  runtime::StreamPtr client;
};

}  // namespace

TEST_CASE("the watch over a poll is the wait for the next request too") {
  Polled polled(seconds(10));
  for (int i = 0; i < 5; ++i) {
    polled.ask();
    polled.scheduler.advance(seconds(11));
    CHECK(polled.read().starts_with("HTTP/1.1 200 "));
  }

  CHECK(polled.poll.answered == 5);
  CHECK(polled.waits.for_bytes == 1);
  CHECK(polled.waits.for_hang_up == 5);
  CHECK(polled.waits.stopped == 0);
}

TEST_CASE("a poll that is answered soon is not watched") {
  Polled polled(seconds(1));
  for (int i = 0; i < 5; ++i) {
    polled.ask();
    polled.scheduler.advance(seconds(1));
    CHECK(polled.read().starts_with("HTTP/1.1 200 "));
  }

  CHECK(polled.waits.for_bytes >= 5);
  CHECK(polled.waits.for_hang_up == 0);
}

TEST_CASE("a connection that was watched ends when it is idle for too long") {
  Polled polled(seconds(10));
  polled.ask();
  polled.scheduler.advance(seconds(11));
  CHECK(polled.waits.for_hang_up == 1);

  polled.scheduler.advance(seconds(70));
  CHECK(polled.server.connections() == 1);
  polled.scheduler.advance(seconds(10));
  CHECK(polled.server.connections() == 0);
}

TEST_CASE("a connection that was watched ends with its peer, its server, or its last answer") {
  using End = void (*)(Polled&);
  const std::vector<End> ends{
      [](Polled& polled) { polled.client->close(); },
      [](Polled& polled) { support::break_connection(*polled.client); },
      [](Polled& polled) { polled.scheduler.run(polled.server.stop(seconds(1))); },
      [](Polled& polled) {
        polled.scheduler.run(polled.client->write_all("\x16\x03\x01"));
        polled.scheduler.run_ready();
        CHECK(polled.read().find("HTTP/1.1 400 ") != std::string::npos);
        polled.client->close();
      }};
  for (const End& end : ends) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Polled polled(seconds(10), seed);
      polled.ask();
      polled.scheduler.advance(seconds(11));
      CHECK(polled.poll.answered == 1);
      CHECK(polled.waits.for_hang_up == 1);

      end(polled);
      polled.scheduler.advance(seconds(3));

      CHECK(polled.poll.cancelled == 0);
      CHECK(polled.server.connections() == 0);
    }
  }
}

TEST_CASE("a watched poll that ends the connection ends its watch first") {
  Polled polled(seconds(10));
  polled.scheduler.run(
      polled.client->write_all("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

  polled.scheduler.advance(seconds(11));

  CHECK(polled.read().find("Connection: close\r\n") != std::string::npos);
  CHECK(polled.waits.stopped == 1);
  polled.client->close();
  polled.scheduler.run_ready();
  CHECK(polled.server.connections() == 0);
}

TEST_CASE("who hears no more while a watched answer is written is let go") {
  const auto answer_late = [](Request& request) -> Task<Response> {
    co_await runtime::sleep_for(seconds(5), request.gone);
    Response response;
    response.body = std::string(1'000'000, 'b');
    co_return response;
  };
  using End = void (*)(runtime::SimulatedScheduler&, runtime::Stream&);
  const std::vector<End> ends{
      [](runtime::SimulatedScheduler&, runtime::Stream& client) { client.close(); },
      [](runtime::SimulatedScheduler&, runtime::Stream& client) {
        support::break_connection(client);
      },
      [](runtime::SimulatedScheduler& scheduler, runtime::Stream&) {
        scheduler.advance(seconds(64));
      }};
  for (const End& end : ends) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      runtime::SimulatedScheduler scheduler(seed);
      Server server({}, answer_late, &refuse_plainly);
      auto [client, served] = support::make_stream_pair({.capacity = 1000});
      scheduler.post(
          [&, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
      scheduler.run(client->write_all(kGet));
      scheduler.advance(seconds(6));
      CHECK(server.connections() == 1);

      end(scheduler, *client);
      scheduler.run_ready();

      CHECK(server.connections() == 0);
      scheduler.run(server.stop(milliseconds(0)));
    }
  }
}

TEST_CASE("who says no more during a watched answer gets all of it") {
  const auto answer_late = [](Request& request) -> Task<Response> {
    co_await runtime::sleep_for(seconds(5), request.gone);
    Response response;
    response.body = std::string(100'000, 'b');
    co_return response;
  };
  Wire wire(answer_late, {}, {.capacity = 1000, .longest_read = 100});
  wire.send(kGet);
  wire.scheduler.advance(milliseconds(4900));
  CHECK(wire.received.empty());
  wire.scheduler.advance(milliseconds(100));
  wire.shut_down();
  wire.scheduler.advance(seconds(5));

  CHECK(wire.received.size() > 100'000);
  CHECK(wire.closed);
}

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

namespace {

// Clients of a server whose answers are long, and who read nothing by themselves.
struct Readers {
  explicit Readers(std::size_t unread_bytes)
      : server({.unread_bytes = unread_bytes}, answer, &refuse_plainly) {}
  ~Readers() { scheduler.run(server.stop(milliseconds(0))); }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  // As many bytes as its path says.
  static Task<Response> answer(Request& request) {
    Response response;
    response.body = std::string(*base::parse_number<std::size_t>(request.path.substr(1)), 'b');
    co_return response;
  }
  void ask(std::size_t bytes) {
    auto [client, served] = support::make_stream_pair({.capacity = 1'000});
    scheduler.post(
        [this, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
    scheduler.run(
        client->write_all("GET /" + std::to_string(bytes) + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    scheduler.run_ready();
    clients.push_back(std::move(client));
  }
  // All that a client gets, until so many bytes have come or nothing does any more.
  std::size_t read(std::size_t client, std::size_t wanted) {
    std::size_t total = 0;
    std::array<char, 4'096> bytes{};
    while (total < wanted) {
      const std::size_t count = scheduler.run(clients[client]->read_some(bytes));
      if (count == 0) break;
      total += count;
    }
    return total;
  }

  runtime::SimulatedScheduler scheduler;
  Server server;
  std::vector<runtime::StreamPtr> clients;
};

}  // namespace

TEST_CASE("answers that nobody takes hold so much memory and no more, the others' stay whole") {
  Readers readers(3'000'000);
  for (int i = 0; i < 3; ++i) readers.ask(1'000'000);
  CHECK(readers.server.connections() == 3);
  readers.scheduler.advance(seconds(5));
  CHECK(readers.read(0, 600'000) >= 600'000);  // who takes some is not the first to go

  readers.ask(900'000);
  readers.ask(20'000);

  CHECK(readers.server.connections() == 4);
  CHECK(readers.read(0, 400'000) >= 400'000);
  CHECK(readers.read(1, 1'000'000) + readers.read(2, 1'000'000) < 1'100'000);  // one of them
  CHECK(readers.read(3, 900'000) >= 900'000);
  CHECK(readers.read(4, 20'000) >= 20'000);
}

TEST_CASE("one answer alone may be as long as it is, and short ones are not counted") {
  Readers readers(100'000);
  readers.ask(500'000);
  for (int i = 0; i < 50; ++i) readers.ask(10'000);

  CHECK(readers.server.connections() == 51);
  CHECK(readers.read(0, 500'000) >= 500'000);
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

Task<> write_and_note(runtime::Stream& stream, std::string bytes, bool& written) {
  try {
    co_await stream.write_all(bytes);
    written = true;
  } catch (const runtime::PeerGone&) {  // the server has had enough
  }
}

TEST_CASE("of what a peer sends behind its poll no more is taken than a head may have") {
  Polled polled(seconds(30));
  polled.ask();
  const std::size_t asked = polled.waits.bytes_read;
  runtime::TaskGroup group("writing");
  bool written = false;
  std::string no_request;  // for no line of it ends
  no_request.assign(10'000'000, 'x');

  group.spawn_on(polled.scheduler, write_and_note(*polled.client, no_request, written));
  polled.scheduler.advance(seconds(25));
  CHECK(polled.waits.bytes_read == asked);
  CHECK(polled.poll.started == 1);
  CHECK(polled.poll.cancelled == 0);

  // The poll is answered, and what stands behind it is looked at.
  polled.scheduler.advance(seconds(10));
  CHECK(polled.poll.answered == 1);
  CHECK(polled.waits.bytes_read <= 512 * 1024);
  CHECK_FALSE(written);
  CHECK(polled.server.connections() == 0);
  polled.client->close();
  polled.scheduler.run(group.stop());
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
