// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/redaction.hpp"

#include "protocol/canonical_json.hpp"
#include "protocol/event.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::protocol {
namespace {

base::JsonObject object(std::string_view text) { return base::parse_json(text)->get_object(); }

const RoomVersion& version(int number) { return *find_room_version(std::to_string(number)); }

// The canonical content of an event of `type` after redaction.
std::string kept_content(std::string_view type, std::string_view content, int number) {
  base::JsonObject event;
  event["type"] = type;
  event["content"] = object(content);
  return canonical_json(redact(event, version(number)).at("content"));
}

TEST_CASE("redaction keeps the top-level members that the version names") {
  const base::JsonObject event = object(R"({"auth_events":0,"content":{},"depth":0,"event_id":0,
      "hashes":0,"membership":0,"origin":0,"origin_server_ts":0,"prev_events":0,"prev_state":0,
      "redacts":0,"room_id":0,"sender":0,"signatures":0,"state_key":0,"type":"x","unsigned":0,
      "age_ts":0,"other":0})");

  for (int number = 1; number <= 12; ++number) {
    const std::string kept = canonical_json(redact(event, version(number)));
    CAPTURE(number);
    if (number <= 10) {
      CHECK(kept == R"({"auth_events":0,"content":{},"depth":0,"event_id":0,"hashes":0,)"
                    R"("membership":0,"origin":0,"origin_server_ts":0,"prev_events":0,)"
                    R"("prev_state":0,"room_id":0,"sender":0,"signatures":0,"state_key":0,)"
                    R"("type":"x"})");
    } else {
      CHECK(kept == R"({"auth_events":0,"content":{},"depth":0,"event_id":0,"hashes":0,)"
                    R"("origin_server_ts":0,"prev_events":0,"room_id":0,"sender":0,)"
                    R"("signatures":0,"state_key":0,"type":"x"})");
    }
  }
}

TEST_CASE("a redacted message keeps nothing of its content") {
  CHECK(kept_content("m.room.message", R"({"body":"secret","membership":"join"})", 12) == "{}");
  CHECK(kept_content("", R"({"body":"secret"})", 1) == "{}");
}

TEST_CASE("a redacted membership keeps who let the member in from version 9 on") {
  constexpr auto kContent = R"({"membership":"join","displayname":"Bob","reason":"x",
      "join_authorised_via_users_server":"@a:b"})";

  CHECK(kept_content("m.room.member", kContent, 8) == R"({"membership":"join"})");
  CHECK(kept_content("m.room.member", kContent, 9) ==
        R"({"join_authorised_via_users_server":"@a:b","membership":"join"})");
}

TEST_CASE("a redacted third-party invite keeps its proof alone from version 11 on") {
  constexpr auto kContent = R"({"membership":"invite","third_party_invite":
      {"display_name":"alice@…","signed":{"mxid":"@a:b","token":"t"}}})";

  CHECK(kept_content("m.room.member", kContent, 10) == R"({"membership":"invite"})");
  CHECK(kept_content("m.room.member", kContent, 11) ==
        R"({"membership":"invite","third_party_invite":{"signed":{"mxid":"@a:b","token":"t"}}})");
  CHECK(kept_content("m.room.member", R"({"third_party_invite":{"display_name":"x"}})", 11) ==
        R"({"third_party_invite":{}})");
  CHECK(kept_content("m.room.member", R"({"third_party_invite":"x"})", 11) == "{}");
}

TEST_CASE("a redacted create event keeps its creator, and everything from version 11 on") {
  constexpr auto kContent = R"({"creator":"@a:b","room_version":"9","type":"m.space"})";

  CHECK(kept_content("m.room.create", kContent, 10) == R"({"creator":"@a:b"})");
  CHECK(kept_content("m.room.create", kContent, 11) ==
        R"({"creator":"@a:b","room_version":"9","type":"m.space"})");
}

