// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/room_creation.hpp"

#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

base::JsonObject object(std::string_view text) { return base::parse_json(text)->as_object(); }

RoomPlan plan(const RoomVersion& version, RoomPreset preset) {
  return {.version = &version,
          .creator = UserId::trusted("@creator:x"),
          .preset = preset,
          .invited = {UserId::trusted("@friend:x"), UserId::trusted("@creator:x")},
          .creation_content = {},
          .power_level_override = {}};
}

constexpr RoomPreset kPresets[] = {RoomPreset::private_chat, RoomPreset::trusted_private_chat,
                                   RoomPreset::public_chat};

}  // namespace

TEST_CASE("the first events of a room pass its own rules, in every version and preset") {
  for (const RoomVersion& version : all_room_versions()) {
    for (const RoomPreset preset : kPresets) {
      CAPTURE(version.name);
      const RoomPlan room_plan = plan(version, preset);
      support::RoomBuilder room(version.name, base::to_text(create_content(room_plan)));
      CHECK(is_allowed(room.send({.type = "m.room.power_levels",
                                  .state_key = "",
                                  .content = base::to_text(initial_power_levels(room_plan))})));
      for (const InitialState& state : preset_state(preset)) {
        CHECK(is_allowed(room.send({.type = std::string(state.type),
                                    .state_key = "",
                                    .content = base::to_text(state.content)})));
      }
      CHECK(is_allowed(room.send({.type = "m.room.tombstone", .state_key = ""})));
    }
  }
}

TEST_CASE("the invited of a trusted chat have the power of its creator") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    for (const RoomPreset preset : kPresets) {
      const RoomPlan room_plan = plan(version, preset);
      support::RoomBuilder room(version.name, base::to_text(create_content(room_plan)));
      room.with_power_levels(base::to_text(initial_power_levels(room_plan)));
      const PowerLevels levels = room.power_levels();
      const bool equal =
          levels.of(UserId::trusted("@friend:x")) == levels.of(UserId::trusted("@creator:x"));
      CHECK(equal == (preset == RoomPreset::trusted_private_chat));
    }
  }
}

TEST_CASE("a create event says its version, and its creator up to version 10") {
  for (const RoomVersion& version : all_room_versions()) {
    CAPTURE(version.name);
    RoomPlan room_plan = plan(version, RoomPreset::private_chat);
    room_plan.creation_content =
        object(R"({"m.federate":false,"creator":"@eve:x","room_version":"999"})");

    const base::JsonObject content = create_content(room_plan);

    CHECK(content.at("room_version") == base::Json(version.name));
    CHECK(content.at("m.federate") == false);
    CHECK(content.contains("creator") == !version.implicit_creator);
    if (!version.implicit_creator) CHECK(content.at("creator") == "@creator:x");
  }
}

TEST_CASE("additional creators of a trusted chat are those asked for and the invited, once") {
  RoomPlan room_plan = plan(*find_room_version("12"), RoomPreset::trusted_private_chat);
  room_plan.creation_content = object(R"({"additional_creators":["@co:x","@friend:x"]})");
  CHECK(create_content(room_plan).at("additional_creators") ==
        base::JsonArray{"@co:x", "@friend:x"});

  room_plan.creation_content = object(R"({"additional_creators":"@co:x"})");
  CHECK(create_content(room_plan).at("additional_creators") == "@co:x");

  room_plan.creation_content = {};
  room_plan.invited.clear();
  CHECK_FALSE(create_content(room_plan).contains("additional_creators"));
}

TEST_CASE("an upgrade needs more power than state does in version 12") {
  for (const RoomVersion& version : all_room_versions()) {
    const base::JsonObject content = initial_power_levels(plan(version, RoomPreset::public_chat));
    CHECK(content.at("events").at("m.room.tombstone") == (version.name == "12" ? 150 : 100));
  }
}

TEST_CASE("what the client overrides takes the place of the default") {
  RoomPlan room_plan = plan(*find_room_version("11"), RoomPreset::public_chat);
  room_plan.power_level_override = object(R"({"invite":0,"events":{"m.x":1},"extra":"kept"})");

  const base::JsonObject content = initial_power_levels(room_plan);

  CHECK(content.at("invite") == 0);
  CHECK(content.at("events") == object(R"({"m.x":1})"));
  CHECK(content.at("extra") == "kept");
  CHECK(content.at("ban") == 50);
}

TEST_CASE("a preset decides who joins, who reads and whether guests come in") {
  const auto text = [](RoomPreset preset) {
    std::string all;
    for (const InitialState& state : preset_state(preset)) all += base::to_text(state.content);
    return all;
  };
  const std::string_view closed =
      R"({"join_rule":"invite"}{"history_visibility":"shared"}{"guest_access":"can_join"})";

  CHECK(text(RoomPreset::private_chat) == closed);
  CHECK(text(RoomPreset::trusted_private_chat) == closed);
  CHECK(text(RoomPreset::public_chat) ==
        R"({"join_rule":"public"}{"history_visibility":"shared"}{"guest_access":"forbidden"})");
  CHECK(find_room_preset("public_chat") == RoomPreset::public_chat);
  CHECK_FALSE(find_room_preset("secret_chat"));
}

}  // namespace chancery::protocol
