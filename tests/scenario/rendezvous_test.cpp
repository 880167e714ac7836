// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Two devices leave each other notes, by both forms of the rendezvous.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOld = "/_matrix/client/unstable/org.matrix.msc4108/rendezvous";
constexpr const char* kNew = "/_matrix/client/unstable/io.element.msc4388/rendezvous";

struct Meeting {
  ServerUnderTest server;

  ApiAnswer note(http::Method method, const std::string& target, const std::string& text,
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
    return server
        .begin({.method = method,
                .target = target,
                .body = text,
                .token = {},
                .content_type = "text/plain",
                .headers = std::move(headers)})
        .await();
  }
};

std::string field(const ApiAnswer& answer, std::string_view name) {
  return std::string(answer.headers.find(name).value_or(""));
}

TEST_CASE("notes go to and fro under their ETag, as MSC4108 has it") {
  Meeting meeting;
  const ApiAnswer begun = meeting.note(http::Method::post, kOld, "hello");
  REQUIRE(begun.status == 201);
  REQUIRE(begun.text("url").starts_with("http://127.0.0.1:8008/_matrix/"));
  const std::string path = begun.text("url").substr(std::string("http://127.0.0.1:8008").size());
  CHECK(field(begun, "Expires").ends_with(" GMT"));
  CHECK(field(begun, "Last-Modified").ends_with(" GMT"));
  CHECK(field(begun, "Cache-Control") == "no-store, no-transform");
  CHECK(field(begun, "Access-Control-Expose-Headers").find("ETag") != std::string::npos);
  CHECK(field(begun, "Access-Control-Allow-Headers").find("If-Match") != std::string::npos);

  const ApiAnswer read = meeting.note(http::Method::get, path, "");
  CHECK(read.body == "hello");
  CHECK(field(read, "Content-Type").starts_with("text/plain"));
  CHECK(field(read, "X-Content-Type-Options") == "nosniff");
  CHECK(
      meeting.note(http::Method::get, path, "", {{"If-None-Match", field(read, "ETag")}}).status ==
      304);
  const ApiAnswer written =
      meeting.note(http::Method::put, path, "answer", {{"If-Match", field(read, "ETag")}});
  CHECK(written.status == 202);
  const ApiAnswer stale =
      meeting.note(http::Method::put, path, "too late", {{"If-Match", field(read, "ETag")}});
  CHECK(stale.status == 412);
  CHECK(stale.errcode() == "M_CONCURRENT_WRITE");
  CHECK(field(stale, "ETag") == field(written, "ETag"));
  CHECK(meeting.note(http::Method::put, path, "x").errcode() == "M_MISSING_PARAM");
  CHECK(meeting.note(http::Method::get, path, "").body == "answer");
  CHECK(meeting.note(http::Method::get, path, "", {{"Sec-Fetch-Mode", "navigate"}}).status == 403);

  CHECK(meeting.note(http::Method::del, path, "").status == 204);
  CHECK(meeting.note(http::Method::get, path, "").errcode() == "M_NOT_FOUND");
  CHECK(meeting.note(http::Method::put, path, "x", {{"If-Match", "\"x\""}}).status == 404);
  CHECK(meeting.note(http::Method::del, path, "").status == 404);
}

TEST_CASE("notes go to and fro under their sequence token, as MSC4388 has it") {
  Meeting meeting;
  const Person device = meeting.server.stranger();
  CHECK(find_at(device.get(kNew).json, "/create_available")->as_bool());
  const ApiAnswer begun = device.post(kNew, R"({"data":"hello"})");
  REQUIRE(begun.status == 200);
  CHECK(find_at(begun.json, "/expires_in_ms")->as_int64() == 600'000);
  const std::string path = std::string(kNew) + "/" + begun.text("id");
  const auto write = [&](const std::string& at, const std::string& seen, const char* data) {
    return device.put(at, R"({"sequence_token":")" + seen + R"(","data":")" + data + "\"}");
  };

  const ApiAnswer written = write(path, begun.text("sequence_token"), "answer");
  REQUIRE(written.status == 200);
  const ApiAnswer read = device.get(path);
  CHECK(read.text("data") == "answer");
  CHECK(read.text("sequence_token") == written.text("sequence_token"));
  const ApiAnswer stale = write(path, begun.text("sequence_token"), "too late");
  CHECK(stale.status == 409);
  CHECK(stale.errcode() == "IO_ELEMENT_MSC4388_CONCURRENT_WRITE");
  const ApiAnswer once = write(path + "/t1", written.text("sequence_token"), "third");
  const ApiAnswer twice = write(path + "/t1", written.text("sequence_token"), "third");
  CHECK(twice.text("sequence_token") == once.text("sequence_token"));

  CHECK(device.put(path, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(device.del(path).status == 200);
  CHECK(device.get(path).errcode() == "M_NOT_FOUND");
}

TEST_CASE("a note is small, plain, and gone after ten minutes") {
  Meeting meeting;
  const std::string most(4'096, 'a');
  CHECK(meeting.note(http::Method::post, kOld, most).status == 201);
  const ApiAnswer large = meeting.note(http::Method::post, kOld, most + "a");
  CHECK(large.status == 413);
  CHECK(large.errcode() == "M_TOO_LARGE");
  const Person device = meeting.server.stranger();
  CHECK(device.post(kOld, "{}").errcode() == "M_INVALID_PARAM");
  CHECK(device.post(kNew, R"({"data":")" + most + "a\"}").errcode() == "M_TOO_LARGE");

  const ApiAnswer begun = device.post(kNew, R"({"data":""})");
  meeting.server.scheduler().advance(10min);
  CHECK(device.get(std::string(kNew) + "/" + begun.text("id")).status == 404);
}

TEST_CASE("the versions name what clients look for before they sign in by QR code") {
  ServerUnderTest server;
  for (const char* feature : {"org.matrix.msc4108", "io.element.msc4388", "org.matrix.msc2965"}) {
    CHECK(tells_of(server, feature));
  }
}

}  // namespace
}  // namespace chancery::scenario
