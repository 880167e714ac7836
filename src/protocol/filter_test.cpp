// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/filter.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

Filter parse(std::string_view text) {
  const auto filter = Filter::parse(*base::parse_json(text));
  REQUIRE(filter);
  return *filter;
}

FilterError error_of(std::string_view text) {
  const auto filter = Filter::parse(*base::parse_json(text));
  REQUIRE_FALSE(filter);
  return filter.error();
}

RoomEventFilter room_events(std::string_view text) {
  const auto filter = RoomEventFilter::parse(*base::parse_json(text));
  REQUIRE(filter);
  return *filter;
}

constexpr FilteredEvent kMessage{
    .type = "m.room.message", .sender = "@a:x", .room = "!r:x", .has_url = false};

}  // namespace

TEST_CASE("an empty filter lets everything through") {
  const Filter filter = parse("{}");

  CHECK(filter.room.timeline.accepts_all());
  CHECK(filter.room.timeline.accepts(kMessage));
  CHECK(filter.room.rooms.accepts("!r:x"));
  CHECK_FALSE(filter.event_fields);
  CHECK_FALSE(filter.room.include_leave);
  CHECK_FALSE(filter.room.timeline.events.limit);
  CHECK(filter.event_format == FilterEventFormat::client);
}

TEST_CASE("every member of a sync filter is read") {
  const Filter filter = parse(R"({
      "event_fields": ["content.body", "content.m\\.x"],
      "event_format": "federation",
      "presence": {"not_senders": ["@b:x"], "limit": 3},
      "account_data": {"types": ["m.direct"]},
      "room": {
        "rooms": ["!r:x", "!s:x"], "not_rooms": ["!s:x"], "include_leave": true,
        "ephemeral": {"not_types": ["m.typing"]},
        "state": {"lazy_load_members": true, "include_redundant_members": true},
        "timeline": {"limit": 20, "unread_thread_notifications": true, "contains_url": false},
        "account_data": {"types": []}}})");

  CHECK(filter.event_fields == std::vector<PropertyPath>{{"content", "body"}, {"content", "m.x"}});
  CHECK(filter.event_format == FilterEventFormat::federation);
  CHECK(filter.presence.accepts("m.presence", "@a:x"));
  CHECK_FALSE(filter.presence.accepts("m.presence", "@b:x"));
  CHECK(filter.presence.limit == 3);
  CHECK(filter.account_data.accepts("m.direct", ""));
  CHECK_FALSE(filter.account_data.accepts("m.other", ""));
  CHECK(filter.room.rooms.accepts("!r:x"));
  CHECK_FALSE(filter.room.rooms.accepts("!s:x"));
  CHECK(filter.room.include_leave);
  CHECK_FALSE(filter.room.ephemeral.accepts({.type = "m.typing", .room = "!r:x"}));
  CHECK(filter.room.ephemeral.accepts({.type = "m.receipt", .room = "!r:x"}));
  CHECK(filter.room.state.lazy_load_members);
  CHECK(filter.room.state.include_redundant_members);
  CHECK(filter.room.timeline.unread_thread_notifications);
  CHECK(filter.room.timeline.events.limit == 20);
  CHECK(filter.room.timeline.contains_url == false);
  CHECK_FALSE(filter.room.account_data.accepts({.type = "m.tag", .room = "!r:x"}));
}

TEST_CASE("a type may have stars, and what is refused wins over what is wanted") {
  const RoomEventFilter filter =
      room_events(R"({"types":["m.room.*","m.reaction"],"not_types":["*.member"]})");
  const auto accepts = [&filter](std::string_view type) {
    return filter.accepts({.type = type, .sender = "@a:x", .room = "!r:x"});
  };

  CHECK(accepts("m.room.message"));
  CHECK(accepts("m.reaction"));
  CHECK_FALSE(accepts("m.room.member"));
  CHECK_FALSE(accepts("m.call.invite"));
  CHECK_FALSE(accepts("m.reaction.more"));
}

TEST_CASE("a sender and a room are taken by the letter") {
  const RoomEventFilter filter =
      room_events(R"({"senders":["@*:x","@a:x"],"not_rooms":["!secret:x"]})");

  CHECK(filter.accepts(kMessage));
  CHECK_FALSE(filter.accepts({.type = "t", .sender = "@b:x", .room = "!r:x"}));
  CHECK_FALSE(filter.accepts({.type = "t", .sender = "@a:x", .room = "!secret:x"}));
}

