// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Accounts that are suspended or locked: what is left to them, on every way in.
#include "storage/commit/change.hpp"
#include "tests/scenario/browser.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <map>

namespace chancery::scenario {
namespace {

using boundary::Authentication;
using policy::Capability;

constexpr const char* kPassword = "correct horse battery";

class House {
 public:
  House() {
    make_owner(owner);
    alice.join(room);
  }
  void make_owner(const Person& person) { server.make_owner(person.id()); }
  [[nodiscard]] ApiAnswer suspend(const std::string& user, bool value = true) const {
    return owner.put("/_matrix/client/v1/admin/suspend/" + percent_encode(user),
                     fmt::format(R"({{"suspended":{}}})", value));
  }
  [[nodiscard]] ApiAnswer lock(const std::string& user, bool value = true) const {
    return owner.put("/_matrix/client/v1/admin/lock/" + percent_encode(user),
                     fmt::format(R"({{"locked":{}}})", value));
  }
  [[nodiscard]] ApiAnswer sign_in(const std::string& extra = "") {
    return server.stranger().post(
        "/login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
                  R"("password":"correct horse battery")" +
                      extra + "}");
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice", kPassword);
  Person bob = server.register_user("bob");
  std::string room = bob.create_room();
};

std::string in_room(const std::string& room, const std::string& rest) {
  return "/rooms/" + percent_encode(room) + rest;
}
std::string send_path(const std::string& room, const std::string& type) {
  return in_room(room, "/send/" + type + "/" + unique_text());
}
bool is_suspended(const ApiAnswer& answer) {
  return answer.status == 403 && answer.errcode() == "M_USER_SUSPENDED";
}
bool is_locked(const ApiAnswer& answer) {
  const base::Json* soft = find_at(answer.json, "/soft_logout");
  return answer.status == 401 && answer.errcode() == "M_USER_LOCKED" && soft != nullptr &&
         soft->as_bool();
}

TEST_CASE("whoever is suspended reads on, redacts their own, declines and leaves") {
  House house;
  const std::string first = house.alice.say(house.room, "one");
  const std::string second = house.alice.say(house.room, "two");
  const std::string invited = house.bob.create_room(R"({"invite":["@alice:x"]})");
  REQUIRE(house.suspend("@alice:x").status == 200);

  CHECK(house.alice.sync().status == 200);
  CHECK(house.alice.get(in_room(house.room, "/messages?dir=b")).status == 200);
  const std::string redact = in_room(house.room, "/redact/" + percent_encode(first) + "/t1");
  CHECK(house.alice.put(redact).status == 200);
  CHECK(
      house.alice.put(send_path(house.room, "m.room.redaction"), R"({"redacts":")" + second + "\"}")
          .status == 200);
  CHECK(house.alice.post(in_room(invited, "/leave")).status == 200);
  CHECK(house.alice.post(in_room(house.room, "/leave")).status == 200);
}

TEST_CASE("whoever is suspended neither speaks nor comes in, and shows nothing new") {
  House house;
  const std::string open = house.bob.create_room();
  const std::string own = house.alice.create_room();
  house.bob.join(own);
  const std::string bobs = house.bob.say(own, "his");
  REQUIRE(house.suspend("@alice:x").status == 200);

  CHECK(is_suspended(house.alice.put(send_path(house.room, "m.room.message"), message_of("a"))));
  CHECK(is_suspended(house.alice.put(send_path(house.room, "m.reaction"), "{}")));
  CHECK(is_suspended(house.alice.put(in_room(own, "/state/m.room.name/"), R"({"name":"n"})")));
  CHECK(is_suspended(house.alice.post(in_room(open, "/join"))));
  CHECK(is_suspended(house.alice.post("/join/" + percent_encode(open))));
  CHECK(is_suspended(house.alice.post("/knock/" + percent_encode(open))));
  CHECK(is_suspended(house.alice.post(in_room(own, "/invite"), R"({"user_id":"@owner:x"})")));
  CHECK(is_suspended(house.alice.post(in_room(own, "/kick"), R"({"user_id":"@bob:x"})")));
  CHECK(is_suspended(house.alice.post("/createRoom")));
  CHECK(
      is_suspended(house.alice.put("/profile/%40alice%3Ax/displayname", R"({"displayname":"A"})")));
  CHECK(is_suspended(house.alice.put(in_room(house.room, "/typing/%40alice%3Ax"),
                                     R"({"typing":true,"timeout":1000})")));
  CHECK(is_suspended(house.alice.post("/_matrix/media/v3/upload", "bytes")));
  // Whose power in the room would let them.
  CHECK(is_suspended(house.alice.put(in_room(own, "/redact/" + percent_encode(bobs) + "/t1"))));
}

TEST_CASE("whoever is suspended verifies their own devices, and writes to nobody else's") {
  House house;
  const Person laptop = house.server.sign_in(house.alice, "LAPTOP");
  REQUIRE(house.suspend("@alice:x").status == 200);
  const std::string path = "/sendToDevice/m.key.verification.request/";

  CHECK(house.alice.put(path + "1", R"({"messages":{"@alice:x":{"LAPTOP":{"a":1}}}})").status ==
        200);
  CHECK(is_suspended(house.alice.put(
      path + "2", R"({"messages":{"@alice:x":{"*":{}},"@bob:x":{"*":{"a":"psst"}}}})")));

  const ApiAnswer got = laptop.sync();
  CHECK(find_at(got.json, "/to_device/events/0") != nullptr);
  CHECK(find_at(house.bob.sync().json, "/to_device/events/0") == nullptr);
}

TEST_CASE("a session made while suspended is as suspended, and all go on when it ends") {
  House house;
  REQUIRE(house.suspend("@alice:x").status == 200);
  const ApiAnswer signed_in = house.sign_in(R"(,"refresh_token":true)");
  REQUIRE(signed_in.status == 200);
  Person again = house.server.stranger();
  again.set_token(signed_in.text("access_token"));
  CHECK(is_suspended(again.put(send_path(house.room, "m.room.message"), message_of("a"))));
  const ApiAnswer refreshed = house.server.stranger().post(
      "/refresh", R"({"refresh_token":")" + signed_in.text("refresh_token") + "\"}");
  REQUIRE(refreshed.status == 200);
  again.set_token(refreshed.text("access_token"));
  CHECK(is_suspended(again.put(send_path(house.room, "m.room.message"), message_of("a"))));

