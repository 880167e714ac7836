// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"

#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::EventSpec;
using support::RoomBuilder;

constexpr std::string_view kAlice = "@alice:x";

template <typename Check>
void in_every_version(const Check& check) {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    check(version, RoomBuilder(version.name));
  }
}

EventSpec message(std::string type = "m.room.message") {
  return {.sender = std::string(kAlice), .type = std::move(type)};
}

EventSpec state(std::string type, std::string state_key = "") {
  return {
      .sender = std::string(kAlice), .type = std::move(type), .state_key = std::move(state_key)};
}

}  // namespace

TEST_CASE("only members send events") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    CHECK(room.rule_against(message()) == "sender.not_joined");
    for (const std::string_view membership : {"leave", "invite", "ban", "knock"}) {
      room.with_member(kAlice, membership);
      CHECK(room.rule_against(message()) == "sender.not_joined");
    }
    room.with_member(kAlice, "join");
    CHECK(room.rule_against(message()) == "");
  });
}

TEST_CASE("an event needs the power that its type or its being state asks for") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join");
    room.with_power_levels(R"({"events":{"m.low":10,"m.high":60},"state_default":40,
                               "events_default":20,"users_default":20})");
    CHECK(room.rule_against(message()) == "");
    CHECK(room.rule_against(message("m.low")) == "");
    CHECK(room.rule_against(message("m.high")) == "sender.power");
    CHECK(room.rule_against(state("m.low")) == "");
    CHECK(room.rule_against(state("m.other")) == "sender.power");
    room.with_power(kAlice, 59);
    CHECK(room.rule_against(state("m.other")) == "");
    CHECK(room.rule_against(state("m.high")) == "sender.power");
    room.with_power(kAlice, 60);
    CHECK(room.rule_against(state("m.high")) == "");
  });
}

TEST_CASE("without power levels members send messages and the creator sends state") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join");
    CHECK(room.rule_against(message()) == "");
    CHECK(room.rule_against(state("m.room.name")) == "sender.power");
    CHECK(room.rule_against({.type = "m.room.name", .state_key = ""}) == "");
  });
}

TEST_CASE("a default of the power levels holds though another is absent") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    room.with_member(kAlice, "join").with_power_levels(R"({"events_default":50})");
    CHECK(room.rule_against(message()) == "sender.power");
    room.with_power_levels(R"({"users_default":-1})");
    CHECK(room.rule_against(message()) == "sender.power");
  });
}

TEST_CASE("state under a user id belongs to that user") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    if (version.owned_state) return;
    room.with_member(kAlice, "join").with_power_levels(R"({"state_default":0})");
    CHECK(room.rule_against(state("m.thing", "@alice:x")) == "");
    CHECK(room.rule_against(state("m.thing", "@bob:x")) == "state_key.not_sender");
    CHECK(room.rule_against(state("m.thing", "@")) == "state_key.not_sender");
    CHECK(room.rule_against(state("m.thing", "alice")) == "");
  });
}

TEST_CASE("owned state is set by its owner, with a suffix or without, and by those of more power") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    if (!version.owned_state) return;
    room.with_member(kAlice, "join")
        .with_power_levels(R"({"state_default":0,"users":{"@carl:x":60,"@dora:x":50}})")
        .with_power(kAlice, 50);
    const auto rule = [&room](std::string key) {
      return room.rule_against(state("m.thing", std::move(key)));
    };
    CHECK(rule("@alice:x") == "");
    CHECK(rule("@alice:x_phone:!@#_") == "");
    CHECK(rule("@bob:x") == "");  // has less, and need be no member
    CHECK(rule("@bob:x_phone") == "");
    CHECK(rule("@carl:x") == "state_key.not_sender");
    CHECK(rule("@dora:x_phone") == "state_key.not_sender");  // equal power is not more
    CHECK(rule("@oops") == "state_key.no_owner");
    CHECK(rule("@alice:x@phone") == "state_key.no_owner");
    CHECK(rule("@alice:x_" + std::string(255, 's')) == "");
    CHECK(rule("@alice:x_" + std::string(256, 's')) == "state_key.too_long");
  });
}

TEST_CASE("up to version 5 aliases belong to a server, and members or not its users set them") {
  in_every_version([](const RoomVersion& version, const RoomBuilder& room) {
    const EventSpec own = state("m.room.aliases", "x");
    const EventSpec foreign = state("m.room.aliases", "y");
    const EventSpec keyless = message("m.room.aliases");
    if (version.special_aliases_auth) {
      CHECK(room.rule_against(own) == "");
      CHECK(room.rule_against(foreign) == "aliases.domain");
      CHECK(room.rule_against(keyless) == "aliases.state_key");
    } else {
      CHECK(room.rule_against(own) == "sender.not_joined");
      CHECK(room.rule_against(foreign) == "sender.not_joined");
      CHECK(room.rule_against(keyless) == "sender.not_joined");
    }
  });
}

TEST_CASE("an invite by address needs the power to invite") {
  in_every_version([](const RoomVersion&, RoomBuilder room) {
    const EventSpec offer = state("m.room.third_party_invite", "token");
    CHECK(room.rule_against(offer) == "sender.not_joined");
    room.with_member(kAlice, "join").with_power_levels(R"({"invite":30,"state_default":90})");
    CHECK(room.rule_against(offer) == "third_party_invite.power");
    room.with_power(kAlice, 30);
    CHECK(room.rule_against(offer) == "");
  });
}

