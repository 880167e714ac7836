// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include "runtime/wait.hpp"
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

#include <array>

namespace chancery::http {
namespace {

using runtime::Task;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"; }

bool ends_with(const Wire& wire, std::string_view text) { return wire.received.ends_with(text); }

// Gives its pieces, then fails if told to.
class Pieces final : public BodySource {
 public:
  Pieces(std::vector<std::string> pieces, std::optional<std::uint64_t> length)
      : pieces_(std::move(pieces)), length_(length) {}
  [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
  Task<std::string> next() override {
    co_await runtime::yield_now();
    if (at_ == pieces_.size()) co_return "";
    if (pieces_[at_] == "fail") throw std::runtime_error("source broke");
    co_return pieces_[at_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> length_;
  std::size_t at_ = 0;
};

Handler give(std::vector<std::string> pieces, std::optional<std::uint64_t> length = {}) {
  return [pieces, length](Request&) -> Task<Response> {
    return [](std::vector<std::string> each, std::optional<std::uint64_t> whole) -> Task<Response> {
      Response response;
      response.body = std::make_unique<Pieces>(std::move(each), whole);
      co_return response;
    }(pieces, length);
  };
}

}  // namespace

TEST_CASE("a request gets a response with length and date, and the connection stays") {
  Wire wire;

  wire.send(kGet);

  const std::string first = wire.take();
  CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(first.find("Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n") != std::string::npos);
  CHECK(first.find("Content-Length: 7\r\n") != std::string::npos);
  CHECK(first.ends_with("\r\n\r\nGET /a "));
  wire.send(get("/b"));
  CHECK(ends_with(wire, "GET /b "));
  CHECK_FALSE(wire.closed);
}

TEST_CASE("pipelined requests are answered in order, however many come at once") {
  Wire wire;
  std::string all;
  for (int i = 0; i < 50; ++i) all += get("/" + std::to_string(i));

  wire.send(all);

  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = wire.received.find("GET /" + std::to_string(i) + " ", at);
    REQUIRE(at != std::string::npos);
  }
  CHECK(count_of(wire.received, "HTTP/1.1 200 OK") == 50);
}

TEST_CASE("requests are understood when they come byte by byte") {
  Wire wire(&echo, {}, {.longest_read = 1});

  wire.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" +
            std::string("POST /q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") +
            "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: v\r\n\r\n" + kGet);

