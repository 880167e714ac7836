// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/well_known.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;

std::string delegation_in(std::string_view body, unsigned status = 200) {
  const auto name =
      read_delegation({.status = status, .headers = {}, .body = std::string(body), .url = {}});
  return name ? name->text() : "(none)";
}

std::chrono::seconds belief_in_field(std::string_view value) {
  http::Headers headers;
  headers.add("cache-control", value);
  return belief_in(headers);
}

TEST_CASE("a well-known file names a server, with a port or without") {
  CHECK(delegation_in(R"({"m.server":"a.example"})") == "a.example");
  CHECK(delegation_in(R"({"m.server":"a.example:443","more":[]})") == "a.example:443");
  CHECK(delegation_in(R"({"m.server":"[2001:db8::1]:8448"})") == "[2001:db8::1]:8448");
  CHECK(delegation_in(R"({"m.server":"192.0.2.1"})") == "192.0.2.1");
}

TEST_CASE("what is no such file names none") {
  for (const std::string_view body : {R"()",
                                      R"(null)",
                                      R"("a.example")",
                                      R"(["a.example"])",
                                      R"({})",
                                      R"({"m.server":null})",
                                      R"({"m.server":7})",
                                      R"({"m.server":{}})",
                                      R"({"m.server":""})",
                                      R"({"m.server":"user@a.example"})",
                                      R"({"m.server":"user:secret@a.example:443"})",
                                      R"({"m.server":"https://a.example"})",
                                      R"({"m.server":"a.example/path"})",
                                      R"({"m.server":"a.example:"})",
                                      R"({"m.server":"a.example:99999"})",
                                      R"({"m.server":"a.example:80:80"})",
                                      R"({"m.server":"a.example\r\nX: y"})",
                                      R"({"m.server":"a.example\u0000"})",
                                      R"({"m.server":" a.example"})",
                                      R"({"m.server":"b\u00fccher.example"})",
                                      R"({"m.server":"[::1"})",
                                      R"({"m.server":"a.example","m.server":"b.example"})",
                                      "<html>",
                                      "{\"m.server\":\"a"}) {
    CAPTURE(body);
    CHECK(delegation_in(body) == "(none)");
  }
  CHECK(delegation_in(R"({"m.server":")" + std::string(300, 'a') + R"("})") == "(none)");
  for (const unsigned status : {201U, 204U, 301U, 404U, 500U}) {
    CHECK(delegation_in(R"({"m.server":"a.example"})", status) == "(none)");
  }
}

TEST_CASE("an answer is believed as long as it says, within bounds, or a day") {
  CHECK(belief_in({}) == 24h);
  CHECK(belief_in_field("max-age=3600") == 1h);
  CHECK(belief_in_field("public, MAX-AGE = \"7200\" , stale-if-error=9") == 2h);
  CHECK(belief_in_field("max-age=0") == 5min);
  CHECK(belief_in_field("max-age=1") == 5min);
  CHECK(belief_in_field("no-store") == 5min);
  CHECK(belief_in_field("max-age=86400, no-cache") == 5min);
  CHECK(belief_in_field("max-age=7200,max-age=3600") == 1h);
  CHECK(belief_in_field("max-age=31536000") == 48h);
  CHECK(belief_in_field("max-age=99999999999999999999999999") == 48h);
}

TEST_CASE("a Cache-Control field that says nothing of how long is as good as none") {
  for (const std::string_view value :
       {"", ",", ",,,", "max-age", "max-age=", "max-age=-1", "max-age=1e9", "max-age=x",
        "s-maxage=60", "=60", "public"}) {
    CAPTURE(value);
    CHECK(belief_in_field(value) == 24h);
  }
  CHECK(belief_in_field(std::string(100'000, ',')) == 24h);
}

}  // namespace
}  // namespace chancery::federation
