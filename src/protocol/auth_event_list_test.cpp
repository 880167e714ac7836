// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::EventSpec;
using support::RoomBuilder;

std::string keys_of(const RoomBuilder& room, const EventSpec& spec) {
  std::string text;
  for (const auto& [type, state_key] : auth_event_keys(*room.make(spec))) {
    text += type.substr(type.rfind('.') + 1) + "/" + state_key + " ";
  }
  return text;
}

EventSpec member(std::string_view sender, std::string_view content) {
  return {.sender = std::string(sender),
          .type = "m.room.member",
          .state_key = "@bob:x",
          .content = std::string(content)};
}

std::string rule_against(const VerifiedEvent& event, const std::vector<EventPtr>& list) {
  const Verdict verdict = check_auth_event_list(event, list);
  const auto* denied = std::get_if<Denied>(&verdict);
  return denied == nullptr ? "" : std::string(denied->rule);
}

}  // namespace

TEST_CASE("an event rests on create event, power levels and its sender's membership") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const RoomBuilder room(version.name);
    const std::string create = version.format == EventFormat::create_names_room ? "" : "create/ ";
    const std::string common = create + "power_levels/ member/@alice:x ";

    CHECK(keys_of(room, {.sender = "@alice:x"}) == common);
    CHECK(keys_of(room, {.sender = "@alice:x", .type = "m.room.name", .state_key = ""}) == common);
    CHECK(keys_of(room, member("@alice:x", R"({"membership":"leave"})")) ==
          common + "member/@bob:x ");
    CHECK(keys_of(room, member("@alice:x", R"({"membership":"ban"})")) ==
          common + "member/@bob:x ");
    for (const std::string_view membership : {"join", "invite", "knock"}) {
      CHECK(keys_of(room, member("@alice:x", R"({"membership":")" + std::string(membership) +
                                                 "\"}")) == common + "member/@bob:x join_rules/ ");
    }
  }
}

TEST_CASE("a create event rests on nothing") {
  for (const RoomVersion& version : all_room_versions()) {
    CHECK(auth_event_keys(RoomBuilder(version.name).create()).empty());
  }
}

TEST_CASE("a membership of one's own rests on it once") {
  const RoomBuilder room("11");

  CHECK(keys_of(room, member("@bob:x", R"({"membership":"leave"})")) ==
        "create/ power_levels/ member/@bob:x ");
}

TEST_CASE("a third-party invite rests on the offer that its token names") {
  const RoomBuilder room("11");
  const std::string_view invite =
      R"({"membership":"invite","third_party_invite":{"signed":{"token":"t"}}})";
  const std::string_view not_invite =
      R"({"membership":"ban","third_party_invite":{"signed":{"token":"t"}}})";

  CHECK(keys_of(room, member("@alice:x", invite)) ==
        "create/ power_levels/ member/@alice:x member/@bob:x join_rules/ third_party_invite/t ");
  CHECK(keys_of(room, member("@alice:x", not_invite)) ==
        "create/ power_levels/ member/@alice:x member/@bob:x ");
}

TEST_CASE("from version 8 on a restricted join rests on who authorised it") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const std::string keys = keys_of(
        RoomBuilder(version.name),
        member("@bob:x", R"({"membership":"join","join_authorised_via_users_server":"@mod:x"})"));
    CHECK(keys.ends_with("member/@mod:x ") == version.restricted_join);
  }
}

TEST_CASE("a draft rests on the same as its event") {
  const RoomBuilder room("10");
  const EventPtr event = room.make(member("@alice:x", R"({"membership":"invite"})"));
  EventDraft draft;
  draft.sender = event->sender();
  draft.type = event->type();
  draft.state_key = event->state_key();
  draft.content = event->content();

  CHECK(auth_event_keys(draft, room.version()) == auth_event_keys(*event));
}

TEST_CASE("a list of auth events holds each that is asked for once, of the same room") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder room(version.name);
    room.with_power_levels("{}").with_join_rule("public");
    const EventPtr event = room.make({});
    const bool implied = version.format == EventFormat::create_names_room;
    const EventPtr create = room.get("m.room.create", "");
    const EventPtr levels = room.get("m.room.power_levels", "");
    const EventPtr creator = room.get("m.room.member", std::string(RoomBuilder::kCreator));
    std::vector<EventPtr> right{levels, creator};
    if (!implied) right.push_back(create);
    const auto with = [&right](const EventPtr& more) {
      std::vector<EventPtr> list = right;
      list.push_back(more);
      return list;
    };

    CHECK(rule_against(*event, right) == "");
    CHECK(rule_against(*event, with(nullptr)) == "auth_events.rejected");
    CHECK(rule_against(*event, with(levels)) == "auth_events.duplicate");
    CHECK(rule_against(*event, with(room.get("m.room.join_rules", ""))) ==
          "auth_events.unexpected");
    CHECK(rule_against(*event, with(room.make({}))) == "auth_events.unexpected");
    CHECK(rule_against(*event, with(create)) ==
          (implied ? "auth_events.unexpected" : "auth_events.duplicate"));
    CHECK(rule_against(*event, {levels, creator}) == (implied ? "" : "auth_events.create_missing"));
  }
}

TEST_CASE("an auth event of another room is refused") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    const bool implied = version.format == EventFormat::create_names_room;
    const RoomBuilder room(version.name);
    const EventPtr foreign =
        room.make({.type = "m.room.power_levels",
                   .state_key = "",
                   .room = implied ? "!" + std::string(43, 'b') : "!elsewhere:x"});
    std::vector<EventPtr> list{foreign};
    if (!implied) list.push_back(room.get("m.room.create", ""));

    CHECK(rule_against(*room.make({}), list) == "auth_events.other_room");
  }
}

}  // namespace chancery::protocol
