// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Messages to devices: there until they were received, and never again.
#include "domain/sync/sync_token.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using Numbers = std::vector<std::int64_t>;

// The numbers that came to the device.
Numbers numbers_in(const ApiAnswer& sync) {
  Numbers numbers;
  const base::Json* events = find_at(sync.json, "/to_device/events");
  if (events == nullptr) return numbers;
  for (const base::Json& event : events->as_array()) {
    numbers.push_back(event.at_pointer("/content/n").as_int64());
  }
  return numbers;
}

struct Two {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");

  void send(int number, const std::string& device = "*") const {
    const ApiAnswer answer = alice.put(
        "/sendToDevice/m.test/t" + unique_text(),
        R"({"messages":{"@bob:x":{")" + device + R"(":{"n":)" + std::to_string(number) + "}}}}");
    REQUIRE(answer.status == 200);
  }
};

TEST_CASE("a message is repeated until the token of its answer comes back, and never after") {
  Two two;
  const std::string before = two.bob.position();
  two.send(1);

  const ApiAnswer first = two.bob.sync(before);
  CHECK(numbers_in(first) == Numbers{1});
  CHECK(numbers_in(two.bob.sync(before)) == Numbers{1});

  const std::string received = first.text("next_batch");
  CHECK(numbers_in(two.bob.sync(received)).empty());
  CHECK(numbers_in(two.bob.sync(before)).empty());
  CHECK(numbers_in(two.bob.sync()).empty());
  two.server.restart();
  CHECK(numbers_in(two.bob.sync(before)).empty());
  CHECK(numbers_in(two.bob.sync()).empty());
}

TEST_CASE("a transaction repeated while the first is still being written is sent once") {
  Two two;
  const std::string before = two.bob.position();
  const std::string target = "/sendToDevice/m.test/the-same";
  const std::string body = R"({"messages":{"@bob:x":{"*":{"n":1}}}})";

  Pending first = two.alice.begin(http::Method::put, target, body);
  CHECK(two.alice.put(target, body).status == 200);
  CHECK(first.await().status == 200);

  CHECK(numbers_in(two.bob.sync(before)) == Numbers{1});
}

TEST_CASE("a message that waits survives a restart") {
  Two two;
  const std::string before = two.bob.position();
  two.send(1);
  two.send(2);

  two.server.restart();

  CHECK(numbers_in(two.bob.sync(before)) == Numbers{1, 2});
  CHECK(numbers_in(two.bob.sync()) == Numbers{1, 2});
}

TEST_CASE("a message that comes after an answer was made is in the next answer") {
  Two two;
  two.send(1);
  const ApiAnswer first = two.bob.sync();
  two.send(2);

  CHECK(numbers_in(first) == Numbers{1});
  CHECK(numbers_in(two.bob.sync(first.text("next_batch"))) == Numbers{2});
}

TEST_CASE("a sync that waits is woken by a message to its device") {
  Two two;
  two.server.settle();  // nothing of how they came here is on its way any more
  Pending waiting =
      two.bob.begin(http::Method::get, "/sync?timeout=30000&since=" + two.bob.position());
  two.server.scheduler().run_ready();
  REQUIRE_FALSE(waiting.is_answered());

  two.send(7);
  two.server.settle();

  REQUIRE(waiting.is_answered());
  CHECK(numbers_in(waiting.await()) == Numbers{7});
}

TEST_CASE("many messages come in order, page by page, each once") {
  Two two;
  Numbers sent;
  for (int n = 0; n < 250; ++n) {
    sent.push_back(n);
    two.send(n);
  }
  Numbers received;
  std::string since;
  for (int page = 0; page < 10; ++page) {
    const ApiAnswer sync = two.bob.sync(since);
    const Numbers numbers = numbers_in(sync);
    received.insert(received.end(), numbers.begin(), numbers.end());
    since = sync.text("next_batch");
  }
  CHECK(received == sent);
}

TEST_CASE("each device has its own messages, and acknowledges its own alone") {
  Two two;
  const Person tablet = two.server.sign_in(two.bob, "TABLET");
  two.send(1);
  two.send(2, "TABLET");

  const ApiAnswer phone = two.bob.sync();
  CHECK(numbers_in(phone) == Numbers{1});
  CHECK(numbers_in(two.bob.sync(phone.text("next_batch"))).empty());
  CHECK(numbers_in(tablet.sync()) == Numbers{1, 2});
}

TEST_CASE("a token that another device got does not acknowledge this device's messages") {
  Two two;
  const Person tablet = two.server.sign_in(two.bob, "TABLET");
  two.send(1);
  const std::string of_phone = two.bob.position();
  static_cast<void>(two.bob.sync(of_phone));

  CHECK(numbers_in(tablet.sync()) == Numbers{1});
}

TEST_CASE("a token that was made up acknowledges nothing that is still to come") {
  Two two;
  const std::string token = two.bob.position();
  auto forged = sync::parse_sync_token(token).value();
  forged.to_device = {9'000'000'000'000'000'000};
  static_cast<void>(two.bob.sync(sync::sync_token_text(forged)));
  two.send(1);

  const ApiAnswer first = two.bob.sync(token);
  CHECK(numbers_in(first) == Numbers{1});
  CHECK(numbers_in(two.bob.sync(first.text("next_batch"))).empty());
  CHECK(numbers_in(two.bob.sync()).empty());
}

TEST_CASE("messages to devices and people that are not there go nowhere and are no error") {
  Two two;
  const ApiAnswer answer =
      two.alice.put("/sendToDevice/m.test/t" + unique_text(),
                    R"({"messages":{"@bob:x":{"NOWHERE":{"n":1}},"@nobody:x":{"*":{"n":2}},)"
                    R"("@carol:elsewhere.example":{"*":{"n":3}}}})");
  CHECK(answer.status == 200);
  CHECK(numbers_in(two.bob.sync()).empty());
}

TEST_CASE("what a device had not received goes with it and does not come to its successor") {
  Two two;
  const Person tablet = two.server.sign_in(two.bob, "TABLET");
  two.send(1, "TABLET");
  REQUIRE(tablet.post("/logout").status == 200);

  CHECK(numbers_in(two.server.sign_in(two.bob, "TABLET").sync()).empty());
}

}  // namespace
}  // namespace chancery::scenario
