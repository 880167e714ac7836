// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_network.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"

#include <doctest/doctest.h>

#include <array>

namespace chancery::support {
namespace {

using runtime::PeerGone;
using runtime::SimulatedScheduler;
using runtime::StreamPtr;
using runtime::Task;
using runtime::TaskGroup;

Task<std::string> read_to_end(runtime::Stream& stream) {
  std::string all;
  std::array<char, 100> part{};
  while (const std::size_t count = co_await stream.read_some(part)) all.append(part.data(), count);
  co_return all;
}

Task<> send_and_end(runtime::Stream& stream, std::string text) {
  co_await stream.write_all(text);
  co_await stream.shut_down();
}

}  // namespace

TEST_CASE("bytes cross the memory network in order, however it splits them") {
  SimulatedScheduler scheduler(3);
  TaskGroup group("test");
  auto [client, server] = make_stream_pair({.capacity = 10, .longest_read = 3});

  group.spawn_on(scheduler, send_and_end(*client, std::string(1000, 'x') + "end"));
  const std::string got = scheduler.run(read_to_end(*server));
  scheduler.run(group.join());

  CHECK(got == std::string(1000, 'x') + "end");
}

TEST_CASE("a listener gets what connects to its address, and nothing after it stopped") {
  SimulatedScheduler scheduler;
  MemoryNetwork network;
  StreamPtr accepted;
  const auto listener =
      network.listen({"127.0.0.1", 0}, [&](StreamPtr stream) { accepted = std::move(stream); });

  const StreamPtr client = scheduler.run(network.connect(listener->local()));
  CHECK(accepted != nullptr);

  scheduler.run(listener->stop());
  CHECK_THROWS_AS(scheduler.run(network.connect(listener->local())), PeerGone);
}

TEST_CASE("two listeners cannot have one address") {
  MemoryNetwork network;
  const auto first = network.listen({"127.0.0.1", 80}, [](StreamPtr) {});

  CHECK_THROWS_AS(static_cast<void>(network.listen({"127.0.0.1", 80}, [](StreamPtr) {})),
                  runtime::ListenError);
}

TEST_CASE("a broken connection is PeerGone on both sides") {
  SimulatedScheduler scheduler;
  auto [client, server] = make_stream_pair();

  break_connection(*client);

  CHECK_THROWS_AS(scheduler.run(read_to_end(*client)), PeerGone);
  CHECK_THROWS_AS(scheduler.run(send_and_end(*server, "x")), PeerGone);
}

}  // namespace chancery::support
