// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/heads.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::http::detail {
namespace {

std::string with(const std::string& fields, const std::string& version = "1.1") {
  return "GET /a?b=c HTTP/" + version + "\r\nHost: x\r\n" + fields + "\r\n";
}

RequestHead parse(const std::string& head) {
  Request request;
  return parse_request_head(head, request);
}

}  // namespace

TEST_CASE("a request's head is taken apart") {
  Request request;

  const RequestHead head = parse_request_head(
      "PUT /a%20b?c=d%20e HTTP/1.1\r\nHost: x.example:80\r\nX-One:\t 1 2\t \r\nX-Two:\r\n"
      "content-LENGTH: 12\r\nExpect: 100-Continue\r\n\r\n",
      request);

  CHECK(head.refusal.status == 0);
  CHECK(request.method == Method::put);
  CHECK(request.target == "/a%20b?c=d%20e");
  CHECK(request.path == "/a%20b");
  CHECK(request.query.find("c") == "d e");
  CHECK(request.headers.fields().size() == 5);
  CHECK(request.headers.find("x-one") == "1 2");
  CHECK(request.headers.find("X-Two") == "");
  CHECK(head.framing.content_length == 12);
  CHECK(head.framing.expects_continue);
  CHECK(head.framing.keeps_alive);
  CHECK_FALSE(head.framing.chunked);
}

TEST_CASE("methods are known by their exact names") {
  const std::vector<std::pair<std::string, Method>> known{
      {"GET", Method::get},     {"HEAD", Method::head},     {"POST", Method::post},
      {"PUT", Method::put},     {"DELETE", Method::del},    {"OPTIONS", Method::options},
      {"PATCH", Method::patch}, {"OTHER", Method::other},   {"get", Method::other},
      {"GETS", Method::other},  {"CONNECT", Method::other}, {"G", Method::other}};
  for (const auto& [name, method] : known) {
    CAPTURE(name);
    Request request;
    const RequestHead head = parse_request_head(name + " / HTTP/1.1\r\nHost: x\r\n\r\n", request);
    CHECK(head.refusal.status == 0);
    CHECK(request.method == method);
  }
}

TEST_CASE("a connection ends where any of the options says so, or none says it goes on") {
  for (const std::string fields :
       {"", "Connection:\r\n", "Connection: keep-alive\r\n", "Connection: ,, upgrade ,\r\n",
        "Connection: closed\r\n", "X-Connection: close\r\n"}) {
    CAPTURE(fields);
    CHECK(parse(with(fields)).framing.keeps_alive);
  }
  for (const std::string fields :
       {"Connection: close\r\n", "connection:CLOSE\r\n", "Connection: keep-alive,\tclose\r\n",
        "Connection: x\r\nConnection: close\r\n", "Proxy-Connection: close\r\n"}) {
    CAPTURE(fields);
    CHECK_FALSE(parse(with(fields)).framing.keeps_alive);
  }
  CHECK_FALSE(parse(with("", "1.0")).framing.keeps_alive);
  CHECK(parse(with("Connection: Keep-Alive\r\n", "1.0")).framing.keeps_alive);
}

TEST_CASE("a Connection that is no list of names is refused") {
  for (const std::string value : {"close;x", "\"close\"", "keep alive", "a/b", "close, (x)"}) {
    CAPTURE(value);
    CHECK(parse(with("Connection: " + value + "\r\n")).refusal.status == 400);
    CHECK(parse(with("Proxy-Connection: " + value + "\r\n")).refusal.status == 400);
  }
}

TEST_CASE("the first bad field is what a request is refused for") {
  CHECK(parse(with("Host: y\r\n")).refusal.reason == "two Hosts");
  CHECK(parse(with("Expect: cake\r\nHost: y\r\n")).refusal.status == 417);
  CHECK(parse(with("Content-Length: 1\r\nContent-Length: 1\r\n")).refusal.reason ==
        "two Content-Lengths");
  CHECK(parse("GET / HTTP/1.1\r\nHost: a b\r\n\r\n").refusal.reason == "bad Host");
  CHECK(parse("GET / HTTP/1.1\r\nHost: a\x80\r\n\r\n").refusal.reason == "bad Host");
  CHECK(parse("GET / HTTP/1.1\r\n\r\n").refusal.reason == "no Host");
}

TEST_CASE("what no scanner has passed does no harm") {
  for (const std::string head : {"", "\r\n", "GET", "GET ", "GET /\r\n\r\n", "\r\n\r\n",
                                 "GET / HTTP/1.1\r\nHost\r\n\r\n", "GET / HTTP/1.1\r\n: \r"}) {
    CAPTURE(head);
    CHECK(parse(head).refusal.status == 400);
  }
}

TEST_CASE("a response's head is taken apart, or refused by the same rules") {
  const ResponseHead head = parse_response_head(
      "HTTP/1.1 201 Made\r\nContent-Length: 3\r\nX-One: 1\r\nConnection: close\r\n\r\n");
  CHECK(head.status == 201);
  CHECK(head.headers.find("X-one") == "1");
  CHECK(head.framing.content_length == 3);
  CHECK_FALSE(head.framing.keeps_alive);

  for (const std::string fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: +1\r\n",
        "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"}) {
    CAPTURE(fields);
    CHECK(parse_response_head("HTTP/1.1 200 OK\r\n" + fields + "\r\n").status == 0);
  }
}

}  // namespace chancery::http::detail