TEST_CASE("a filter may ask for events with a url or without") {
  const FilteredEvent picture{.type = "t", .sender = "@a:x", .room = "!r:x", .has_url = true};

  CHECK(room_events(R"({"contains_url":true})").accepts(picture));
  CHECK_FALSE(room_events(R"({"contains_url":true})").accepts(kMessage));
  CHECK_FALSE(room_events(R"({"contains_url":false})").accepts(picture));
  CHECK(room_events("{}").accepts(picture));
}

TEST_CASE("a filter may ask for events by the relation that they declare") {
  const FilteredEvent in_thread{
      .type = "t", .sender = "@a:x", .room = "!r:x", .rel_type = "m.thread"};

  const RoomEventFilter threads = room_events(R"({"org.matrix.msc3874.rel_types":["m.thread"]})");
  CHECK(threads.accepts(in_thread));
  CHECK_FALSE(threads.accepts(kMessage));
  CHECK_FALSE(threads.accepts_all());
  const RoomEventFilter others =
      room_events(R"({"org.matrix.msc3874.not_rel_types":["m.thread"]})");
  CHECK_FALSE(others.accepts(in_thread));
  CHECK(others.accepts(kMessage));
}

TEST_CASE("an empty list wants nothing and refuses nothing") {
  CHECK_FALSE(room_events(R"({"types":[]})").accepts(kMessage));
  CHECK(room_events(R"({"not_types":[]})").accepts(kMessage));
  CHECK(room_events(R"({"not_types":[]})").accepts_all());
  CHECK_FALSE(room_events(R"({"not_types":["a*"]})").accepts_all());
}

TEST_CASE("a filter with a member of the wrong type is refused by name") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"presence":"not_an_object"})", "presence"},
      {R"({"room":[]})", "room"},
      {R"({"room":{"timeline":true}})", "room.timeline"},
      {R"({"room":{"timeline":{"limit":"10"}}})", "room.timeline.limit"},
      {R"({"room":{"timeline":{"limit":-1}}})", "room.timeline.limit"},
      {R"({"room":{"timeline":{"limit":1.5}}})", "room.timeline.limit"},
      {R"({"room":{"timeline":{"types":"m.room.message"}}})", "room.timeline.types"},
      {R"({"room":{"timeline":{"not_types":[1]}}})", "room.timeline.not_types"},
      {R"({"room":{"timeline":{"senders":["not_a_sender_id"]}}})", "room.timeline.senders"},
      {R"({"room":{"timeline":{"rooms":["not_a_room_id"]}}})", "room.timeline.rooms"},
      {R"({"room":{"not_rooms":["@a:x"]}})", "room.not_rooms"},
      {R"({"room":{"include_leave":"true"}})", "room.include_leave"},
      {R"({"room":{"state":{"lazy_load_members":1}}})", "room.state.lazy_load_members"},
      {R"({"room":{"ephemeral":{"contains_url":null}}})", "room.ephemeral.contains_url"},
      {R"({"account_data":{"not_senders":{}}})", "account_data.not_senders"},
      {R"({"event_fields":"content"})", "event_fields"},
      {R"({"org.matrix.msc4429.profile_fields":[]})", "org.matrix.msc4429.profile_fields"},
      {R"({"org.matrix.msc4429.profile_fields":{"ids":"m.tz"}})",
       "org.matrix.msc4429.profile_fields.ids"},
      {R"({"org.matrix.msc4429.profile_fields":{"ids":[7]}})",
       "org.matrix.msc4429.profile_fields.ids"},
      {R"({"event_fields":[null]})", "event_fields"},
      {R"({"event_format":"raw"})", "event_format"},
      {R"({"event_format":7})", "event_format"},
      {R"([])", ""},
      {R"("filter")", ""},
  };

  for (const auto& [text, member] : cases) {
    CAPTURE(text);
    CHECK(error_of(text).member == member);
  }
}

TEST_CASE("a filter names the fields of profiles that are wanted, none when it does not") {
  CHECK(parse("{}").profile_fields.empty());
  CHECK(parse(R"({"org.matrix.msc4429.profile_fields":{}})").profile_fields.empty());
  CHECK(parse(R"({"org.matrix.msc4429.profile_fields":{"ids":["m.tz","a","m.tz"]}})")
            .profile_fields == std::vector<std::string>{"a", "m.tz"});
}

TEST_CASE("members that no specification names are ignored") {
  CHECK(parse(R"({"org.example":7,"room":{"timeline":{"related_by_rel_types":["m.thread"]}}})")
            .room.timeline.accepts_all());
}

TEST_CASE("a limit beyond all sense is a large limit") {
  CHECK(parse(R"({"presence":{"limit":9007199254740991}})").presence.limit == 4294967295U);
  CHECK(parse(R"({"presence":{"limit":0}})").presence.limit == 0U);
}

}  // namespace chancery::protocol
