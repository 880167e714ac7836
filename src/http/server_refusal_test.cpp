// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

// Requests that could be read in two ways, or that are too much: each is answered by a refusal,
// the connection is closed, and no handler hears of it.

namespace chancery::http {
namespace {

using runtime::Task;

struct Refused {
  std::string status;
  bool handled;
  bool closed;
};

Refused send_raw(const std::string& text, Limits limits = {}) {
  bool handled = false;
  Wire wire(
      [&](Request& request) {
        handled = true;
        return echo(request);
      },
      limits);
  wire.send(text);
  // A second request hides behind the first in a smuggling attack: it must not be served.
  wire.send("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wire.received.find("/smuggled") == std::string::npos);
  return {wire.received.substr(0, 12), handled, wire.closed};
}

void check_refused(const std::string& text, const std::string& status = "400") {
  CAPTURE(text);
  const Refused refused = send_raw(text);
  CHECK(refused.status == "HTTP/1.1 " + status);
  CHECK_FALSE(refused.handled);
  CHECK(refused.closed);
}

std::string post_with(const std::string& fields, const std::string& body = "") {
  return "POST /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

}  // namespace

TEST_CASE("Content-Length beside Transfer-Encoding is refused") {
  check_refused(post_with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
  check_refused(post_with("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"));
}

TEST_CASE("two Content-Lengths are refused") {
  check_refused(post_with("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"));
  check_refused(post_with("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd"));
}

TEST_CASE("a Content-Length that is no plain number is refused") {
  for (const std::string value : {"+4", "-4", "4,4", "4, 5", "4 4", "0x4", "4.0", "", "\"4\"",
                                  "99999999999999999999", "4;", "four"}) {
    check_refused(post_with("Content-Length: " + value + "\r\n", "abcd"));
  }
}

TEST_CASE("a Transfer-Encoding other than chunked is refused") {
  for (const std::string value : {"xchunked", "identity", "gzip, chunked", "chunked, chunked",
                                  "chunked, identity", "\"chunked\"", "chunked;x", ""}) {
    check_refused(post_with("Transfer-Encoding: " + value + "\r\n", "0\r\n\r\n"));
  }
  check_refused(
      post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
  check_refused(post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n"));
}

TEST_CASE("Transfer-Encoding in HTTP/1.0 is refused") {
  check_refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST_CASE("folded header fields are refused") {
  check_refused("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n");
  check_refused("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n");
  check_refused("GET / HTTP/1.1\r\n Host: x\r\n\r\n");
}

TEST_CASE("a line feed without a return ends nothing") {
  check_refused("GET / HTTP/1.1\nHost: x\n\n");
  check_refused("GET / HTTP/1.1\r\nHost: x\n\r\n");
  check_refused("GET / HTTP/1.1\r\nHost: x\r\n\n");
  check_refused("GET / HTTP/1.1\r\nHost: x\r\nX: a\nContent-Length: 5\r\n\r\n");
}

TEST_CASE("malformed field names are refused") {
  check_refused(post_with("Content-Length : 4\r\n", "abcd"));
  check_refused(post_with("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"));
  check_refused(post_with(": x\r\n"));
  check_refused(post_with("No colon\r\n"));
  check_refused(post_with("X(y): 1\r\n"));
  check_refused(post_with(std::string("X\0y: 1\r\n", 8)));
  check_refused(post_with("X\xc3\xa9: 1\r\n"));
}

TEST_CASE("control characters in field values are refused") {
  check_refused(post_with(std::string("X: a\0b\r\n", 8)));
  check_refused(post_with("X: a\rb\r\n"));
  check_refused(post_with("X: a\x01\r\n"));
  check_refused(post_with("X: a\x7f\r\n"));
  check_refused(
      post_with("Transfer-Encoding: \x0b"
                "chunked\r\n"));
}

TEST_CASE("a Host that is missing, double or malformed is refused") {
  check_refused("GET / HTTP/1.1\r\n\r\n");
  check_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  for (const std::string host : {"", "a b", "a,b", "a/b", "u@a", "a#b"}) {
    check_refused("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }
}

TEST_CASE("malformed request lines are refused") {
  for (const std::string line :
       {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET\t/ HTTP/1.1",
        "G(T / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/1.10", "GET / HTTX/1.1",
        "GET /a b HTTP/1.1", "GET /a#b HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\x7f HTTP/1.1",
        "GET /\xc3\xa9 HTTP/1.1", "GET relative HTTP/1.1", "GET * HTTP/1.1",
        "CONNECT a:443 HTTP/1.1", "GET /?a=%zz HTTP/1.1"}) {
    check_refused(line + "\r\nHost: x\r\n\r\n");
  }
  check_refused(std::string(40, 'A') + " / HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST_CASE("other versions of HTTP are refused as such") {
  check_refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505");
  check_refused("GET / HTTP/0.9\r\nHost: x\r\n\r\n", "505");
  check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
}

TEST_CASE("what is no HTTP at all is refused before its first line ends") {
  check_refused("\x16\x03\x01\x02");
  check_refused("{\"a\":");
}

TEST_CASE("an absolute target must name the Host") {
  check_refused("GET http://other/a HTTP/1.1\r\nHost: x\r\n\r\n");
  check_refused("GET http://u@x/a HTTP/1.1\r\nHost: x\r\n\r\n");
  check_refused("GET ftp://x/a HTTP/1.1\r\nHost: x\r\n\r\n");

  Wire wire;
  wire.send("GET http://X/a?b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wire.received.ends_with("GET /a "));
}

TEST_CASE("an unknown expectation is refused") {
  check_refused(post_with("Expect: tea\r\nContent-Length: 1\r\n"), "417");
}

TEST_CASE("a request line or head that is too long is refused") {
  check_refused("GET /" + std::string(17'000, 'a'), "414");
  check_refused("GET /" + std::string(17'000, 'a') + " HTTP/1.1\r\n", "414");
  check_refused("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(17'000, 'a'), "431");
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100; ++i) many += "X: 1\r\n";
  check_refused(many + "\r\n", "431");
}

TEST_CASE("a broken or endless chunked body ends the request and the connection") {
  for (const std::string& body :
       {std::string("zz\r\n"), std::string("fffffffffffffffff\r\n"), std::string("2\r\nabc\r\n"),
        std::string("2\nab\r\n"), "1;" + std::string(9000, 'e') + "\r\na\r\n0\r\n\r\n",
        "0\r\nT: " + std::string(9000, 't') + "\r\n\r\n"}) {
    const Refused refused = send_raw(post_with("Transfer-Encoding: chunked\r\n", body));
    CHECK(refused.status == "HTTP/1.1 400");
    CHECK(refused.closed);
  }
}

TEST_CASE("a body beyond the server's limit is refused, announced or not") {
  Limits limits;
  limits.body_bytes = 10;

  const Refused announced = send_raw(post_with("Content-Length: 11\r\n"), limits);
  CHECK(announced.status == "HTTP/1.1 413");
  CHECK_FALSE(announced.handled);
  const Refused chunked = send_raw(
      post_with("Transfer-Encoding: chunked\r\n", "b\r\n01234567890\r\n0\r\n\r\n"), limits);
  CHECK(chunked.status == "HTTP/1.1 413");
  CHECK(chunked.closed);
}

TEST_CASE("an unknown but well-formed method reaches the handler") {
  Wire wire;
  wire.send("PURGE /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wire.received.ends_with("OTHER /a "));
}

TEST_CASE("one empty line before a request is ignored, two are not") {
  Wire wire;
  wire.send("\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wire.received.ends_with("GET /a "));

  check_refused("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
}

}  // namespace chancery::http
