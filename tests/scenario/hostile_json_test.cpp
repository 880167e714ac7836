// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// JSON that strangers send, on its way into events and past them.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

// Alice in a room of hers, who sends contents that may be wrong.
struct Sender {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  std::string room = alice.create_room();

  ApiAnswer send(const std::string& body) const {
    return alice.put("/rooms/" + room + "/send/org.example.test/t" + unique_text(), body);
  }
  ApiAnswer set_state(const std::string& body) const {
    return alice.put("/rooms/" + room + "/state/org.example.test/", body);
  }
  // The content of the event that was answered.
  base::Json content(const ApiAnswer& sent) const {
    const ApiAnswer event =
        alice.get("/rooms/" + room + "/event/" + percent_encode(sent.text("event_id")));
    return event.object().at("content");
  }
  std::size_t events() const {
    return alice.get("/rooms/" + room + "/messages?dir=f&limit=1000")
        .object()
        .at("chunk")
        .as_array()
        .size();
  }
  // Refused as a message and as state, with this code, and nothing has changed.
  void check_refused(const std::string& body, const std::string& code) const {
    CAPTURE(body.substr(0, 100));
    const std::size_t before = events();
    const ApiAnswer message = send(body);
    CHECK(message.status == 400);
    CHECK(message.errcode() == code);
    CHECK(set_state(body).errcode() == code);
    CHECK(events() == before);
  }
};

std::string nested(int levels) {
  return R"({"a":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

TEST_CASE("what is no JSON is M_NOT_JSON") {
  const Sender sender;
  for (const char* body : {"", " ", "{", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":1}x", "nul",
                           "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":\"\t\"}"}) {
    sender.check_refused(body, "M_NOT_JSON");
  }
}

TEST_CASE("JSON that is no object is M_BAD_JSON") {
  const Sender sender;
  for (const char* body : {"[]", "7", "\"text\"", "null", "true", "[{}]"}) {
    sender.check_refused(body, "M_BAD_JSON");
  }
}

TEST_CASE("integers to the last that canonical JSON has are kept, and none beyond") {
  const Sender sender;
  const ApiAnswer largest =
      sender.send(R"({"most":9007199254740991,"least":-9007199254740991,"in":[{"n":1}]})");
  REQUIRE(largest.status == 200);
  CHECK(base::to_text(sender.content(largest)).find("-9007199254740991") != std::string::npos);

  for (const char* number : {"9007199254740992", "-9007199254740992", "18446744073709551616",
                             "9007199254740991.5", "1.5", "1e-1", "9007199254740993e0", "1e16"}) {
    sender.check_refused(R"({"n":)" + std::string(number) + "}", "M_BAD_JSON");
    sender.check_refused(R"({"deep":[{"n":)" + std::string(number) + "}]}", "M_BAD_JSON");
  }
}

TEST_CASE("what is no number in JSON is no number here") {
  const Sender sender;
  for (const char* number : {"NaN", "Infinity", "-Infinity", "1e400", "-1e400", "0x10", "1_000"}) {
    sender.check_refused(R"({"n":)" + std::string(number) + "}", "M_NOT_JSON");
  }
}

TEST_CASE("other spellings of an integer become the one that canonical JSON has") {
  const Sender sender;
  const ApiAnswer sent =
      sender.send(R"({"zero":-0,"one":1.0,"thousand":10e2,"large":1e10,"ten":1E+1})");
  REQUIRE(sent.status == 200);

  const base::Json content = sender.content(sent);
  CHECK(content.at("zero").as_int64() == 0);
  CHECK(base::to_text(content.at("zero")) == "0");
  CHECK(content.at("one").as_int64() == 1);
  CHECK(content.at("thousand").as_int64() == 1000);
  CHECK(content.at("large").as_int64() == 10'000'000'000);
  CHECK(content.at("ten").as_int64() == 10);
}

TEST_CASE("a key that stands twice is refused, however it is spelt") {
  const Sender sender;
  sender.check_refused(R"({"a":1,"a":1})", "M_NOT_JSON");
  sender.check_refused(R"({"a":1,"\u0061":2})", "M_NOT_JSON");
  sender.check_refused(R"({"in":{"body":"x","b\u006fdy":"y"}})", "M_NOT_JSON");
}

TEST_CASE("text that is no Unicode is refused") {
  const Sender sender;
  for (const char* text : {R"(\ud800)", R"(\udc00)", R"(\ud800x)", R"(\ud800\ud800)", "\xFF",
                           "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3"}) {
    sender.check_refused("{\"body\":\"" + std::string(text) + "\"}", "M_NOT_JSON");
    sender.check_refused("{\"" + std::string(text) + "\":1}", "M_NOT_JSON");
  }
}

TEST_CASE("a byte order mark, or a NUL byte, is no part of JSON") {
  const Sender sender;
  sender.check_refused("\xEF\xBB\xBF{}", "M_NOT_JSON");
  sender.check_refused(std::string("{\"a\":\"\0\"}", 9), "M_NOT_JSON");
  sender.check_refused(std::string("{}\0", 3), "M_NOT_JSON");
}

TEST_CASE("strange but good text comes back byte for byte, also after a restart") {
  Sender sender;
  const std::string body =
      "{\"body\":\"line\xE2\x80\xA8para\xE2\x80\xA9\xEF\xBB\xBF\xF0\x9F\x98\x80\","
      "\"nul\":\"a\\u0000b\",\"pair\":\"\\ud83d\\ude00\"}";
  const ApiAnswer sent = sender.send(body);
  REQUIRE(sent.status == 200);

  sender.server.restart();

  const base::Json content = sender.content(sent);
  CHECK(text_at(content, "/body") ==
        "line\xE2\x80\xA8para\xE2\x80\xA9\xEF\xBB\xBF\xF0\x9F\x98\x80");
  CHECK(text_at(content, "/nul") == std::string("a\0b", 3));
  CHECK(text_at(content, "/pair") == "\xF0\x9F\x98\x80");
}

TEST_CASE("nesting is taken to a bound and refused beyond it, however deep") {
  const Sender sender;
  CHECK(sender.send(nested(90)).status == 200);
  for (const int levels : {101, 10'000, 100'000}) {
    sender.check_refused(nested(levels), "M_BAD_JSON");
  }
}

TEST_CASE("account data keeps numbers that events may not have, and nothing that is no JSON") {
  const Sender sender;
  const std::string target = "/user/@alice:x/account_data/org.example.test";
  REQUIRE(sender.alice.put(target, R"({"half":0.5,"large":9007199254740993})").status == 200);

  for (const char* body : {"{\"n\":1e400}", "{\"a\":1,\"a\":2}", "{\"a\":\"\\ud800\"}", "{"}) {
    CAPTURE(body);
    CHECK(sender.alice.put(target, body).errcode() == "M_NOT_JSON");
  }
  CHECK(sender.alice.put(target, "[]").errcode() == "M_BAD_JSON");

  CHECK(sender.alice.get(target).body == R"({"half":0.5,"large":9007199254740993})");
}

}  // namespace
}  // namespace chancery::scenario