TEST_CASE("in versions 1 and 2 a redaction is of an event of the same server or by a moderator") {
  in_every_version([](const RoomVersion& version, RoomBuilder room) {
    room.with_member(kAlice, "join");
    const auto redaction = [](std::string target) {
      EventSpec spec = message("m.room.redaction");
      spec.redacts = std::move(target);
      return spec;
    };
    const std::string own = "$event:x";
    const std::string foreign = "$event:y";
    CHECK(room.rule_against(redaction(own)) == "");
    CHECK(room.rule_against(redaction(foreign)) ==
          (version.redaction_auth_checked ? "redaction.power" : ""));
    CHECK(room.rule_against(message("m.room.redaction")) ==
          (version.redaction_auth_checked ? "redaction.power" : ""));
    room.with_power(kAlice, 50);
    CHECK(room.rule_against(redaction(foreign)) == "");
  });
}

TEST_CASE("whom a third party vouches for is invited by who made the offer") {
  const SigningKey key(*KeyId::parse("ed25519:0"), std::string(32, 'k'));
  const SigningKey wrong_key(*KeyId::parse("ed25519:0"), std::string(32, 'w'));
  const auto offer = [](std::string_view shape, const SigningKey& public_key) {
    const std::string text = "\"" + base::encode_base64(public_key.public_key()) + "\"";
    if (shape == "single") return R"({"public_key":)" + text + "}";
    return R"({"public_key":"AAAA","public_keys":[{"public_key":"??"},7,{"public_key":)" + text +
           "}]}";
  };
  const auto invite = [&key](std::string_view mxid, std::string_view token,
                             std::string_view sender) {
    base::JsonObject signed_block{{"mxid", mxid}, {"token", token}};
    sign_json(signed_block, "id.example", key);
    base::JsonObject content{{"membership", "invite"}};
    content["third_party_invite"] = base::JsonObject{{"display_name", "Bob"}};
    content["third_party_invite"].as_object()["signed"] = std::move(signed_block);
    return EventSpec{.sender = std::string(sender),
                     .type = "m.room.member",
                     .state_key = "@bob:y",
                     .content = base::to_text(content)};
  };

  in_every_version([&](const RoomVersion&, RoomBuilder room) {
    const EventSpec right = invite("@bob:y", "token", RoomBuilder::kCreator);
    CHECK(room.rule_against(right) == "third_party_invite.token");
    for (const std::string_view shape : {"single", "list"}) {
      CAPTURE(shape);
      room.with_state("m.room.third_party_invite", "token", offer(shape, key));
      CHECK(room.rule_against(right) == "");
    }
    CHECK(room.rule_against(invite("@eve:y", "token", RoomBuilder::kCreator)) ==
          "third_party_invite.mxid");
    CHECK(room.rule_against(invite("@bob:y", "other", RoomBuilder::kCreator)) ==
          "third_party_invite.token");
    CHECK(room.rule_against(invite("@bob:y", "token", kAlice)) == "third_party_invite.sender");

    RoomBuilder banned = room;
    banned.with_member("@bob:y", "ban");
    CHECK(banned.rule_against(right) == "member.invite.banned");

    // The offer stands though its maker left.
    RoomBuilder left = room;
    left.with_member(RoomBuilder::kCreator, "leave");
    CHECK(left.rule_against(right) == "");

    room.with_state("m.room.third_party_invite", "token", offer("single", wrong_key));
    CHECK(room.rule_against(right) == "third_party_invite.signature");
    room.with_state("m.room.third_party_invite", "token", "{}");
    CHECK(room.rule_against(right) == "third_party_invite.signature");
  });
}

TEST_CASE("a third-party invite without its signed block is refused") {
  RoomBuilder room("11");
  for (const std::string_view invite :
       {"null", "{}", R"({"signed":7})", R"({"signed":{}})", R"({"signed":{"mxid":"@bob:y"}})",
        R"({"signed":{"mxid":"@bob:y","token":7}})", R"({"signed":{"token":"t"}})"}) {
    CAPTURE(invite);
    CHECK(room.rule_against({.type = "m.room.member",
                             .state_key = "@bob:y",
                             .content = R"({"membership":"invite","third_party_invite":)" +
                                        std::string(invite) + "}"}) == "third_party_invite.signed");
  }
}

TEST_CASE("signatures and keys beyond reason are not all tried") {
  const SigningKey key(*KeyId::parse("ed25519:0"), std::string(32, 'k'));
  base::JsonArray keys;
  for (int count = 0; count < 500; ++count) {
    const SigningKey other(*KeyId::parse("ed25519:0"), std::string(31, 'k') + char(count % 100));
    keys.push_back(base::JsonObject{{"public_key", base::encode_base64(other.public_key())}});
  }
  base::JsonObject signed_block{{"mxid", "@bob:y"}, {"token", "token"}};
  for (int count = 0; count < 200; ++count) {
    sign_json(signed_block, "id" + std::to_string(count) + ".example", key);
  }
  RoomBuilder room("11");
  room.with_state("m.room.third_party_invite", "token",
                  base::to_text(base::JsonObject{{"public_keys", keys}}));

  CHECK(room.rule_against({.type = "m.room.member",
                           .state_key = "@bob:y",
                           .content = R"({"membership":"invite","third_party_invite":{"signed":)" +
                                      base::to_text(signed_block) + "}}"}) ==
        "third_party_invite.signature");
}

}  // namespace chancery::protocol