  REQUIRE(house.suspend("@alice:x", false).status == 200);

  CHECK(again.put(send_path(house.room, "m.room.message"), message_of("b")).status == 200);
  CHECK(house.alice.put(send_path(house.room, "m.room.message"), message_of("c")).status == 200);
}

TEST_CASE("a suspension and a lock outlast a restart") {
  House house;
  REQUIRE(house.suspend("@alice:x").status == 200);
  REQUIRE(house.lock("@bob:x").status == 200);

  house.server.restart();

  CHECK(is_suspended(house.alice.post(in_room(house.room, "/join"))));
  CHECK(is_locked(house.bob.get("/account/whoami")));
}

TEST_CASE("whoever is locked may log out and nothing else, by old tokens and by new") {
  House house;
  const ApiAnswer signed_in = house.sign_in(R"(,"refresh_token":true)");
  const Person laptop = house.server.sign_in(house.alice, "LAPTOP");
  REQUIRE(house.lock("@alice:x").status == 200);

  CHECK(is_locked(house.alice.get("/account/whoami")));
  CHECK(is_locked(house.alice.get("/profile/%40bob%3Ax")));
  CHECK(is_locked(house.sign_in()));
  CHECK(is_locked(house.server.stranger().post(
      "/refresh", R"({"refresh_token":")" + signed_in.text("refresh_token") + "\"}")));
  CHECK(laptop.post("/logout").status == 200);

