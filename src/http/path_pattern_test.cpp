// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/path_pattern.hpp"

#include <doctest/doctest.h>

namespace chancery::http {

TEST_CASE("percent escapes are decoded, malformed ones and NUL refused") {
  CHECK(percent_decode("a%20b%C3%A9+") == "a b\xc3\xa9+");
  CHECK(percent_decode("%2f%2F") == "//");
  CHECK(percent_decode("") == "");
  for (const std::string_view bad : {"%", "%2", "%zz", "a%2", "%00", "x%0"}) {
    CHECK_FALSE(percent_decode(bad));
  }
}

TEST_CASE("what is no UTF-8 is no text and no path, escaped or not") {
  PathTable table;
  table.add("/sendToDevice/{eventType}/{txnId}");
  for (const std::string_view bad :
       {"x\xffy", "\xc3", "\xed\xa0\x80", "x%FFy", "%C3", "%ED%A0%80", "a%C3/%A9b"}) {
    CAPTURE(bad);
    CHECK_FALSE(percent_decode(bad));
    CHECK_FALSE(table.find("/sendToDevice/" + std::string(bad) + "/1"));
    CHECK_FALSE(table.find("/sendToDevice/m.x/" + std::string(bad)));
  }
  CHECK(table.find("/sendToDevice/%C3%A9/\xc3\xa9"));
}

TEST_CASE("an escape is two hexadecimal digits, whatever the two characters") {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto digit = [&](int each) {
    const char lower =
        each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : static_cast<char>(each);
    return kDigits.find(lower);
  };
  std::size_t wrong = 0;
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const std::string text{'x', '%', static_cast<char>(high), static_cast<char>(low), 'y'};
      std::optional<std::string> expected;
      if (digit(high) != kDigits.npos && digit(low) != kDigits.npos) {
        const auto number = static_cast<char>(digit(high) * 16 + digit(low));
        if (number > 0) expected = std::string{'x', number, 'y'};
      }
      if (percent_decode(text) != expected) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("encoding leaves only what needs no escape, and decoding gives it back") {
  const std::string text = "!room:example.org/\xc3\xa9 ~-._a1%";

  CHECK(percent_encode(text) == "%21room%3Aexample.org%2F%C3%A9%20~-._a1%25");
  CHECK(percent_decode(percent_encode(text)) == text);
}

TEST_CASE("placeholders take whole decoded segments") {
  PathTable table;
  const auto send = table.add("/rooms/{roomId}/send/{eventType}/{txnId}");

  const auto match = table.find("/rooms/%21a%3Ab%2Fc/send/m.room.message/1");

  REQUIRE(match);
  CHECK(match->pattern == send);
  CHECK(match->parameters ==
        PathParameters{{"roomId", "!a:b/c"}, {"eventType", "m.room.message"}, {"txnId", "1"}});
  CHECK_FALSE(table.find("/rooms/x/send/m.room.message"));
  CHECK_FALSE(table.find("/rooms/x/send/m.room.message/1/2"));
  CHECK_FALSE(table.find("/rooms//send/m.room.message/1"));
  CHECK_FALSE(table.find("/rooms/%zz/send/m.room.message/1"));
  CHECK_FALSE(table.find("rooms"));
}

TEST_CASE("a literal wins over a placeholder, and gives way where it leads nowhere") {
  PathTable table;
  const auto members = table.add("/rooms/{roomId}/members");
  const auto special = table.add("/rooms/lobby/info");
  const auto any = table.add("/rooms/{roomId}/info");

  CHECK(table.find("/rooms/lobby/info")->pattern == special);
  CHECK(table.find("/rooms/other/info")->pattern == any);
  CHECK(table.find("/rooms/lobby/members")->pattern == members);
  CHECK(table.find("/rooms/lobby/members")->parameters == PathParameters{{"roomId", "lobby"}});
}

TEST_CASE("a literal is found by its escaped spelling too") {
  PathTable table;
  const auto sync = table.add("/v3/sync");
  const auto any = table.add("/v3/{what}");

  CHECK(table.find("/v3/sync")->pattern == sync);
  CHECK(table.find("/v3/s%79nc")->pattern == sync);
  CHECK(table.find("/v3/sync%2F")->pattern == any);
  CHECK(table.find("/v3/Sync")->pattern == any);
  CHECK_FALSE(table.find("/v3/sync/"));
  CHECK_FALSE(table.find("/v3/s%7"));

  const PathTable moved = std::move(table);
  CHECK(moved.find("/v3/sync")->pattern == sync);
}

TEST_CASE("a starred placeholder may be empty but not absent") {
  PathTable table;
  const auto state = table.add("/state/{type}/{key*}");
  const auto without = table.add("/state/{type}");

  CHECK(table.find("/state/m.room.name/")->pattern == state);
  CHECK(table.find("/state/m.room.name/")->parameters.back().second.empty());
  CHECK(table.find("/state/m.room.member/%40a")->parameters.back().second == "@a");
  CHECK(table.find("/state/m.room.name")->pattern == without);
}

TEST_CASE("a dotted placeholder takes the rest of the path") {
  PathTable table;
  const auto rest = table.add("/static/{path...}");
  const auto fixed = table.add("/static/a/b");

  CHECK(table.find("/static/a/c%20d/e")->parameters == PathParameters{{"path", "a/c d/e"}});
  CHECK(table.find("/static/")->pattern == rest);
  CHECK(table.find("/static/a/b")->pattern == fixed);
  CHECK_FALSE(table.find("/static"));
}

TEST_CASE("a trailing slash is another path") {
  PathTable table;
  const auto without = table.add("/pushrules");
  const auto with = table.add("/pushrules/");

  CHECK(table.find("/pushrules")->pattern == without);
  CHECK(table.find("/pushrules/")->pattern == with);
}

TEST_CASE("the same pattern has one number") {
  PathTable table;

  CHECK(table.add("/a/{b}") == table.add("/a/{b}"));
  CHECK(table.add("/a/{b}") != table.add("/a/{b}/c"));
}

}  // namespace chancery::http
