// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/room_api.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::ApiAnswer;
using support::RoomApi;

// Rooms by name, made by Anna.
struct Spaces {
  std::string make(const std::string& name, const std::string& more = "") {
    return api.create("anna", R"({"preset":"public_chat","name":")" + name + "\"" + more + "}");
  }
  std::string make_space(const std::string& name) {
    return make(name, R"(,"creation_content":{"type":"m.space"})");
  }
  void put_child(const std::string& space, const std::string& child, const std::string& more = "") {
    const ApiAnswer answer =
        api.client("anna").put(RoomApi::path(space, "state/m.space.child/" + child),
                               R"({"via":["example.org"])" + more + "}");
    REQUIRE(answer.status == 200);
  }
  ApiAnswer get(const std::string& who, const std::string& space, const std::string& query = "") {
    return api.client(who).get("/_matrix/client/v1/rooms/" + space + "/hierarchy" + query);
  }
  static std::string names(const ApiAnswer& answer) {
    std::string all;
    for (const base::Json& room : *base::find_array(answer.object(), "rooms")) {
      all += (all.empty() ? "" : " ") +
             std::string(base::find_string(room.as_object(), "name").value_or("?"));
    }
    return all;
  }
  RoomApi api;
};

TEST_CASE("a space shows its rooms depth first, in the order that it gives them") {
  Spaces spaces;
  const std::string top = spaces.make_space("top");
  const std::string inner = spaces.make_space("inner");
  const std::string one = spaces.make("one");
  const std::string two = spaces.make("two");
  const std::string deep = spaces.make("deep");
  spaces.put_child(top, two);
  spaces.put_child(top, inner, R"(,"order":"b")");
  spaces.put_child(top, one, R"(,"order":"a")");
  spaces.put_child(inner, deep);
  spaces.put_child(inner, top);  // a circle

  const ApiAnswer answer = spaces.get("anna", top);

  CHECK(Spaces::names(answer) == "top one inner deep two");
  const auto& rooms = *base::find_array(answer.object(), "rooms");
  CHECK(base::find_array(rooms[0].as_object(), "children_state")->size() == 3);
  CHECK(base::find_array(rooms[1].as_object(), "children_state")->empty());
  CHECK(Spaces::names(spaces.get("anna", top, "?max_depth=1")) == "top one inner two");
  CHECK(Spaces::names(spaces.get("anna", top, "?max_depth=0")) == "top");
}

TEST_CASE("a hierarchy comes in pages, whose tokens are good for the same request alone") {
  Spaces spaces;
  const std::string top = spaces.make_space("top");
  for (const char* name : {"a", "b", "c"}) {
    spaces.put_child(top, spaces.make(name), std::string(R"(,"order":")") + name + "\"");
  }

  const ApiAnswer first = spaces.get("anna", top, "?limit=2");
  const std::string from = "&from=" + first.text("next_batch");
  const ApiAnswer second = spaces.get("anna", top, "?limit=2" + from);

  CHECK(Spaces::names(first) == "top a");
  CHECK(Spaces::names(second) == "b c");
  CHECK_FALSE(second.object().contains("next_batch"));
  CHECK(spaces.get("anna", top, "?max_depth=1" + from).errcode() == "M_INVALID_PARAM");
  CHECK(spaces.get("anna", top, "?suggested_only=true" + from).errcode() == "M_INVALID_PARAM");
  CHECK(spaces.get("anna", top, "?from=x").errcode() == "M_INVALID_PARAM");
  CHECK(spaces.get("anna", top, "?limit=-1").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("suggested_only leaves out what the space does not suggest") {
  Spaces spaces;
  const std::string top = spaces.make_space("top");
  spaces.put_child(top, spaces.make("plain"));
  spaces.put_child(top, spaces.make("suggested"), R"(,"suggested":true)");

  CHECK(Spaces::names(spaces.get("anna", top, "?suggested_only=true")) == "top suggested");
}

TEST_CASE("who may not join a room does not find it, nor what lies behind it") {
  Spaces spaces;
  const std::string top = spaces.make_space("top");
  const std::string hidden = spaces.api.create(
      "anna", R"({"preset":"private_chat","name":"hidden","creation_content":{"type":"m.space"}})");
  const std::string behind = spaces.make("behind");
  const std::string members_only = spaces.api.create(
      "anna",
      R"({"preset":"private_chat","name":"members","initial_state":[{"type":"m.room.join_rules",)"
      R"("content":{"join_rule":"restricted","allow":[{"type":"m.room_membership","room_id":")" +
          top + R"("}]}}]})");
  spaces.put_child(top, hidden, R"(,"order":"a")");
  spaces.put_child(hidden, behind);
  spaces.put_child(top, members_only, R"(,"order":"b")");

  CHECK(Spaces::names(spaces.get("anna", top)) == "top hidden behind members");
  CHECK(Spaces::names(spaces.get("ben", top)) == "top");
  spaces.api.client("ben").post(RoomApi::path(top, "join"));
  CHECK(Spaces::names(spaces.get("ben", top)) == "top members");
  CHECK(spaces.get("ben", hidden).errcode() == "M_FORBIDDEN");
  CHECK(spaces.get("ben", hidden).body == spaces.get("ben", "!nowhere:example.org").body);
}

TEST_CASE("a child without servers to join by is none") {
  Spaces spaces;
  const std::string top = spaces.make_space("top");
  const std::string gone = spaces.make("gone");
  spaces.put_child(top, gone);
  spaces.api.client("anna").put(RoomApi::path(top, "state/m.space.child/" + gone), "{}");

  CHECK(Spaces::names(spaces.get("anna", top)) == "top");
}

}  // namespace
}  // namespace chancery::client
