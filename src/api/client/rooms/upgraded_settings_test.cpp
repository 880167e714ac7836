// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What people have set for a room goes along to the room that replaces it.
#include "tests/support/room_api.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::RoomApi;
using support::RoomHouse;

struct Upgrade {
  Upgrade() : old(api.create("anna", R"({"preset":"public_chat","room_version":"10"})")) {
    api.client("ben").post(RoomApi::path(old, "join"));
  }
  static accounts::Session session(std::string_view name) {
    const rooms::Actor actor = RoomHouse::person(name);
    return {.user = actor.user, .device = actor.device};
  }
  void mute(std::string_view name) {
    api.house().run(
        api.push_rules().put(session(name), {.kind = protocol::PushRuleKind::room,
                                             .id = old,
                                             .body = {{"actions", base::JsonArray{"dont_notify"}}},
                                             .before = {},
                                             .after = {}}));
  }
  // Whether there is such a rule; of room rules unless another kind is named.
  bool has_rule(std::string_view name, const std::string& room,
                protocol::PushRuleKind kind = protocol::PushRuleKind::room) {
    const auto rules = api.house().run(api.push_rules().load(session(name).user));
    return rules.find(kind, room) != nullptr;
  }
  std::string tags(std::string_view name, const std::string& room) {
    return base::to_text(
        api.house().run(api.house()->account_data.load_tags(session(name).user, room)));
  }
  std::string upgrade() {
    return api.client("anna")
        .post(RoomApi::path(old, "upgrade"), R"({"new_version":"11"})")
        .text("replacement_room");
  }

  RoomApi api;
  std::string old;
};

TEST_CASE("push rules about a room go along with who upgrades it, and with who joins later") {
  Upgrade world;
  world.mute("anna");
  world.mute("ben");

  const std::string made = world.upgrade();
  CHECK(world.has_rule("anna", made));
  CHECK_FALSE(world.has_rule("ben", made));

  world.api.client("ben").post(RoomApi::path(made, "join"));
  CHECK(world.has_rule("ben", made));
  CHECK(world.has_rule("ben", world.old));
}

TEST_CASE("an override that silences a room is about the new room then") {
  Upgrade world;
  base::JsonObject condition{{"kind", "event_match"}, {"key", "room_id"}, {"pattern", world.old}};
  world.api.house().run(world.api.push_rules().put(
      Upgrade::session("anna"), {.kind = protocol::PushRuleKind::override,
                                 .id = world.old,
                                 .body = {{"actions", base::JsonArray()},
                                          {"conditions", base::JsonArray{std::move(condition)}}},
                                 .before = {},
                                 .after = {}}));

  const std::string made = world.upgrade();

  const auto rules =
      world.api.house().run(world.api.push_rules().load(Upgrade::session("anna").user));
  const protocol::PushRule* rule = rules.find(protocol::PushRuleKind::override, made);
  REQUIRE(rule != nullptr);
  CHECK(base::to_text(rule->conditions).find(made) != std::string::npos);
  CHECK(base::to_text(rule->conditions).find(world.old) == std::string::npos);
}

TEST_CASE("tags and being a direct chat go along, and nothing is done twice") {
  Upgrade world;
  RoomHouse& house = world.api.house();
  house.run(house->account_data.put_tag(Upgrade::session("ben"), world.old, "m.favourite",
                                        {{"order", 0.5}}));
  house.run(house->account_data.put(Upgrade::session("ben"), "", "m.direct",
                                    R"({"@anna:example.org":[")" + world.old + R"("]})"));

  const std::string made = world.upgrade();
  world.api.client("ben").post(RoomApi::path(made, "join"));
  world.api.client("ben").post(RoomApi::path(made, "join"));

  CHECK(world.tags("ben", made) == world.tags("ben", world.old));
  CHECK(house.run(house->account_data.find(Upgrade::session("ben").user, "", "m.direct")) ==
        R"({"@anna:example.org":[")" + world.old + R"(",")" + made + R"("]})");
}

TEST_CASE("a room that only says that it replaces another takes nothing along") {
  Upgrade world;
  world.mute("ben");
  const std::string claimed = world.api.create(
      "mallory", R"({"preset":"public_chat","creation_content":{"predecessor":{"room_id":")" +
                     world.old + R"("}}})");

  world.api.client("ben").post(RoomApi::path(claimed, "join"));

  CHECK_FALSE(world.has_rule("ben", claimed));
}

TEST_CASE("who makes the new room by hand takes their settings along") {
  Upgrade world;
  world.mute("anna");

  const std::string made = world.api.create(
      "anna", R"({"preset":"public_chat","creation_content":{"predecessor":{"room_id":")" +
                  world.old + R"("}}})");

  CHECK(world.has_rule("anna", made));
}

}  // namespace
}  // namespace chancery::client
