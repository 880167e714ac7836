// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::EventSpec;
using support::RoomBuilder;

constexpr std::string_view kAlice = "@alice:x";
constexpr std::string_view kBob = "@bob:y";

EventSpec member(std::string_view sender, std::string_view target, std::string_view content) {
  return {.sender = std::string(sender),
          .type = "m.room.member",
          .state_key = std::string(target),
          .content = std::string(content)};
}

EventSpec becomes(std::string_view target, std::string_view membership,
                  std::string_view sender = {}) {
  return member(sender.empty() ? target : sender, target,
                R"({"membership":")" + std::string(membership) + "\"}");
}

// Runs `check` for a room of each version.
template <typename Check>
void in_every_version(const Check& check) {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    check(version, RoomBuilder(version.name));
  }
}

constexpr std::string_view kMemberships[] = {"leave", "invite", "join", "ban", "knock"};

}  // namespace

TEST_CASE("a membership needs a user as state key and a membership") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_join_rule("public");
    EventSpec no_key = becomes(kAlice, "join");
    no_key.state_key.reset();

    CHECK(room.rule_against(no_key) == "member.state_key");
    CHECK(room.rule_against(member(kAlice, "alice", R"({"membership":"join"})")) ==
          "member.state_key");
    CHECK(room.rule_against(member(kAlice, kAlice, "{}")) == "member.membership");
    CHECK(room.rule_against(member(kAlice, kAlice, R"({"membership":["join"]})")) ==
          "member.membership");
    CHECK(room.rule_against(becomes(kAlice, "JOIN")) == "member.unknown_membership");
    CHECK(room.rule_against(becomes(kAlice, "")) == "member.unknown_membership");
  });
}

TEST_CASE("the creator joins first, before there are any rules") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder room(version.name, version.implicit_creator ? R"({"creator":"@alice:x"})" : "{}");
    room.forget("m.room.member", RoomBuilder::kCreator);
    EventSpec join = becomes(RoomBuilder::kCreator, "join");
    CHECK(room.rule_against(join) == "member.join.not_invited");
    join.prev_events = {{room.create().id()}};
    CHECK(room.rule_against(join) == "");

    EventSpec other = becomes(kAlice, "join");
    other.prev_events = {{room.create().id()}};
    CHECK(room.rule_against(other) == "member.join.not_invited");

    join.prev_events = {{room.create().id(), room.last().id()}};
    CHECK(room.rule_against(join) == "member.join.not_invited");
  }
}

TEST_CASE("up to version 10 the creator is who the create event names") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomBuilder room(version.name, R"({"creator":"@alice:x"})");
    EventSpec join = becomes(kAlice, "join");
    join.prev_events = {{room.create().id()}};
    CHECK(room.rule_against(join) == (version.implicit_creator ? "member.join.not_invited" : ""));
  }
}

TEST_CASE("whoever is not banned joins a public room") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_join_rule("public");
    for (const std::string_view membership : kMemberships) {
      CAPTURE(membership);
      room.with_member(kAlice, membership);
      CHECK(room.rule_against(becomes(kAlice, "join")) ==
            (membership == "ban" ? "member.join.banned" : ""));
    }
  });
}

TEST_CASE("nobody joins for somebody else") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_join_rule("public").with_member(kAlice, "invite");
    CHECK(room.rule_against(becomes(kAlice, "join", RoomBuilder::kCreator)) ==
          "member.join.not_self");
  });
}

TEST_CASE("only the invited join an invite-only room, which a room without join rules is") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    for (const bool has_rule : {false, true}) {
      if (has_rule) room.with_join_rule("invite");
      for (const std::string_view membership : kMemberships) {
        CAPTURE(membership);
        room.with_member(kAlice, membership);
        const bool invited = membership == "invite" || membership == "join";
        CHECK(room.rule_against(becomes(kAlice, "join")) ==
              (membership == "ban" ? "member.join.banned"
               : invited           ? ""
                                   : "member.join.not_invited"));
      }
    }
  });
}

