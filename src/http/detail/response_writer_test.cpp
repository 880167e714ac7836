// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/response_writer.hpp"

#include <doctest/doctest.h>

namespace chancery::http::detail {
namespace {

constexpr std::string_view kDate = "Thu, 01 Jan 2026 00:00:00 GMT";

std::string head_of(const Response& response, const RequestShape& request = {}) {
  std::string head;
  append_head(head, response, plan_response(response, request), kDate);
  return head;
}

Response with_status(unsigned status) {
  Response response;
  response.status = status;
  return response;
}

class Endless final : public BodySource {
 public:
  [[nodiscard]] std::optional<std::uint64_t> length() const override { return std::nullopt; }
  runtime::Task<std::string> next() override { co_return "x"; }
};

FixedFields make_fixed() {
  Headers fields;
  fields.add("X-Open", "*");
  fields.add("X-Seen", "a, b");
  return FixedFields(std::move(fields));
}

}  // namespace

TEST_CASE("a head has status, date, fields in their order, and the body's length") {
  Response response;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("ETag", "\"x\"");
  response.body = std::string(1234, 'x');

  CHECK(head_of(response) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "Content-Type: application/json\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n");
}

TEST_CASE("a status without a phrase of its own leaves the phrase empty") {
  CHECK(head_of(with_status(299)).starts_with("HTTP/1.1 299 \r\nDate: "));
  CHECK(head_of(with_status(404)).starts_with("HTTP/1.1 404 Not Found\r\n"));
}

TEST_CASE("the length is said whatever holds the body, and of none where there is none") {
  Response response;
  CHECK(head_of(response).ends_with("\r\nContent-Length: 0\r\n\r\n"));
  response.body = std::make_shared<const std::string>("abc");
  CHECK(head_of(response).ends_with("\r\nContent-Length: 3\r\n\r\n"));
  CHECK(head_of(response, {.method = Method::head}).ends_with("\r\nContent-Length: 3\r\n\r\n"));
  response.status = 304;
  CHECK(head_of(response) ==
        "HTTP/1.1 304 Not Modified\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "\r\n");
}

TEST_CASE("a body of unknown length is announced as chunks, or by the end of the connection") {
  Response response;
  response.body = std::make_unique<Endless>();

  CHECK(head_of(response).ends_with(" GMT\r\nTransfer-Encoding: chunked\r\n\r\n"));
  CHECK(head_of(response, {.is_http10 = true}).ends_with(" GMT\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("a handler may end the connection, but says nothing else of it") {
  Response response;
  response.headers.add("connection", "Close");
  response.headers.add("Date", "yesterday");
  response.headers.add("content-length", "7");
  response.headers.add("Transfer-Encoding", "gzip");

  CHECK(head_of(response) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("no value can begin another field, and no name hold one") {
  Response response;
  response.headers.add("X-One", "a\r\nX-Two: b");
  response.headers.add("X-Three: c\r\nX-Four", "d");
  response.headers.add("", "e");

  CHECK(head_of(response) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "X-One: a  X-Two: b\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("fixed fields are sent beside the response's own") {
  const FixedFields fixed = make_fixed();
  Response response;
  response.fixed = &fixed;
  response.headers.add("ETag", "\"x\"");

  CHECK(head_of(response) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "X-Open: *\r\nX-Seen: a, b\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a fixed field stands in the place of the response's own of that name") {
  const FixedFields fixed = make_fixed();
  Response response;
  response.fixed = &fixed;
  response.headers.add("x-OPEN", "none");
  response.headers.add("X-Seen", "c");
  response.headers.add("X-Opened", "yes");

  CHECK(head_of(response) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "X-Open: *\r\nX-Seen: a, b\r\nX-Opened: yes\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("fixed fields are held to the same rules") {
  Headers fields;
  fields.add("Content-Length", "9");
  fields.add("Bad Name", "1");
  fields.add("X-Good", "a\nb");

  const FixedFields fixed(std::move(fields));

  CHECK(fixed.text() == "X-Good: a b\r\n");
  CHECK(fixed.has("x-good"));
  CHECK_FALSE(fixed.has("X-Goo"));
}

TEST_CASE("a head is appended to what is there, with room for the body") {
  std::string out = "before";

  append_head(out, {}, {}, kDate, 10'000);

  CHECK(out == "beforeHTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n");
  CHECK(out.capacity() > 10'000);
}

}  // namespace chancery::http::detail
