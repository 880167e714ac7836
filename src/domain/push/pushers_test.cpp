// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/pushers.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

namespace chancery::push {
namespace {

using Others = Pushers::Others;
using support::PushWorld;

Pusher pusher(const std::string& pushkey = "key") {
  return support::http_pusher(pushkey, "push.example", "x");
}

std::vector<std::string> keys_of(PushWorld& world, const std::string& who) {
  std::vector<std::string> keys;
  for (const Pusher& one : world.run(world.pushers().load(PushWorld::user(who)))) {
    keys.push_back(one.pushkey);
  }
  return keys;
}

std::string refusal_of(PushWorld& world, Pusher refused) {
  try {
    world.run(world.pushers().put(PushWorld::session("bob"), std::move(refused), Others::removed));
  } catch (const protocol::ApiError& error) {
    return std::string(protocol::error_code_name(error.code()));
  }
  return {};
}

TEST_CASE("a pusher is told as it was set, also after a restart") {
  PushWorld world;
  world.run(world.pushers().put(PushWorld::session("bob"), pusher(), Others::removed));
  world.restart();
  const auto stored = world.run(world.pushers().load(PushWorld::user("bob")));
  REQUIRE(stored.size() == 1);
  CHECK(pusher_json(stored.front()) == pusher_json(pusher()));
}

TEST_CASE("setting a pusher again replaces it, removing it needs app and key") {
  PushWorld world;
  const auto bob = PushWorld::session("bob");
  world.run(world.pushers().put(bob, pusher(), Others::removed));
  Pusher renamed = pusher();
  renamed.lang = "de";
  world.run(world.pushers().put(bob, renamed, Others::removed));
  const auto stored = world.run(world.pushers().load(PushWorld::user("bob")));
  REQUIRE(stored.size() == 1);
  CHECK(stored.front().lang == "de");

  world.run(world.pushers().remove(bob, "org.example.app", "another"));
  CHECK(keys_of(world, "bob").size() == 1);
  world.run(world.pushers().remove(bob, "org.example.app", "key"));
  CHECK(keys_of(world, "bob").empty());
}

TEST_CASE("a device that changes its user leaves the old one, unless told to stay") {
  PushWorld world;
  world.run(world.pushers().put(PushWorld::session("alice"), pusher(), Others::removed));
  world.run(world.pushers().put(PushWorld::session("bob"), pusher(), Others::kept));
  CHECK(keys_of(world, "alice").size() == 1);
  world.run(world.pushers().put(PushWorld::session("bob"), pusher(), Others::removed));
  CHECK(keys_of(world, "alice").empty());
  CHECK(keys_of(world, "bob").size() == 1);
}

TEST_CASE("a pusher goes with the device that made it") {
  PushWorld world;
  world.run(world.pushers().put(PushWorld::session("bob", "PHONE"), pusher("a"), Others::removed));
  world.run(world.pushers().put(PushWorld::session("bob", "TABLET"), pusher("b"), Others::removed));
  storage::Change change;
  change.mutations.emplace_back(storage::DeleteDevice{
      .user = PushWorld::user("bob"), .device = protocol::DeviceId::trusted("PHONE")});
  world.run(world.committer().commit(std::move(change)));
  CHECK(keys_of(world, "bob") == std::vector<std::string>{"b"});
}

TEST_CASE("a pusher that names no gateway of the specification is refused") {
  PushWorld world;
  const auto with_url = [](const std::string& url) {
    Pusher made = pusher();
    made.data["url"] = url;
    return made;
  };
  CHECK(refusal_of(world, with_url("http://push.example/_matrix/push/v1/notify")) ==
        "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https://push.example/elsewhere")) == "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https:///_matrix/push/v1/notify")) == "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https://me@push.example/_matrix/push/v1/notify")) ==
        "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https://push.example/_matrix/push/v1/notify?x")) ==
        "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https://a b/_matrix/push/v1/notify")) == "M_INVALID_PARAM");
  CHECK(refusal_of(world, with_url("https://push.example:8443/_matrix/push/v1/notify")) == "");

  Pusher without = pusher();
  without.data.erase("url");
  CHECK(refusal_of(world, without) == "M_MISSING_PARAM");
  Pusher by_mail = pusher();
  by_mail.kind = "email";
  CHECK(refusal_of(world, by_mail) == "M_INVALID_PARAM");
  CHECK(refusal_of(world, pusher(std::string(513, 'k'))) == "M_INVALID_PARAM");
  CHECK(refusal_of(world, pusher("")) == "M_INVALID_PARAM");
}

}  // namespace
}  // namespace chancery::push