TEST_CASE("a join rule that the version does not know lets nobody in") {
  const auto is_known = [](const RoomVersion& version, std::string_view rule) {
    if (rule == "knock") return version.knocking;
    if (rule == "restricted") return version.restricted_join;
    return rule == "knock_restricted" && version.knock_restricted_join;
  };
  in_every_version([&](const RoomVersion& version, RoomBuilder room) {
    room.with_member(kAlice, "invite");
    for (const std::string_view rule :
         {"knock", "restricted", "knock_restricted", "private", "", "PUBLIC"}) {
      CAPTURE(rule);
      room.with_join_rule(rule);
      CHECK(room.rule_against(becomes(kAlice, "join")) ==
            (is_known(version, rule) ? "" : "member.join.join_rule"));
    }
    room.with_state("m.room.join_rules", "", R"({"join_rule":["public"]})");
    CHECK(room.rule_against(becomes(kAlice, "join")) == "member.join.join_rule");
  });
}

TEST_CASE("a restricted join needs a member with the power to invite") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    for (const std::string_view rule : {"restricted", "knock_restricted"}) {
      const bool known =
          rule == "restricted" ? version.restricted_join : version.knock_restricted_join;
      if (!known) continue;
      CAPTURE(rule);
      room.with_join_rule(rule)
          .with_power_levels(R"({"invite":50,"users":{"@mod:x":50,"@gone:x":50}})")
          .with_member("@mod:x", "join")
          .with_member("@gone:x", "leave")
          .with_member("@weak:x", "join");
      const auto join = [&room](std::string_view authoriser) {
        return room.rule_against(
            member(kAlice, kAlice,
                   R"({"membership":"join","join_authorised_via_users_server":)" +
                       std::string(authoriser) + "}"));
      };

      CHECK(join("\"@mod:x\"") == "");
      CHECK(join("\"@weak:x\"") == "member.join.authoriser_power");
      CHECK(join("\"@gone:x\"") == "member.join.authoriser_not_joined");
      CHECK(join("\"@nobody:x\"") == "member.join.authoriser_not_joined");
      CHECK(join("\"nobody\"") == "member.authoriser");
      CHECK(join("7") == "member.authoriser");
      CHECK(room.rule_against(becomes(kAlice, "join")) == "member.join.not_authorised");
      for (const std::string_view membership : kMemberships) {
        CAPTURE(membership);
        RoomBuilder with_alice = room;
        with_alice.with_member(kAlice, membership);
        const bool needs_none = membership == "invite" || membership == "join";
        CHECK(with_alice.rule_against(becomes(kAlice, "join")) ==
              (membership == "ban" ? "member.join.banned"
               : needs_none        ? ""
                                   : "member.join.not_authorised"));
      }
    }
  });
}

TEST_CASE("a creator of version 12 authorises restricted joins") {
  RoomBuilder room("12", R"({"additional_creators":["@co:x"]})");
  room.with_join_rule("restricted")
      .with_power_levels(R"({"invite":100})")
      .with_member("@co:x", "join");

  CHECK(room.rule_against(
            member(kAlice, kAlice,
                   R"({"membership":"join","join_authorised_via_users_server":"@co:x"})")) == "");
}

TEST_CASE("members invite whoever is neither a member nor banned") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join");
    for (const std::string_view membership : kMemberships) {
      CAPTURE(membership);
      room.with_member(kBob, membership);
      CHECK(room.rule_against(becomes(kBob, "invite", kAlice)) ==
            (membership == "join"  ? "member.invite.joined"
             : membership == "ban" ? "member.invite.banned"
                                   : ""));
    }
  });
}

TEST_CASE("only members with the power to invite do so") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    for (const std::string_view membership : {"leave", "invite", "ban", "knock"}) {
      room.with_member(kAlice, membership);
      CHECK(room.rule_against(becomes(kBob, "invite", kAlice)) ==
            "member.invite.sender_not_joined");
    }
    room.with_member(kAlice, "join").with_power_levels(R"({"invite":1})");
    CHECK(room.rule_against(becomes(kBob, "invite", kAlice)) == "member.invite.power");
    room.with_power(kAlice, 1);
    CHECK(room.rule_against(becomes(kBob, "invite", kAlice)) == "");
  });
}

TEST_CASE("people leave what they are in or invited to, and take back a knock") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    for (const std::string_view membership : kMemberships) {
      CAPTURE(membership);
      room.with_member(kAlice, membership);
      const bool may = membership == "join" || membership == "invite" ||
                       (membership == "knock" && version.knocking);
      CHECK(room.rule_against(becomes(kAlice, "leave")) == (may ? "" : "member.leave.not_in_room"));
    }
    CHECK(room.rule_against(becomes(kBob, "leave")) == "member.leave.not_in_room");
  });
}

