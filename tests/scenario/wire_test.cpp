// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes on a connection: what never becomes a request is refused as Matrix refuses.
#include "base/parse_number.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Answer {
  unsigned status = 0;
  std::string head;
  base::Json json;
};

// The first response in `text`.
Answer first_answer(const std::string& text) {
  Answer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.size() < 12) return answer;
  answer.status = base::parse_number<unsigned>(text.substr(9, 3)).value_or(0);
  answer.head = text.substr(0, end);
  if (auto json = base::parse_json(text.substr(end + 4))) answer.json = *std::move(json);
  return answer;
}

void check_refused(ServerUnderTest& server, const std::string& bytes, unsigned status,
                   const std::string& code) {
  CAPTURE(bytes.substr(0, 120));
  const Answer answer = first_answer(server.exchange(bytes));
  CHECK(answer.status == status);
  CHECK(text_at(answer.json, "/errcode") == code);
  CHECK(answer.head.find("Access-Control-Allow-Origin: *") != std::string::npos);
}

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

TEST_CASE("a request over the wire is answered with JSON that any page may read") {
  ServerUnderTest server;
  const Answer answer = first_answer(server.exchange(get("/_matrix/client/versions")));

  CHECK(answer.status == 200);
  CHECK(answer.head.find("Content-Type: application/json") != std::string::npos);
  CHECK(answer.head.find("Access-Control-Allow-Origin: *") != std::string::npos);
  CHECK(find_at(answer.json, "/versions") != nullptr);
}

TEST_CASE("headers that are too many or too long are 431 M_TOO_LARGE") {
  ServerUnderTest server;
  check_refused(server,
                get("/_matrix/client/versions", "X: " + std::string(1'000'000, 'a') + "\r\n"), 431,
                "M_TOO_LARGE");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  check_refused(server, get("/_matrix/client/versions", many), 431, "M_TOO_LARGE");
}

TEST_CASE("a target that is too long is 414 M_TOO_LARGE") {
  ServerUnderTest server;
  check_refused(server, get("/" + std::string(100'000, 'a')), 414, "M_TOO_LARGE");
}

TEST_CASE("a request that could be read in two ways is refused and the connection closed") {
  ServerUnderTest server;
  const std::string login = "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\n";
  for (const std::string& bytes :
       {login + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        login + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        login + "Content-Length: 2\nX: y\r\n\r\n{}", login + "X: a\r\n b\r\n\r\n"}) {
    check_refused(server, bytes + get("/_matrix/client/versions"), 400, "M_UNKNOWN");
  }
}

TEST_CASE("what is no HTTP, or a method that nobody knows, is refused in JSON") {
  ServerUnderTest server;
  check_refused(server, "hello\r\n\r\n", 400, "M_UNKNOWN");
  check_refused(server, "BREW /_matrix/client/versions HTTP/1.1\r\nHost: x\r\n\r\n", 405,
                "M_UNRECOGNIZED");
  check_refused(server, get("/_matrix/client/v3/sync?since=%zz"), 400, "M_UNKNOWN");
}

TEST_CASE("a preflight is answered for every path, also where nothing is") {
  ServerUnderTest server;
  for (const char* path : {"/_matrix/client/v3/sync", "/_matrix/client/v3/nothing", "/"}) {
    const Answer answer = first_answer(server.exchange(
        "OPTIONS " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nOrigin: https://web.example\r\n" +
        "Access-Control-Request-Method: PUT\r\n\r\n"));
    CHECK(answer.status == 204);
    CHECK(answer.head.find("Access-Control-Allow-Headers: X-Requested-With, Content-Type, "
                           "Authorization") != std::string::npos);
  }
}

TEST_CASE("a body announced larger than the route takes is 413 before it is sent") {
  ServerUnderTest server;
  check_refused(server,
                "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\n"
                "Content-Length: 99999999\r\n\r\n",
                413, "M_TOO_LARGE");
}

TEST_CASE("a chunked body is a body like another") {
  ServerUnderTest server;
  const Answer answer =
      first_answer(server.exchange("POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
  CHECK(answer.status == 400);
  CHECK(text_at(answer.json, "/errcode") == "M_MISSING_PARAM");
}

TEST_CASE("a body that says it is compressed is refused, and a form is not taken for JSON") {
  ServerUnderTest server;
  const std::string packed = "\x1f\x8b\x08\x00garbage";
  check_refused(server,
                "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
                "Content-Length: " +
                    std::to_string(packed.size()) + "\r\n\r\n" + packed,
                415, "M_UNKNOWN");
  const std::string form = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--";
  check_refused(server,
                "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
                    std::to_string(form.size()) + "\r\n\r\n" + form,
                400, "M_NOT_JSON");
}

}  // namespace
}  // namespace chancery::scenario