  REQUIRE(house.lock("@alice:x", false).status == 200);
  CHECK(house.alice.get("/account/whoami").status == 200);
  CHECK(laptop.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
}

TEST_CASE("a sync that waits ends at once when its account is locked or its session is over") {
  House house;
  Person laptop = house.server.sign_in(house.alice, "LAPTOP");
  Person tablet = house.server.sign_in(house.alice, "TABLET");
  const auto waiting = [](const Person& person) {
    return person.begin(http::Method::get, "/sync?timeout=300000&since=" + person.position());
  };
  const auto later = [&house] { return house.server.scheduler().clock().now(); };
  Pending on_tablet = waiting(tablet);
  house.server.settle();
  const base::Timestamp before = later();
  REQUIRE(tablet.post("/logout").status == 200);
  CHECK(on_tablet.await().errcode() == "M_UNKNOWN_TOKEN");
  house.server.settle();

  Pending on_laptop = waiting(laptop);
  Pending on_phone = waiting(house.alice);
  house.server.settle();
  REQUIRE_FALSE(on_phone.is_answered());
  REQUIRE(house.lock("@alice:x").status == 200);
  CHECK(is_locked(on_laptop.await()));
  CHECK(is_locked(on_phone.await()));
  CHECK(later() - before < std::chrono::seconds(1));
}

TEST_CASE("a sync that waits ends at once when its account ends") {
  House house;
  Pending waiting =
      house.alice.begin(http::Method::get, "/sync?timeout=300000&since=" + house.alice.position());
  house.server.settle();
  const base::Timestamp before = house.server.scheduler().clock().now();

  house.server.scheduler().run(house.server.composition().people().deactivation.deactivate(
      "server", protocol::UserId::trusted("@alice:x"), accounts::Deactivation::Erase::no));

  CHECK(waiting.await().errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.server.scheduler().clock().now() - before < std::chrono::seconds(1));
}

TEST_CASE("a sync that waits goes on when its account is suspended") {
  House house;
  Pending waiting =
      house.alice.begin(http::Method::get, "/sync?timeout=300000&since=" + house.alice.position());
  house.server.settle();
  REQUIRE(house.suspend("@alice:x").status == 200);
  house.bob.say(house.room, "news");

  CHECK(waiting.await().status == 200);
}

TEST_CASE("owners act against users alone, and only once they have shown that they are owners") {
  House house;
  const Person second = house.server.register_user("second");
  house.make_owner(second);

  for (const char* act : {"suspend", "lock"}) {
    CAPTURE(act);
    const std::string path = std::string("/_matrix/client/v1/admin/") + act + "/";
    const std::string body =
        act == std::string("lock") ? R"({"locked":true})" : R"({"suspended":true})";
    CHECK(house.owner.put(path + "%40owner%3Ax", body).errcode() == "M_FORBIDDEN");
    CHECK(house.owner.put(path + "%40second%3Ax", body).errcode() == "M_FORBIDDEN");
    CHECK(house.owner.put(path + "%40nobody%3Ax", body).errcode() == "M_NOT_FOUND");
    CHECK(house.owner.put(path + "%40bob%3Aelsewhere.example", body).errcode() ==
          "M_INVALID_PARAM");
    CHECK(house.owner.put(path + "bob", body).errcode() == "M_INVALID_PARAM");
    CHECK(house.owner.put(path + "%40bob%3Ax", "{}").errcode() == "M_MISSING_PARAM");
    CHECK(house.owner.put(path + "%40bob%3Ax", R"({"locked":"yes","suspended":1})").errcode() ==
          "M_BAD_JSON");
    // Nothing is told of who there is.
    CHECK(house.bob.put(path + "%40nobody%3Ax", body).errcode() == "M_FORBIDDEN");
    CHECK(house.bob.get(path + "%40nobody%3Ax").errcode() == "M_FORBIDDEN");
    CHECK(house.owner.get(path + "%40nobody%3Ax").errcode() == "M_NOT_FOUND");
    CHECK(house.owner.put(path + "%40bob%3Ax", body).body == body);
    CHECK(house.owner.put(path + "%40bob%3Ax", body).status == 200);
    CHECK(house.owner.get(path + "%40bob%3Ax").body == body);
  }
}

TEST_CASE("whoever is deactivated is neither suspended nor locked") {
  House house;
  house.server.scheduler().run(house.server.composition().people().deactivation.deactivate(
      "server", protocol::UserId::trusted("@alice:x"), accounts::Deactivation::Erase::no));

  CHECK(house.suspend("@alice:x").errcode() == "M_NOT_FOUND");
  CHECK(house.lock("@alice:x", false).errcode() == "M_NOT_FOUND");
  CHECK(house.sign_in().errcode() == "M_FORBIDDEN");
}

TEST_CASE("whoever had ended when the server stopped leaves their rooms after its start") {
  House house;
  const std::string invited = house.bob.create_room(R"({"invite":["@alice:x"]})");
  const auto members = [&](const std::string& room) {
    return house.bob.get(in_room(room, "/members?not_membership=leave")).body;
  };
  // As far as a stop in the midst of it had let it come.
  storage::Change change;
  change.mutations.emplace_back(
      storage::SetAccountStanding{protocol::UserId::trusted("@alice:x"), {.deactivated = true}});
  house.server.scheduler().run(
      house.server.composition().accounts().commits.keep_house(std::move(change)));
  house.server.restart();
  REQUIRE(members(house.room).find("@alice:x") != std::string::npos);
  REQUIRE(members(invited).find("@alice:x") != std::string::npos);

  house.server.scheduler().run(house.server.composition().people().deactivation.resume());

  CHECK(members(house.room).find("\"state_key\":\"@alice:x\"") == std::string::npos);
  CHECK(members(invited).find("\"state_key\":\"@alice:x\"") == std::string::npos);
  CHECK(members(house.room).find("@bob:x") != std::string::npos);
}

TEST_CASE("owners alone are told that accounts can be moderated") {
  House house;
  const auto moderation = [](const Person& person) {
    const ApiAnswer answer = person.get("/capabilities");
    const base::Json* found =
        answer.object().at("capabilities").as_object().if_contains("m.account_moderation");
    return found == nullptr ? std::string() : base::to_text(*found);
  };
  CHECK(moderation(house.owner) == R"({"suspend":true,"lock":true})");
  CHECK(moderation(house.alice).empty());
}

// The pattern with something in place of each placeholder.
std::string filled(const std::string& pattern, const House& house) {
  const std::map<std::string, std::string, std::less<>> known{
      {"{roomId}", house.room}, {"{roomIdOrAlias}", house.room}, {"{userId}", "@alice:x"}};
  std::string target;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    if (open == std::string::npos) break;
    const std::size_t close = pattern.find('}', open) + 1;
    const auto found = known.find(pattern.substr(open, close - open));
    target += pattern.substr(at, open - at);
    target += percent_encode(found == known.end() ? "x" : found->second);
    at = close;
  }
  return target + (at < pattern.size() ? pattern.substr(at) : "");
}

