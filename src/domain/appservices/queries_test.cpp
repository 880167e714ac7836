// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/queries.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace chancery::appservices {
namespace {

// Services that take their time.
class SlowOutbound final : public http::Outbound {
 public:
  runtime::Task<http::OutboundResult> send(http::OutboundRequest request,
                                           runtime::CancelToken cancel) override {
    urls.push_back(request.url);
    co_await runtime::sleep_for(length, cancel);
    co_return http::OutboundResponse{
        .status = status, .headers = {}, .body = body, .url = request.url};
  }
  std::chrono::milliseconds length = std::chrono::seconds(2);
  unsigned status = 200;
  std::string body = "{}";
  std::vector<std::string> urls;
};

Registry two_services() {
  const auto file = [](std::string id, std::string url) {
    return RegistrationFile{.path = id,
                            .text = "id: " + id + "\nurl: " + url + "\nas_token: a" + id +
                                    "\nhs_token: h" + id + "\nsender_localpart: " + id +
                                    "\nnamespaces: {users: [{regex: '@_.*'}], aliases: "
                                    "[{regex: '#_.*'}]}\n"};
  };
  return Registry(read_registrations({file("one", "http://one"), file("mute", "null"),
                                      file("two", "https://two:1/base")},
                                     protocol::ServerName::trusted("x"))
                      .registrations);
}

struct Asking {
  runtime::SimulatedScheduler scheduler;
  SlowOutbound outbound;
  Registry registry = two_services();
  ServiceClient client{outbound};
  Queries queries{{.registry = registry, .client = client, .clock = scheduler.clock()}};

  bool bring(const std::string& alias) {
    return scheduler.run(queries.bring(protocol::RoomAlias::trusted(alias)));
  }
};

TEST_CASE("the first service that has it is believed, the others are not asked") {
  Asking asking;
  CHECK(asking.bring("#_a:x"));
  CHECK(asking.outbound.urls ==
        std::vector<std::string>{"http://one/_matrix/app/v1/rooms/%23_a%3Ax"});
}

TEST_CASE("what no service has is not asked for again for a while") {
  Asking asking;
  asking.outbound.status = 404;
  asking.outbound.body = R"({"errcode":"M_NOT_FOUND"})";
  CHECK_FALSE(asking.bring("#_a:x"));
  CHECK_FALSE(asking.bring("#_a:x"));
  CHECK(asking.outbound.urls ==
        std::vector<std::string>{"http://one/_matrix/app/v1/rooms/%23_a%3Ax",
                                 "https://two:1/base/_matrix/app/v1/rooms/%23_a%3Ax"});
  asking.scheduler.advance(Queries::kRemembered);
  CHECK_FALSE(asking.bring("#_a:x"));
  CHECK(asking.outbound.urls.size() == 4);
}

TEST_CASE("a service from before there were versions is asked by the old path") {
  Asking asking;
  asking.outbound.status = 404;
  asking.outbound.body = "<html>";
  CHECK_FALSE(asking.bring("#_a:x"));
  CHECK(asking.outbound.urls[1] == "http://one/rooms/%23_a%3Ax");
}

TEST_CASE("nobody is asked for what is in no namespace") {
  Asking asking;
  CHECK_FALSE(asking.bring("#a:x"));
  CHECK_FALSE(asking.scheduler.run(asking.queries.bring(protocol::UserId::trusted("@_a:else"))));
  CHECK(asking.outbound.urls.empty());
  CHECK(asking.scheduler.run(asking.queries.bring(protocol::UserId::trusted("@_a:x"))));
  CHECK(asking.outbound.urls.front() == "http://one/_matrix/app/v1/users/%40_a%3Ax");
}

TEST_CASE("whoever asks beside goes on, and of many such questions a bounded number is asked") {
  Asking asking;
  asking.scheduler.run([](Queries& queries) -> runtime::Task<> {
    for (std::size_t i = 0; i < 2 * Queries::kMostBeside; ++i) {
      queries.bring_beside(protocol::UserId::trusted("@_" + std::to_string(i) + ":x"));
    }
    co_await runtime::yield_now();
  }(asking.queries));
  CHECK(asking.outbound.urls.size() == Queries::kMostBeside);
  // Who waits for an answer is asked for nevertheless.
  CHECK(asking.bring("#_a:x"));
  asking.scheduler.advance(std::chrono::seconds(10));

  asking.scheduler.run(asking.queries.stop());
}

TEST_CASE("a stop ends the questions that are asked beside") {
  Asking asking;
  asking.outbound.length = std::chrono::hours(1);
  asking.scheduler.run([](Queries& queries) -> runtime::Task<> {
    queries.bring_beside(protocol::UserId::trusted("@_a:x"));
    co_await runtime::yield_now();
  }(asking.queries));
  const auto began = asking.scheduler.clock().steady_now();

  asking.scheduler.run(asking.queries.stop());

  CHECK(asking.outbound.urls.size() == 1);
  CHECK(asking.scheduler.clock().steady_now() == began);
}

// Asks at the same time as others; how many found it.
runtime::Task<> ask_beside(Queries& queries, int& found) {
  if (co_await queries.bring(protocol::RoomAlias::trusted("#_a:x"))) ++found;
}

TEST_CASE("who asks for the same at the same time waits for the one answer") {
  Asking asking;
  runtime::TaskGroup group("askers");
  int found = 0;
  for (int i = 0; i < 5; ++i) group.spawn_on(asking.scheduler, ask_beside(asking.queries, found));
  asking.scheduler.run(group.join());
  CHECK(found == 5);
  CHECK(asking.outbound.urls.size() == 1);
  // What came of it holds for that moment alone.
  CHECK(asking.bring("#_a:x"));
  CHECK(asking.outbound.urls.size() == 2);
}

TEST_CASE("strangers cannot make this server ask without end") {
  Asking asking;
  runtime::TaskGroup group("askers");
  const auto ask = [](Queries& queries, int number) -> runtime::Task<> {
    co_await queries.bring(protocol::RoomAlias::trusted("#_" + std::to_string(number) + ":x"));
  };
  for (int i = 0; i < 500; ++i) group.spawn_on(asking.scheduler, ask(asking.queries, i));
  asking.scheduler.run(group.join());
  CHECK(asking.outbound.urls.size() == Queries::kMostAtOnce);
  CHECK(asking.bring("#_499:x"));
}

TEST_CASE("a service that asks for what it is being asked for is not waited for by itself") {
  Asking asking;
  asking.outbound.length = std::chrono::seconds(8);
  runtime::TaskGroup group("askers");
  int found = 0;
  group.spawn_on(asking.scheduler, ask_beside(asking.queries, found));
  asking.scheduler.run_ready();
  const runtime::SteadyTime before = asking.scheduler.clock().steady_now();
  CHECK_FALSE(asking.bring("#_a:x"));
  CHECK((asking.scheduler.clock().steady_now() - before == Queries::kPatienceBeside));
  asking.scheduler.run(group.join());
  CHECK(found == 1);
}

}  // namespace
}  // namespace chancery::appservices