TEST_CASE("a member with more power kicks, and one with equal power does not") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join").with_member(kBob, "join");
    room.with_power(kAlice, 49).with_power(kBob, 0);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "member.kick.power");
    room.with_power(kAlice, 50);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "");
    room.with_power(kBob, 49);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "");
    room.with_power(kBob, 50);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "member.kick.target_power");
    for (const std::string_view membership : {"leave", "invite", "ban", "knock"}) {
      room.with_member(kAlice, membership);
      CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "member.kick.sender_not_joined");
    }
  });
}

TEST_CASE("to unban needs the power to ban and the power to kick") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_power_levels(R"({"ban":60,"kick":40})");
    room.with_member(kAlice, "join").with_member(kBob, "ban");
    room.with_power(kAlice, 59);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "member.unban.power");
    room.with_power(kAlice, 60);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "");
    room.with_power_levels(R"({"ban":40,"kick":60})").with_power(kAlice, 50);
    CHECK(room.rule_against(becomes(kBob, "leave", kAlice)) == "member.kick.power");
  });
}

TEST_CASE("a member with more power bans anyone, and one of equal power nobody") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join");
    room.with_power(kAlice, 49);
    CHECK(room.rule_against(becomes(kBob, "ban", kAlice)) == "member.ban.power");
    room.with_power(kAlice, 50);
    for (const std::string_view membership : kMemberships) {
      room.with_member(kBob, membership);
      CHECK(room.rule_against(becomes(kBob, "ban", kAlice)) == "");
    }
    CHECK(room.rule_against(becomes(kAlice, "ban")) == "member.ban.target_power");
    room.with_power(kBob, 50);
    CHECK(room.rule_against(becomes(kBob, "ban", kAlice)) == "member.ban.target_power");
    room.with_member(kAlice, "invite");
    CHECK(room.rule_against(becomes(kBob, "ban", kAlice)) == "member.ban.sender_not_joined");
  });
}

TEST_CASE("a creator of version 12 can be neither kicked nor banned") {
  RoomBuilder room("12", R"({"additional_creators":["@co:x"]})");
  room.with_member("@co:x", "join").with_member(kAlice, "join");
  room.with_power(kAlice, 9'007'199'254'740'991);

  for (const std::string_view creator : {RoomBuilder::kCreator, std::string_view("@co:x")}) {
    CHECK(room.rule_against(becomes(creator, "leave", kAlice)) == "member.kick.target_power");
    CHECK(room.rule_against(becomes(creator, "ban", kAlice)) == "member.ban.target_power");
  }
  CHECK(room.rule_against(becomes("@co:x", "ban", RoomBuilder::kCreator)) ==
        "member.ban.target_power");
  CHECK(room.rule_against(becomes(kAlice, "ban", "@co:x")) == "");
}

TEST_CASE("people knock where the join rule of the version says so") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    for (const std::string_view rule :
         {"knock", "knock_restricted", "invite", "public", "restricted"}) {
      CAPTURE(rule);
      room.with_join_rule(rule);
      const bool takes_knocks =
          rule == "knock" || (rule == "knock_restricted" && version.knock_restricted_join);
      CHECK(room.rule_against(becomes(kAlice, "knock")) ==
            (!version.knocking ? "member.unknown_membership"
             : takes_knocks    ? ""
                               : "member.knock.join_rule"));
    }
  });
}

TEST_CASE("who knocks is neither in the room nor invited nor banned, and knocks for themselves") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    if (!version.knocking) return;
    room.with_join_rule("knock");
    for (const std::string_view membership : kMemberships) {
      CAPTURE(membership);
      room.with_member(kAlice, membership);
      const bool inside = membership == "join" || membership == "invite";
      CHECK(room.rule_against(becomes(kAlice, "knock")) == (membership == "ban"
                                                                ? "member.knock.banned"
                                                            : inside ? "member.knock.in_room"
                                                                     : ""));
    }
    CHECK(room.rule_against(becomes(kBob, "knock", RoomBuilder::kCreator)) ==
          "member.knock.not_self");
  });
}

}  // namespace chancery::protocol
