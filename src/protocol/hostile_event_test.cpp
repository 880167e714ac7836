// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Events made to do harm, at the one gate that all events come in by.
#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/depth.hpp"
#include "protocol/event.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>

namespace chancery::protocol {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t kMaxInteger = 9'007'199'254'740'991;

const RoomVersion& version(int number) { return *find_room_version(std::to_string(number)); }

SigningKey server_key() { return SigningKey(*KeyId::parse("ed25519:1"), std::string(32, 'k')); }

VerifiedKeys keys() {
  return {{{"example.org", "ed25519:1"}, std::string(server_key().public_key())}};
}

EventDraft message(int number) {
  EventDraft draft;
  draft.room = RoomId::trusted(number == 12 ? "!" + std::string(43, 'r') : "!r:example.org");
  draft.sender = UserId::trusted("@alice:example.org");
  draft.type = "m.room.message";
  draft.content = {{"body", "hello"}};
  draft.sent_at = base::Timestamp{1'700'000'000'000};
  draft.depth = 7;
  draft.prev_events = {EventId::trusted("$p")};
  draft.auth_events = {EventId::trusted("$a")};
  if (number <= 2) draft.given_id = EventId::trusted("$given:example.org");
  return draft;
}

// A message as another server would send it, changed by `change` before it is hashed and signed.
base::JsonObject sent(int number, const std::function<void(base::JsonObject&)>& change = {}) {
  base::JsonObject json = base::parse_json(compose(message(number), version(number)))->get_object();
  if (change) change(json);
  json["hashes"] = base::JsonObject{{"sha256", base::encode_base64(content_hash(json))}};
  sign_event(json, version(number), "example.org", server_key());
  return json;
}

std::expected<EventPtr, AdmissionError> take(std::string_view bytes, int number) {
  return admit(bytes, version(number), keys(), EventSource::federation);
}

std::string verdict(std::string_view bytes, int number) {
  const auto admitted = take(bytes, number);
  return admitted ? "admitted" : admitted.error().rule;
}

std::string verdict_of(int number, const std::function<void(base::JsonObject&)>& change) {
  return verdict(base::to_text(sent(number, change)), number);
}

// The text of a message whose content has the member `x`, with `value` spelt as it is given.
std::string with_spelling(int number, std::string_view value) {
  std::string text =
      base::to_text(sent(number, [](auto& json) { json["content"].get_object()["x"] = "HERE"; }));
  return text.replace(text.find(R"("HERE")"), 6, value);
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string two_byte_letters(std::size_t count) {
  std::string text;
  for (std::size_t left = count; left > 0; --left) text += "\u00fc";
  return text;
}

}  // namespace

TEST_CASE("a number that canonical JSON has no spelling for is no number of an event") {
  for (const std::string_view number :
       {"NaN", "Infinity", "-Infinity", "1e400", "-0", "1.0", "10e2", "1E2", "0.5", "-0.0",
        "9007199254740992", "-9007199254740992", "18446744073709551616"}) {
    CAPTURE(number);
    for (const int room_version : {6, 10, 12}) {
      CHECK(verdict(with_spelling(room_version, number), room_version) == "format.json");
    }
    const std::string deep = R"([{"n":)" + std::string(number) + "}]";
    CHECK(verdict(with_spelling(11, deep), 11) == "format.json");
  }
  // Not in the oldest versions either, though they have fractions.
  for (const std::string_view number : {"NaN", "Infinity", "1e400"}) {
    CHECK(verdict(with_spelling(5, number), 5) == "format.json");
  }
}

TEST_CASE("integers are taken to both ends of their range, wherever they stand") {
  for (const std::int64_t number : {kMaxInteger, -kMaxInteger}) {
    CHECK(verdict_of(11, [&](auto& json) {
            json["content"].get_object()["x"] = base::JsonArray{base::JsonObject{{"n", number}}};
            json["org.example.more"] = number;
          }) == "admitted");
  }
  CHECK(verdict_of(11, [](auto& json) { json["org.example.more"] = kMaxInteger + 1; }) ==
        "format.json");
}

TEST_CASE("a depth that is none is refused, and the deepest keeps nobody from going on") {
  for (const base::Json& depth : {base::Json("7"), base::Json(-1), base::Json(7.5),
                                  base::Json(nullptr), base::Json(base::JsonArray{7})}) {
    CAPTURE(base::to_text(depth));
    CHECK(verdict_of(5, [&](auto& json) { json["depth"] = depth; }) == "format.depth");
    CHECK(verdict_of(11, [&](auto& json) { json["depth"] = depth; }) != "admitted");
  }
  CHECK(verdict_of(11, [](auto& json) { json["depth"] = kMaxInteger + 1; }) == "format.json");
  CHECK((*take(base::to_text(sent(11, [](auto& json) { json["depth"] = kMaxInteger; })), 11))
            ->depth() == kMaxInteger);

  for (const RoomVersion& each : all_room_versions()) {
    CAPTURE(each.name);
    CHECK(depth_after(7, each) == 8);
    CHECK(depth_after(largest_depth(each) - 1, each) == largest_depth(each));
    CHECK(depth_after(largest_depth(each), each) == largest_depth(each));
  }
  CHECK(largest_depth(version(6)) == kMaxInteger);
  CHECK(largest_depth(version(5)) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("a key that stands twice is refused, at any depth and in any spelling") {
  const std::string good = base::to_text(sent(11));
  REQUIRE(verdict(good, 11) == "admitted");
  for (const std::string_view second :
       {R"("type":"m.room.name")", R"("t\u0079pe":"m.room.name")"}) {
    CHECK(verdict("{" + std::string(second) + "," + good.substr(1), 11) == "format.json");
  }
  CHECK(verdict(with_spelling(11, R"({"a":1,"\u0061":1})"), 11) == "format.json");
}

TEST_CASE("text that is no Unicode is refused, strange text is kept and its signature holds") {
  for (const std::string_view text :
       {R"("\ud800")"sv, R"("\udc00x")"sv, "\"\xFF\""sv, "\"\xC0\xAF\""sv, "\"\xED\xA0\x80\""sv,
        "\"\0\""sv, "\"\xE2\x80\""sv}) {
    CHECK(verdict(with_spelling(11, text), 11) == "format.json");
  }
  CHECK(verdict("\xEF\xBB\xBF" + base::to_text(sent(11)), 11) == "format.json");

  const std::string strange("a\0b\xE2\x80\xA8\xE2\x80\xA9\xEF\xBB\xBF\x7f\xF0\x9F\x98\x80"sv);
  const auto admitted = take(
      base::to_text(sent(11, [&](auto& json) { json["content"].get_object()["body"] = strange; })),
      11);
  REQUIRE(admitted);
  const auto stored = admit_stored((*admitted)->canonical(), (*admitted)->id(), version(11));
  REQUIRE(stored);
  CHECK((*stored)->content().at("body").as_string() == std::string_view(strange));
  const auto again = take((*stored)->canonical(), 11);
  REQUIRE(again);
  CHECK((*again)->id() == (*admitted)->id());
  CHECK((*again)->content().at("body").as_string() == std::string_view(strange));
}

TEST_CASE("an event is nested a hundred levels deep at most, however much deeper it is") {
  CHECK(verdict_of(11, [](auto& json) {
          json["content"].get_object()["x"] = base::parse_json(nested(98)).value();
        }) == "admitted");
  for (const std::size_t levels : {std::size_t{99}, std::size_t{10'000}, std::size_t{100'000}}) {
    CHECK(verdict(with_spelling(11, nested(levels)), 11) == "format.json");
  }
  CHECK(verdict(with_spelling(11, nested(1'000'000)), 11) == "size");
  CHECK(verdict(std::string(200'000, '{'), 11) == "format.json");
}

TEST_CASE("an event is measured by its canonical form, whatever comes over the wire") {
  const auto padded = [](std::size_t letters) {
    return sent(
        11, [&](auto& json) { json["content"].get_object()["body"] = std::string(letters, 'x'); });
  };
  const std::size_t around = canonical_json(base::Json(padded(0))).size();
  const auto as_escapes = [](std::string text) {
    constexpr std::string_view kEscape = R"(\u0078)";
    std::size_t at = text.find("xxxx");
    for (int i = 0; i < 1'000; ++i, at += kEscape.size()) text.replace(at, 1, kEscape);
    return text;
  };
  const std::string fits = base::to_text(padded(kMaxEventBytes - around));
  const std::string one_more = base::to_text(padded(kMaxEventBytes - around + 1));

  CHECK(verdict(fits, 11) == "admitted");
  CHECK(verdict(fits + std::string(50'000, ' '), 11) == "admitted");
  CHECK(verdict(as_escapes(fits), 11) == "admitted");
  CHECK(verdict(one_more, 11) == "size");
  CHECK(verdict(fits + std::string(300'000, ' '), 11) == "size");
  // What is taken off before it is measured does not count.
  base::JsonObject json = padded(kMaxEventBytes - around);
  json["unsigned"] = base::JsonObject{{"prev_content", std::string(10'000, 'x')}};
  CHECK(verdict(base::to_text(json), 11) == "admitted");
}

TEST_CASE("no name of an event is longer than 255 bytes, however few its letters are") {
  const std::string letters = two_byte_letters(122);  // 244 bytes
  const auto with = [](int number, const char* field, const std::string& text) {
    return verdict_of(number, [&](auto& json) { json[field] = text; });
  };
  CHECK(with(11, "sender", "@" + letters.substr(0, 242) + ":example.org") == "admitted");
  CHECK(with(11, "sender", "@" + letters + ":example.org") == "format.sender");
  CHECK(with(11, "room_id", "!" + letters.substr(0, 242) + ":example.org") == "admitted");
  CHECK(with(11, "room_id", "!" + letters + ":example.org") == "format.room_id");
  CHECK(with(1, "event_id", "$" + letters.substr(0, 242) + ":example.org") == "admitted");
  CHECK(with(1, "event_id", "$" + letters + ":example.org") == "format.event_id");
  CHECK(with(11, "state_key", two_byte_letters(127)) == "admitted");
  CHECK(with(11, "state_key", two_byte_letters(128)) == "format.state_key");
  CHECK(with(11, "type", two_byte_letters(128)) == "format.type");
}

TEST_CASE("an event comes neither twice nor after itself") {
  const auto with = [](int number, const char* field, base::JsonArray ids) {
    return verdict_of(number, [&](auto& json) { json[field] = std::move(ids); });
  };
  const auto old = [](const char* id) {
    return base::Json(base::JsonArray{id, base::JsonObject{{"sha256", "AAAA"}}});
  };
  CHECK(with(11, "prev_events", {"$a", "$b"}) == "admitted");
  CHECK(with(11, "prev_events", {"$a", "$b", "$a"}) == "format.prev_events");
  CHECK(with(1, "prev_events", {old("$a:x"), old("$a:x")}) == "format.prev_events");
  CHECK(with(1, "prev_events", {old("$given:example.org")}) == "format.prev_events");
  CHECK(with(1, "auth_events", {old("$given:example.org")}) == "format.auth_events");
  CHECK(with(11, "prev_events", {"$a", 7}) == "format.prev_events");
}

TEST_CASE("what others say beside an event is not taken over") {
  base::JsonObject json = sent(11);
  json["unsigned"] = base::JsonObject{
      {"age", -5},
      {"redacted_because", base::JsonObject{{"type", "m.room.redaction"}}},
      {"prev_content", base::JsonObject{{"membership", "ban"}}},
      {"m.relations", base::JsonObject{{"m.replace", base::JsonObject{{"event_id", "$x"}}}}}};

  const auto admitted = take(base::to_text(json), 11);

  REQUIRE(admitted);
  CHECK((*admitted)->id() == (*take(base::to_text(sent(11)), 11))->id());
  for (const char* word : {"unsigned", "redacted_because", "prev_content", "m.relations"}) {
    CHECK((*admitted)->canonical().find(word) == std::string::npos);
  }
}

TEST_CASE("a member that nobody knows is kept, and hashed like the others") {
  base::JsonObject json = sent(11, [](auto& changed) { changed["org.example.new"] = "as it was"; });
  const auto whole = take(base::to_text(json), 11);
  REQUIRE(whole);
  CHECK((*whole)->json().at("org.example.new") == "as it was");
  CHECK((*whole)->content().at("body") == "hello");

  // Changed on the way: the hash no longer holds, so nothing is left but what redaction leaves.
  json["org.example.new"] = "changed";
  const auto changed = take(base::to_text(json), 11);
  REQUIRE(changed);
  CHECK_FALSE((*changed)->json().contains("org.example.new"));
  CHECK((*changed)->content().empty());
}

TEST_CASE("a time that no clock shows is the sender's own affair") {
  for (const std::int64_t time : {std::int64_t{0}, std::int64_t{-1}, kMaxInteger}) {
    CAPTURE(time);
    const auto admitted =
        take(base::to_text(sent(11, [&](auto& json) { json["origin_server_ts"] = time; })), 11);
    REQUIRE(admitted);
    CHECK((*admitted)->origin_server_ts() == base::Timestamp{time});
  }
  CHECK(verdict_of(11, [](auto& json) { json["origin_server_ts"] = "now"; }) ==
        "format.origin_server_ts");
}

TEST_CASE("the id of an event is computed, whatever it says of itself") {
  const EventId of_another = (*take(base::to_text(sent(11)), 11))->id();
  base::JsonObject json = sent(11, [&](auto& changed) {
    changed["event_id"] = of_another.text();
    changed["depth"] = 8;
  });

  const auto admitted = take(base::to_text(json), 11);

  REQUIRE(admitted);
  CHECK((*admitted)->id() != of_another);
  CHECK((*admitted)->id().text() ==
        "$" + base::encode_base64url(reference_hash(json, version(11))));
}

TEST_CASE("a create event of version 12 that names a room, or whose content is none, is refused") {
  const auto create = [](const std::function<void(base::JsonObject&)>& change) {
    return verdict_of(12, [&](auto& json) {
      json.erase("room_id");
      json["type"] = "m.room.create";
      json["state_key"] = "";
      json["content"] = base::JsonObject{{"room_version", "12"}};
      json["prev_events"] = base::JsonArray{};
      json["auth_events"] = base::JsonArray{};
      change(json);
    });
  };
  CHECK(create([](auto&) {}) == "admitted");
  CHECK(create([](auto& json) { json["room_id"] = "!" + std::string(43, 'r'); }) ==
        "format.room_id");
  for (const base::Json& content :
       {base::Json(nullptr), base::Json("{}"), base::Json(base::JsonArray{}), base::Json(7)}) {
    CHECK(create([&](auto& json) { json["content"] = content; }) == "format.content");
  }
}

}  // namespace chancery::protocol