  CHECK(wire.received.find("POST /p hello") != std::string::npos);
  CHECK(wire.received.find("POST /q abcde") != std::string::npos);
  CHECK(ends_with(wire, "GET /a "));
}

TEST_CASE("HEAD gets the length but not the body") {
  Wire wire;

  wire.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");

  CHECK(wire.received.find("Content-Length: 8\r\n") != std::string::npos);
  CHECK(ends_with(wire, "\r\n\r\n"));
}

TEST_CASE("a 204 has neither body nor length") {
  Wire wire([](Request&) -> Task<Response> {
    Response response;
    response.status = 204;
    co_return response;
  });

  wire.send(kGet);

  CHECK(wire.received.find("Content-Length") == std::string::npos);
  CHECK(ends_with(wire, "\r\n\r\n"));
}

TEST_CASE("a client that expects 100 Continue gets it when the body is asked for") {
  Wire wire;

  wire.send("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(wire.take() == "HTTP/1.1 100 Continue\r\n\r\n");

  wire.send("ok");
  CHECK(ends_with(wire, "PUT /p ok"));
  CHECK_FALSE(wire.closed);
}

TEST_CASE("a body that is refused unread asks for no 100 Continue and ends the connection") {
  Wire wire([](Request& request) -> Task<Response> {
    co_await read_body(request, 1);
    co_return Response{};
  });

  wire.send("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n");

  CHECK(wire.received.starts_with("HTTP/1.1 413 "));
  CHECK(wire.received.find("Connection: close\r\n") != std::string::npos);
  CHECK(wire.closed);
}

TEST_CASE("a short unread body is read over, a long one ends the connection") {
  const Handler careless = [](Request&) -> Task<Response> { co_return Response{}; };
  Wire polite(careless);
  polite.send("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" +
              std::string(1000, 'x') + kGet);
  CHECK(count_of(polite.received, "HTTP/1.1 200 OK") == 2);

  Wire endless(careless);
  endless.send("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nxxx");
  CHECK(endless.received.find("Connection: close\r\n") != std::string::npos);
  CHECK(endless.closed);
}

TEST_CASE("a body is read no faster than the handler asks") {
  auto allowed = std::make_shared<runtime::Bell>();
  auto read = std::make_shared<std::size_t>(0);
  const auto slow = [](Request& request, std::shared_ptr<runtime::Bell> bell,
                       std::shared_ptr<std::size_t> count) -> Task<Response> {
    *count += (co_await request.body->read_some()).size();
    co_await bell->wait(bell->ticket());
    co_return Response{};
  };
  Wire wire([=](Request& request) { return slow(request, allowed, read); }, {},
            {.capacity = 64 * 1024});

  wire.send("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" +
            std::string(1'000'000, 'x'));

  CHECK(*read > 0);
  CHECK(*read <= 64 * 1024);
  allowed->ring();
  wire.scheduler.run_ready();
}

TEST_CASE("a source of unknown length is sent in chunks") {
  Wire wire(give({"hello", std::string(16, 'x')}));

  wire.send(kGet);

  CHECK(wire.received.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(ends_with(wire, "\r\n\r\n5\r\nhello\r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"));
  CHECK_FALSE(wire.closed);
}

TEST_CASE("a source of known length is sent as it is") {
  Wire wire(give({"hello", " you"}, 9));

  wire.send(kGet);

  CHECK(wire.received.find("Content-Length: 9\r\n") != std::string::npos);
  CHECK(ends_with(wire, "\r\n\r\nhello you"));
  CHECK_FALSE(wire.closed);
}

TEST_CASE("a source that breaks or gives another length leaves an incomplete response") {
  Wire broken(give({"hello", "fail"}));
  broken.send(kGet);
  CHECK(broken.closed);
  CHECK_FALSE(broken.received.ends_with("0\r\n\r\n"));

  Wire too_short(give({"hello"}, 9));
  too_short.send(kGet);
  CHECK(too_short.closed);

  Wire too_long(give({"hello"}, 2));
  too_long.send(kGet);
  CHECK(too_long.closed);
  CHECK(too_long.received.find("hello") == std::string::npos);
}

TEST_CASE("a long response reaches a slow reader whole") {
  const Handler big = [](Request&) -> Task<Response> {
    Response response;
    response.body = std::make_shared<const std::string>(3'000'000, 'b');
    co_return response;
  };
  Wire wire(big, {}, {.capacity = 1000, .longest_read = 700});

  wire.send(kGet);

  CHECK(wire.received.find("Content-Length: 3000000\r\n") != std::string::npos);
  CHECK(wire.received.size() > 3'000'000);
}

TEST_CASE("answers that wait for their readers are not mixed up") {
  const Handler repeat = [](Request& request) -> Task<Response> {
    Response response;
    response.body = std::string(15'000, request.path.back());
    co_return response;
  };
  runtime::SimulatedScheduler scheduler;
  Server server({}, repeat, &refuse_plainly);
  std::vector<runtime::StreamPtr> clients;
  for (const char each : std::string("abcd")) {
    auto [client, served] = support::make_stream_pair({.capacity = 1000});
    scheduler.post([&, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
    scheduler.run(client->write_all(get(std::string("/") + each)));
    scheduler.run_ready();
    clients.push_back(std::move(client));
  }

  for (std::size_t i = clients.size(); i-- > 0;) {
    std::string received;
    std::array<char, 700> part{};
    while (!received.ends_with(std::string(15'000, "abcd"[i]))) {
      const std::size_t count = scheduler.run(clients[i]->read_some(part));
      REQUIRE(count > 0);
      received.append(part.data(), count);
    }
    CHECK(received.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(received.substr(received.find("\r\n\r\n") + 4).size() == 15'000);
  }
  clients.clear();
  scheduler.run(server.stop(milliseconds(0)));
}

TEST_CASE("HTTP/1.0 gets no chunks and a closed connection") {
  Wire wire(give({"hello"}));

  wire.send("GET / HTTP/1.0\r\n\r\n");

  CHECK(ends_with(wire, "\r\n\r\nhello"));
  CHECK(wire.received.find("chunked") == std::string::npos);
  CHECK(wire.closed);
}

TEST_CASE("a client that wants to close gets its answer and is closed") {
  Wire wire;

  wire.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  CHECK(wire.received.find("Connection: close\r\n") != std::string::npos);
  CHECK(ends_with(wire, "GET /a "));
  CHECK(wire.closed);
}

TEST_CASE("a handler's header value cannot begin another field") {
  Wire wire([](Request&) -> Task<Response> {
    Response response;
    response.headers.add("Location", "/x\r\nSet-Cookie: a=b");
    response.headers.add("Bad Name", "1");
    response.headers.add("Content-Length", "99");
    co_return response;
  });

  wire.send(kGet);

  CHECK(wire.received.find("Location: /x  Set-Cookie: a=b\r\n") != std::string::npos);
  CHECK(wire.received.find("Bad Name") == std::string::npos);
  CHECK(count_of(wire.received, "Content-Length") == 1);
}

TEST_CASE("a handler that throws is a 500, and the connection goes on") {
  Wire wire([](Request&) -> Task<Response> {
    throw std::runtime_error("secret");
    co_return Response{};
  });

  wire.send(kGet);

  CHECK(wire.received.starts_with("HTTP/1.1 500 "));
  CHECK(wire.received.find("secret") == std::string::npos);
  CHECK_FALSE(wire.closed);
}

TEST_CASE("a lost connection ends quietly whatever it was at") {
  for (const std::string& text : {std::string(kGet), std::string("GET /a HT"),
                                  std::string("PUT /a HTTP/1.1\r\nHost: x\r\n"
                                              "Content-Length: 9\r\n\r\nabc")}) {
    Wire wire;
    wire.send(text);
    wire.break_connection();
    CHECK(wire.server.connections() == 0);
  }
}

TEST_CASE("connections beyond the limit are told so") {
  Limits limits;
  limits.connections = 0;
  Wire wire(&echo, limits);

  wire.scheduler.run_ready();

  CHECK(wire.received.starts_with("HTTP/1.1 503 "));
  CHECK(wire.closed);
}

}  // namespace chancery::http