bool is_left_to_suspended(Capability capability) {
  switch (capability) {
    case Capability::take_part:
    case Capability::act_as_member:
    case Capability::administer:
      return false;
    default:
      return true;
  }
}

TEST_CASE("each route is open or closed to those who are suspended as its capability says") {
  House house;
  REQUIRE(house.suspend("@alice:x").status == 200);
  std::size_t closed = 0;
  for (const boundary::Route& route : house.server.routes()) {
    if (route.guard.authentication != Authentication::required) continue;
    const Person walker = house.server.sign_in(house.alice, "WALKER");
    const std::string target = filled(route.paths.front(), house);
    CAPTURE(http::method_name(route.method));
    CAPTURE(target);
    const ApiAnswer answer =
        walker.send({.method = route.method, .target = target, .body = "{}", .token = {}});
    const Capability needed = route.guard.needs.capability;
    if (needed == Capability::administer) {
      CHECK(answer.status == 403);  // no owner anyway
    } else if (!is_left_to_suspended(needed)) {
      CHECK(is_suspended(answer));
      ++closed;
    } else if (route.spec.operation.find("/send/") == std::string_view::npos) {
      // What is sent there may be a redaction of one's own; the room looks.
      CHECK_FALSE(is_suspended(answer));
    }
  }
  CHECK(closed > 20);
}

bool takes_forms(const boundary::Route& route) {
  return route.method == http::Method::post && route.guard.authentication == Authentication::none &&
         route.paths.front().starts_with("/_chancery/account");
}