TEST_CASE("redacted join rules keep whom they allow from version 8 on") {
  constexpr auto kContent = R"({"join_rule":"restricted","allow":[{"room_id":"!r:b"}],"x":1})";

  CHECK(kept_content("m.room.join_rules", kContent, 7) == R"({"join_rule":"restricted"})");
  CHECK(kept_content("m.room.join_rules", kContent, 8) ==
        R"({"allow":[{"room_id":"!r:b"}],"join_rule":"restricted"})");
}

TEST_CASE("redacted power levels keep the level to invite from version 11 on") {
  constexpr auto kContent = R"({"ban":1,"events":{"a":2},"events_default":3,"invite":4,"kick":5,
      "notifications":{"room":6},"redact":7,"state_default":8,"users":{"@a:b":9},
      "users_default":10})";

  CHECK(kept_content("m.room.power_levels", kContent, 10) ==
        R"({"ban":1,"events":{"a":2},"events_default":3,"kick":5,"redact":7,"state_default":8,)"
        R"("users":{"@a:b":9},"users_default":10})");
  CHECK(kept_content("m.room.power_levels", kContent, 11) ==
        R"({"ban":1,"events":{"a":2},"events_default":3,"invite":4,"kick":5,"redact":7,)"
        R"("state_default":8,"users":{"@a:b":9},"users_default":10})");
}

TEST_CASE("redacted aliases keep their list up to version 5") {
  CHECK(kept_content("m.room.aliases", R"({"aliases":["#a:b"]})", 5) == R"({"aliases":["#a:b"]})");
  CHECK(kept_content("m.room.aliases", R"({"aliases":["#a:b"]})", 6) == "{}");
}

TEST_CASE("redacted visibility stays, and a redaction keeps its target from version 11 on") {
  CHECK(kept_content("m.room.history_visibility", R"({"history_visibility":"joined","x":1})", 1) ==
        R"({"history_visibility":"joined"})");
  CHECK(kept_content("m.room.redaction", R"({"redacts":"$a","reason":"x"})", 10) == "{}");
  CHECK(kept_content("m.room.redaction", R"({"redacts":"$a","reason":"x"})", 11) ==
        R"({"redacts":"$a"})");
}

TEST_CASE("redacting twice is redacting once, and the signed text is of the redacted event") {
  for (const char* type :
       {"m.room.member", "m.room.create", "m.room.join_rules", "m.room.power_levels",
        "m.room.aliases", "m.room.history_visibility", "m.room.redaction", "m.room.message"}) {
    for (const RoomVersion& each : all_room_versions()) {
      base::JsonObject event = object(R"({"content":{"membership":"join","creator":"c",
          "join_rule":"r","allow":[],"ban":1,"invite":2,"aliases":[],"history_visibility":"h",
          "redacts":"$a","join_authorised_via_users_server":"@a:b","body":"x",
          "third_party_invite":{"signed":{"b":1,"a":2},"display_name":"d"}},"unsigned":{},
          "signatures":{"a":{}},"hashes":{"sha256":"x"},"origin":"o","redacts":"$b","x":1})");
      event["type"] = type;

      const base::JsonObject once = redact(event, each);

      CHECK(canonical_json(redact(once, each)) == canonical_json(once));
      CHECK(signed_event_text(event, each) ==
            canonical_json_without(once, {"signatures", "unsigned"}));
      CHECK(reference_hash(event, each) == reference_hash(once, each));
    }
  }
}

TEST_CASE("an event without content or type is redacted without harm") {
  for (const RoomVersion& each : all_room_versions()) {
    CHECK(redact({}, each).empty());
    CHECK(redact(object(R"({"content":[],"type":7})"), each).size() == 2);
    CHECK(signed_event_text(object(R"({"content":[],"type":7})"), each) ==
          R"({"content":[],"type":7})");
  }
}

}  // namespace
}  // namespace chancery::protocol
