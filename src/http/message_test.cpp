// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/message.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace chancery::http {
namespace {

class Pieces final : public BodyReader {
 public:
  explicit Pieces(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
  runtime::Task<std::string> read_some() override {
    if (pieces_.empty()) co_return "";
    std::string next = std::move(pieces_.front());
    pieces_.pop_front();
    co_return next;
  }
  [[nodiscard]] std::size_t count_left() const { return pieces_.size(); }

 private:
  std::deque<std::string> pieces_;
};

}  // namespace

TEST_CASE("header names compare without case, and the first field of a name is found") {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  headers.add("X-One", "1");
  headers.add("x-one", "2");

  CHECK(headers.find("content-type") == "text/plain");
  CHECK(headers.find("X-ONE") == "1");
  CHECK_FALSE(headers.find("X-Two"));

  headers.set("x-ONE", "3");
  CHECK(headers.find("x-one") == "3");
  CHECK(headers.fields().size() == 2);
}

TEST_CASE("fields keep their order, and may be made of each other") {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "a value too long for a short text");
  headers.add("A", "2");
  for (int i = 0; i < 20; ++i) headers.add("C", *headers.find("B"));
  headers.set("a", *headers.find("A"));

  std::string all;
  for (const auto& [name, value] : headers.fields()) all += std::string(name) + ' ';
  CHECK(all.starts_with("B C C "));
  CHECK(all.ends_with("C a "));
  CHECK(headers.find("A") == "1");
  CHECK(headers.find("C") == "a value too long for a short text");

  const Headers copy = headers;
  headers = Headers();
  CHECK(headers.fields().empty());
  CHECK(copy.find("B") == "a value too long for a short text");
}

TEST_CASE("a query is decoded in order") {
  const auto query = Query::parse("a=1&b=x+y%2B&a=2&&flag&c=%C3%A9=");

  REQUIRE(query);
  CHECK(query->find("b") == "x y+");
  CHECK(query->find("flag") == "");
  CHECK(query->find("c") == "\xc3\xa9=");
  CHECK(query->all("a") == std::vector<std::string_view>{"1", "2"});
  CHECK_FALSE(query->find("d"));
}

TEST_CASE("a query may lack names, values and both") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const std::vector<std::pair<std::string_view, Pairs>> cases{
      {"", {}},
      {"&&", {}},
      {"=", {{"", ""}}},
      {"a", {{"a", ""}}},
      {"=b", {{"", "b"}}},
      {"a==b", {{"a", "=b"}}},
      {"&a=1&", {{"a", "1"}}},
      {"a&b=&=c", {{"a", ""}, {"b", ""}, {"", "c"}}},
      {"%26=%3D&%2b=%25", {{"&", "="}, {"+", "%"}}},
      {"a+b=+c+", {{"a b", " c "}}},
      {"%7B%22a%22%3A1%7D", {{"{\"a\":1}", ""}}},
      {"\xc3\xa9=?/#", {{"\xc3\xa9", "?/#"}}},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    const auto query = Query::parse(text);
    REQUIRE(query);
    Pairs found;
    for (const auto& [name, value] : query->parameters()) found.emplace_back(name, value);
    CHECK(found == expected);
  }
}

TEST_CASE("a query with a malformed escape is absent") {
  for (const std::string_view bad : {"a=%", "%g1=1", "a=%0", "a=%00", "a=1&%=2", "a=%2&b=1",
                                     "a=%2=", "a%", "a=%4+", "b=1&a=%zz&c=2"}) {
    CAPTURE(bad);
    CHECK_FALSE(Query::parse(bad));
  }
}

TEST_CASE("a query with what is no UTF-8 is absent") {
  for (const std::string_view bad :
       {"a=%ff", "a=\xff", "%C3=1", "%C3=%A9", "a=%C3&b=%A9", "b=1&\xed\xa0\x80", "a=x%C3%28"}) {
    CAPTURE(bad);
    CHECK_FALSE(Query::parse(bad));
  }
}

TEST_CASE("a body is read whole up to the limit, and refused beyond it") {
  runtime::SimulatedScheduler scheduler;
  Request request;

  Pieces short_enough({"abc", "de"});
  request.body = &short_enough;
  CHECK(scheduler.run(read_body(request, 5)) == "abcde");

  Pieces too_long({"abc", "def"});
  request.body = &too_long;
  CHECK_THROWS_AS(scheduler.run(read_body(request, 5)), BodyError);

  Pieces announced({"abc"});
  request.body = &announced;
  request.content_length = 6;
  CHECK_THROWS_AS(scheduler.run(read_body(request, 5)), BodyError);
}

TEST_CASE("of a body whose length is known nothing is asked for beyond its end") {
  runtime::SimulatedScheduler scheduler;
  Request request;
  Pieces pieces({"abc", "de", "of the next request"});
  request.body = &pieces;
  request.content_length = 5;

  CHECK(scheduler.run(read_body(request, 100)) == "abcde");
  CHECK(pieces.count_left() == 1);
  request.content_length = 0;
  CHECK(scheduler.run(read_body(request, 100)).empty());
  CHECK(pieces.count_left() == 1);
}

}  // namespace chancery::http
