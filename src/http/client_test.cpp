// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include "http/server.hpp"
#include "runtime/asio_network.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"
#include "tests/support/memory_network.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

namespace chancery::http {
namespace {

using runtime::Task;
using std::chrono::seconds;

// A server in memory and a client of it.
struct World {
  explicit World(Handler handler = &echo)
      : server({}, std::move(handler), &refuse_plainly),
        listener(network.listen({"127.0.0.1", 0},
                                [this](runtime::StreamPtr stream) {
                                  ++accepted;
                                  server.serve(std::move(stream));
                                })),
        client(network, listener->local()) {}
  ~World() {
    client.close();
    scheduler.run(listener->stop());
    scheduler.run(server.stop(std::chrono::milliseconds(0)));
  }

  runtime::SimulatedScheduler scheduler;
  support::MemoryNetwork network{{.capacity = 5000, .longest_read = 777}};
  Server server;
  int accepted = 0;
  std::unique_ptr<runtime::Listener> listener;
  Client client;
};

Task<Response> wait_long(Request& request) {
  co_await runtime::sleep_for(std::chrono::hours(1), request.gone);
  co_return Response{};
}

Task<> get_many(Client& client, int count, int& good) {
  for (int i = 0; i < count; ++i) {
    ClientRequest request;
    request.target = "/" + std::to_string(i);
    const ClientResponse response = co_await client.request(std::move(request));
    if (response.status == 200 && response.body == "GET /" + std::to_string(i) + " ") ++good;
  }
}

Task<> cancel_after(runtime::CancelSource& source, seconds delay) {
  co_await runtime::sleep_for(delay);
  source.cancel();
}

}  // namespace

TEST_CASE("requests one after another use one connection") {
  World world;
  int good = 0;

  world.scheduler.run(get_many(world.client, 5, good));

  CHECK(good == 5);
  CHECK(world.accepted == 1);
}

TEST_CASE("a body goes up and comes back") {
  World world;
  const std::string body(100'000, 'b');

  const ClientResponse response = world.scheduler.run(
      world.client.request({.method = Method::put, .target = "/up", .body = body}));

  CHECK(response.status == 200);
  CHECK(response.body == "PUT /up " + body);
}

TEST_CASE("a kept connection that the server closed meanwhile is replaced") {
  World world;
  int good = 0;
  world.scheduler.run(get_many(world.client, 1, good));
  world.scheduler.advance(seconds(200));

  world.scheduler.run(get_many(world.client, 1, good));

  CHECK(good == 2);
  CHECK(world.accepted == 2);
}

TEST_CASE("a request that takes too long, or is cancelled, ends") {
  World world(&wait_long);
  runtime::TaskGroup group("test");
  runtime::CancelSource source;

  CHECK_THROWS_AS(world.scheduler.run(world.client.request({.time = seconds(5)})),
                  runtime::PeerGone);

  group.spawn_on(world.scheduler, cancel_after(source, seconds(3)));
  CHECK_THROWS_AS(world.scheduler.run(world.client.request({}, source.token())),
                  runtime::Cancelled);
}

TEST_CASE("a response longer than allowed is not taken") {
  World world;

  CHECK_THROWS_AS(world.scheduler.run(world.client.request(
                      {.method = Method::post, .body = "0123456789", .longest_body = 9})),
                  runtime::PeerGone);
}

TEST_CASE("over real sockets and TLS, several clients at once on several threads") {
  const support::TemporaryFolder folder;
  const runtime::TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  runtime::IoThreads threads(2);
  runtime::AsioNetwork network(threads);
  Server server({}, &echo, &refuse_plainly);
  const auto listener = network.listen_tls(
      {"127.0.0.1", 0}, files, [&](runtime::StreamPtr stream) { server.serve(std::move(stream)); });
  const auto work = [](runtime::Network& over, runtime::Endpoint to, std::string trusted,
                       std::atomic<int>& total) -> Task<> {
    Client client(over, to, runtime::TlsTrust{"matrix.example", trusted});
    int good = 0;
    co_await get_many(client, 50, good);
    total += good;
  };
  runtime::TaskGroup group("clients");
  std::atomic<int> total = 0;

  for (int i = 0; i < 6; ++i) {
    group.spawn_on(threads.next(),
                   work(network, listener->local(), files.certificate_chain, total));
  }
  threads.run_until(group.join());
  threads.run_until(listener->stop());
  threads.run_until(server.stop(seconds(5)));

  CHECK(total == 300);
  CHECK(server.connections() == 0);
}

TEST_CASE("over real sockets, a client that hangs up in a long poll is noticed") {
  runtime::IoThreads threads(1);
  runtime::AsioNetwork network(threads);
  runtime::Handover<bool> cancelled;
  const auto poll = [](Request& request, runtime::Handover<bool> told) -> Task<Response> {
    try {
      co_await runtime::sleep_for(std::chrono::hours(1), request.gone);
    } catch (const runtime::Cancelled&) {
      told.set(true);
    }
    co_return Response{};
  };
  Server server({}, [&](Request& request) { return poll(request, cancelled); }, &refuse_plainly);
  const auto listener = network.listen(
      {"127.0.0.1", 0}, [&](runtime::StreamPtr stream) { server.serve(std::move(stream)); });
  const auto hang_up = [](runtime::Network& over, runtime::Endpoint to) -> Task<> {
    auto stream = co_await over.connect(to);
    co_await stream->write_all("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  };

  threads.run_until(hang_up(network, listener->local()));

  CHECK(threads.run_until(cancelled.wait()));
  threads.run_until(listener->stop());
  threads.run_until(server.stop(seconds(5)));
}

}  // namespace chancery::http
