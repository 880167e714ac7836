// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_rules.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace chancery::push {
namespace {

using protocol::PushRuleKind;
using support::PushWorld;

protocol::PutPushRule rule_for_word(std::string id, std::string pattern) {
  return {.kind = PushRuleKind::content,
          .id = std::move(id),
          .body = {{"pattern", pattern}, {"actions", base::JsonArray{"notify"}}},
          .before = std::nullopt,
          .after = std::nullopt};
}

std::optional<std::string> rules_in_sync(PushWorld& world, storage::StreamPosition after) {
  const auto items = world.run(world.account_data().load_changed(
      PushWorld::user("bob"), after, world.committer().last_position()));
  std::optional<std::string> content;
  for (const accounts::AccountDataItem& item : items) {
    if (item.type != "m.push_rules") continue;
    CHECK(!content);
    content = item.content;
  }
  return content;
}

TEST_CASE("everyone has push rules in the first sync, and hears of changes alone after it") {
  PushWorld world;
  const auto first = rules_in_sync(world, {});
  REQUIRE(first);
  CHECK(first->find(".m.rule.master") != std::string::npos);
  const storage::StreamPosition since = world.committer().last_position();
  CHECK(!rules_in_sync(world, {since.value + 1}));

  world.run(world.rules().put(PushWorld::session("bob"), rule_for_word("cake", "cake")));
  const auto changed = rules_in_sync(world, since);
  REQUIRE(changed);
  CHECK(changed->find("\"cake\"") != std::string::npos);
  CHECK(!rules_in_sync(world, world.committer().last_position()));
  CHECK(rules_in_sync(world, {}) == changed);
}

TEST_CASE("push rules outlive a restart, and are nobody else's") {
  PushWorld world;
  world.run(world.rules().put(PushWorld::session("bob"), rule_for_word("cake", "cake")));
  world.restart();
  const auto bob = world.run(world.rules().load(PushWorld::user("bob")));
  CHECK(bob.find(PushRuleKind::content, "cake") != nullptr);
  const auto alice = world.run(world.rules().load(PushWorld::user("alice")));
  CHECK(alice.find(PushRuleKind::content, "cake") == nullptr);
}

TEST_CASE("rules in force are compiled once a change") {
  PushWorld world;
  const RulesInForce before = world.run(world.rules().in_force(PushWorld::user("bob")));
  const RulesInForce again = world.run(world.rules().in_force(PushWorld::user("bob")));
  CHECK(before.compiled == again.compiled);

  world.run(world.rules().put(PushWorld::session("bob"), rule_for_word("cake", "cake")));
  const RulesInForce after = world.run(world.rules().in_force(PushWorld::user("bob")));
  CHECK(after.compiled != before.compiled);
  CHECK(after.version != before.version);
}

TEST_CASE("a change that is refused leaves the rules as they are") {
  PushWorld world;
  const auto code_of = [&](protocol::PutPushRule request) {
    try {
      world.run(world.rules().put(PushWorld::session("bob"), std::move(request)));
    } catch (const protocol::ApiError& error) {
      return std::string(protocol::error_code_name(error.code()));
    }
    return std::string();
  };
  const auto before = world.committer().last_position();
  CHECK(code_of(rule_for_word(".m.mine", "cake")) == "M_INVALID_PARAM");
  CHECK(code_of({.kind = PushRuleKind::content, .id = "cake", .body = {{"pattern", "cake"}}}) ==
        "M_MISSING_PARAM");
  protocol::PutPushRule lost = rule_for_word("cake", "cake");
  lost.before = "nowhere";
  CHECK(code_of(std::move(lost)) == "M_UNKNOWN");
  CHECK(world.committer().last_position() == before);
}

TEST_CASE("following a thread changes what counts in its room alone, until it is many rooms") {
  PushWorld world;
  const protocol::UserId bob = PushWorld::session("bob").user;
  const auto version = [&](std::uint32_t room) {
    return world.run(world.rules().in_force(bob)).version_in(storage::RoomNumber{room});
  };
  const auto follow = [&](std::uint32_t room) {
    storage::Change change;
    change.mutations.emplace_back(
        storage::PutThreadSubscription{.user = bob,
                                       .room = {room},
                                       .thread = protocol::EventId::trusted("$root"),
                                       .following = storage::ThreadFollowing::manual});
    world.run(world.committer().commit(std::move(change)));
  };
  const std::uint64_t first = version(1);
  const std::uint64_t other = version(2);

  follow(1);
  const std::uint64_t second = version(1);
  CHECK(second != first);
  CHECK(version(2) == other);
  follow(1);
  CHECK(version(1) != second);
  CHECK(version(2) == other);

  for (std::uint32_t room = 3; room < 3 + PushRules::kMostRooms; ++room) follow(room);
  CHECK(version(2) != other);
  const std::uint64_t before = version(1);
  world.run(world.rules().put(PushWorld::session("bob"), rule_for_word("cake", "cake")));
  CHECK(version(1) != before);
}

TEST_CASE("rules of all kinds together are bounded") {
  PushWorld world;
  std::optional<protocol::ErrorCode> refused;
  int kept = 0;
  const std::string long_value(3'900, 'v');
  for (; kept < 400 && !refused; ++kept) {
    base::JsonArray actions{"notify"};
    actions.emplace_back(base::JsonObject{{"set_tweak", "sound"}, {"value", long_value}});
    try {
      world.run(
          world.rules().put(PushWorld::session("bob"), {.kind = PushRuleKind::room,
                                                        .id = "!room" + std::to_string(kept) + ":x",
                                                        .body = {{"actions", actions}},
                                                        .before = std::nullopt,
                                                        .after = std::nullopt}));
    } catch (const protocol::ApiError& error) {
      refused = error.code();
    }
  }
  CHECK(refused == protocol::ErrorCode::limit_exceeded);
  CHECK(kept > 50);
}

}  // namespace
}  // namespace chancery::push