TEST_CASE("no form of the account pages shows others anything new of whoever is suspended") {
  House house;
  Browser browser(house.server);
  const auto sign_in = [&] {
    browser.open("/_chancery/account/sign_in");
    if (browser.shows("name=\"username\"")) {
      browser.submit("/_chancery/account/sign_in",
                     {{"username", "alice"}, {"password", kPassword}});
    }
    REQUIRE(browser.shows("@alice:x"));
  };
  sign_in();
  REQUIRE(house.suspend("@alice:x").status == 200);
  const auto shown = [&house] {
    return house.bob.get("/profile/@alice:x").body +
           house.bob.get(in_room(house.room, "/members")).body;
  };
  const std::string before = shown();
  std::size_t forms = 0;
  for (const boundary::Route& route : house.server.routes()) {
    if (!takes_forms(route)) continue;
    const std::string& target = route.paths.front();
    // The end of an account takes back what is theirs, and a new account is another person.
    if (target.ends_with("/deactivate") || target.ends_with("/new")) continue;
    CAPTURE(target);
    sign_in();
    const std::string& page = browser.page().body;
    const std::size_t at = page.find("name=\"token\" value=\"") + 20;
    browser.post(target, {{"token", page.substr(at, page.find('"', at) - at)},
                          {"displayname", "Somebody else"},
                          {"password", kPassword},
                          {"new_password", kPassword},
                          {"again", kPassword},
                          {"device_id", "NONE"},
                          {"redirectUrl", "https://app.example/"},
                          {"answer", "allow"}});
    CHECK_FALSE(browser.shows("out of date"));
    CHECK(shown() == before);
    ++forms;
  }
  CHECK(forms >= 5);

  sign_in();
  browser.open("/_chancery/account?action=org.matrix.profile");
  browser.submit("/_chancery/account/profile", {{"displayname", "Somebody else"}});
  CHECK(browser.page().status == 403);
  CHECK(browser.shows("This account is suspended."));
  REQUIRE(house.suspend("@alice:x", false).status == 200);
  browser.submit("/_chancery/account/profile", {{"displayname", "Somebody else"}});
  CHECK(shown() != before);
}

TEST_CASE("nothing is said in the name of a member who is suspended or locked") {
  for (const bool is_locked_out : {false, true}) {
    CAPTURE(is_locked_out);
    House house;
    const std::string body = R"({"user_id":"@alice:x"})";
    const std::string make_admin =
        "/_synapse/admin/v1/rooms/" + percent_encode(house.room) + "/make_room_admin";
    REQUIRE((is_locked_out ? house.lock("@bob:x") : house.suspend("@bob:x")).status == 200);

    // He alone has the power.
    CHECK(house.owner.post(make_admin, body).errcode() == "M_FORBIDDEN");
    const ApiAnswer joined =
        house.owner.post("/_synapse/admin/v1/join/" + percent_encode(house.alice.create_room()),
                         R"({"user_id":"@bob:x"})");
    // Not with the code by which a client would take its own account for the one.
    CHECK(joined.errcode() == "M_FORBIDDEN");
    CHECK(house.owner
              .del("/_synapse/admin/v1/rooms/" + percent_encode(house.room),
                   R"({"new_room_user_id":"@bob:x"})")
              .errcode() == "M_FORBIDDEN");

    REQUIRE((is_locked_out ? house.lock("@bob:x", false) : house.suspend("@bob:x", false)).status ==
            200);
    CHECK(house.owner.post(make_admin, body).status == 200);
  }
}

TEST_CASE(
    "members who are suspended or locked leave a room that is removed, and come along nowhere") {
  House house;
  const Person carol = house.server.register_user("carol");
  carol.join(house.room);
  REQUIRE(house.suspend("@alice:x").status == 200);
  REQUIRE(house.lock("@carol:x").status == 200);

  const ApiAnswer removed =
      house.owner.del("/_synapse/admin/v1/rooms/" + percent_encode(house.room),
                      R"({"new_room_user_id":"@owner:x","purge":false})");

  REQUIRE(removed.status == 200);
  CHECK(find_at(removed.json, "/kicked_users")->as_array().size() == 3);
  const ApiAnswer members =
      house.owner.get(in_room(removed.text("new_room_id"), "/joined_members"));
  CHECK(find_at(members.json, "/joined/@bob:x") != nullptr);
  CHECK(find_at(members.json, "/joined")->as_object().size() == 2);
}

TEST_CASE(
    "each route that looks at a token refuses that of a locked account, but for the log-out") {
  House house;
  const Person walker = house.server.sign_in(house.alice, "WALKER");
  REQUIRE(house.lock("@alice:x").status == 200);
  for (const boundary::Route& route : house.server.routes()) {
    if (route.guard.authentication == Authentication::none) continue;
    if (route.guard.needs.capability == Capability::end_session) continue;
    const std::string target = filled(route.paths.front(), house);
    CAPTURE(target);
    CHECK(is_locked(
        walker.send({.method = route.method, .target = target, .body = "{}", .token = {}})));
  }
  CHECK(walker.post("/logout/all").status == 200);
}

}  // namespace
}  // namespace chancery::scenario
