// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Invites by address, by way of an identity server.
#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/scenario/mail_town.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

namespace chancery::scenario {
namespace {

// An identity server "id.example" that knows nobody's address at first.
class IdentityTown : public MailTown {
 public:
  IdentityTown()
      : MailTown([](server::Config& config) { config.identity.servers = {"id.example"}; }) {
    server.outside().answer_by([this](const http::OutboundRequest& request) {
      return std::optional<http::OutboundResult>(http::OutboundResponse{
          .status = 200, .headers = {}, .body = answer(request), .url = request.url});
    });
  }
  // What it says when it is asked for somebody who has proven the address.
  std::string vouch(const std::string& user) const {
    base::JsonObject block{{"mxid", user}, {"token", "the token"}};
    protocol::sign_json(block, "id.example", key_);
    return base::to_text(block);
  }
  ApiAnswer invite(const Person& who, const std::string& room) {
    return who.post("/rooms/" + room + "/invite",
                    R"({"medium":"email","address":"Bob@example.org","id_server":"id.example",
                        "id_access_token":"token"})");
  }

  std::string known_user;  // whose address it is

 private:
  std::string answer(const http::OutboundRequest& request) const {
    if (request.url.ends_with("/hash_details")) {
      return R"({"lookup_pepper":"pepper","algorithms":["none","sha256"]})";
    }
    if (request.url.ends_with("/lookup")) {
      const auto asked = base::parse_json(request.body);
      const std::string hash = text_at(*asked, "/addresses/0");
      base::JsonObject mappings;
      if (!known_user.empty()) mappings[hash] = known_user;
      return base::to_text(base::JsonObject{{"mappings", mappings}});
    }
    const std::string key = base::encode_base64(key_.public_key());
    return base::to_text(base::JsonObject{
        {"token", "the token"},
        {"display_name", "bob@e..."},
        {"public_keys",
         base::JsonArray{base::JsonObject{{"public_key", key},
                                          {"key_validity_url", "https://evil.example/isvalid"}}}}});
  }
  protocol::SigningKey key_{protocol::KeyId::trusted("ed25519:0"), std::string(32, 'i')};
};

TEST_CASE("an address that an identity server knows is invited as the user who has it") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  const std::string room = alice.create_room(R"({"preset":"private_chat"})");
  town.known_user = bob.id();
  REQUIRE(town.invite(alice, room).status == 200);
  for (const http::OutboundRequest& request : town.server.outside().requests()) {
    CHECK(request.body.find("example.org") == std::string::npos);  // hashed
  }
  bob.join(room);
}

TEST_CASE("an address that nobody has yet is invited by a token, and whoever proves it comes in") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  const Person mallory = town.server.register_user("mallory");
  const std::string room = alice.create_room(R"({"preset":"private_chat"})");
  REQUIRE(town.invite(alice, room).status == 200);
  const ApiAnswer offer =
      alice.get("/rooms/" + room + "/state/m.room.third_party_invite/the%20token");
  CHECK(offer.text("display_name") == "b***@e***.org");
  CHECK(offer.text("key_validity_url") == "https://id.example/_matrix/identity/v2/pubkey/isvalid");
  CHECK(offer.body.find("bob") == std::string::npos);

  const auto join = [&](const Person& who, const std::string& block) {
    return who.post("/rooms/" + room + "/join", R"({"third_party_signed":)" + block + "}").status;
  };
  CHECK(join(mallory, town.vouch(bob.id())) == 403);
  CHECK(join(mallory, R"({"mxid":"@mallory:x","token":"the token","signatures":{}})") == 403);
  CHECK(join(mallory, R"({"mxid":"@mallory:x","token":"another","signatures":{}})") == 403);
  CHECK(join(bob, town.vouch(bob.id())) == 200);
  CHECK(find_at(alice.get("/rooms/" + room + "/joined_members").json, "/joined/@bob:x") != nullptr);
}

TEST_CASE("an invite by address is nobody's any more when who made it is suspended or locked") {
  IdentityTown town;
  using Accounts = accounts::Accounts;
  Accounts& people = town.server.composition().accounts().accounts;
  const auto alice_id = protocol::UserId::trusted("@alice:x");
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  const std::string room = alice.create_room(R"({"preset":"private_chat"})");
  REQUIRE(town.invite(alice, room).status == 200);
  const auto join = [&] {
    return bob
        .post("/rooms/" + room + "/join", R"({"third_party_signed":)" + town.vouch(bob.id()) + "}")
        .errcode();
  };
  town.server.scheduler().run(people.set_suspended("server", alice_id, Accounts::Suspended::yes));
  CHECK(join() == "M_FORBIDDEN");
  town.server.scheduler().run(people.set_locked("server", alice_id, Accounts::Locked::yes));
  CHECK(join() == "M_FORBIDDEN");
  town.server.scheduler().run(people.set_suspended("server", alice_id, Accounts::Suspended::no));
  town.server.scheduler().run(people.set_locked("server", alice_id, Accounts::Locked::no));
  CHECK(join().empty());
}

TEST_CASE("whoever is locked gets no new password by mail") {
  MailTown town;
  using Accounts = accounts::Accounts;
  Accounts& people = town.server.composition().accounts().accounts;
  const auto alice_id = protocol::UserId::trusted("@alice:x");
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  const std::string session = town.request("/account/password", "alice@example.org").text("sid");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  town.server.scheduler().run(people.set_locked("server", alice_id, Accounts::Locked::yes));

  CHECK(town.reset(session).errcode() == "M_USER_LOCKED");

  town.server.scheduler().run(people.set_locked("server", alice_id, Accounts::Locked::no));
  const std::string who = R"({"type":"m.id.user","user":"alice"})";
  CHECK(town.sign_in(who, kNewPassword) == 403);
  CHECK(town.sign_in(who, kPassword) == 200);
}

TEST_CASE("an identity server hands invites over, and only those that it signed are made") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  const std::string room = alice.create_room(R"({"preset":"private_chat"})");
  REQUIRE(town.invite(alice, room).status == 200);
  const auto push = [&](const std::string& user, const std::string& invites) {
    return town.server.stranger()
        .put("/_matrix/federation/v1/3pid/onbind",
             fmt::format(R"({{"medium":"email","address":"bob@example.org","mxid":"{}",)"
                         R"("invites":{}}})",
                         user, invites))
        .status;
  };
  const auto invite_of = [&](const std::string& block, const std::string& to) {
    return fmt::format(R"({{"medium":"email","address":"bob@example.org","mxid":"@bob:x",)"
                       R"("room_id":"{}","sender":"@alice:x","signed":{}}})",
                       to, block);
  };
  const auto is_invited = [&] {
    return find_at(bob.sync().json, "/rooms/invite") != nullptr &&
           bob.sync().body.find("\"invite\":{\"" + room) != std::string::npos;
  };
  // Unsigned, signed for somebody else, of a room or a person that is not there.
  const std::string forged = R"({"mxid":"@bob:x","token":"the token","signatures":{}})";
  CHECK(push("@bob:x", "[" + invite_of(forged, room) + "]") == 200);
  CHECK(push("@bob:x", "[" + invite_of(town.vouch("@mallory:x"), room) + "]") == 200);
  CHECK(push("@bob:x", "[" + invite_of(town.vouch("@bob:x"), "!nowhere:x") + "]") == 200);
  CHECK(push("@nobody:x", "[" + invite_of(town.vouch("@nobody:x"), room) + "]") == 200);
  CHECK(push("@bob:elsewhere", "[" + invite_of(town.vouch("@bob:elsewhere"), room) + "]") == 200);
  CHECK_FALSE(is_invited());
  // What is none is refused as a whole.
  CHECK(push("bob", "[]") == 400);
  CHECK(push("@bob:x", "{}") == 400);
  CHECK(push("@bob:x", "[7]") == 400);
  CHECK(push("@bob:x", R"([{"room_id":"nowhere","signed":{}}])") == 400);
  CHECK(push("@bob:x", R"([{"room_id":"!a:x"}])") == 400);
  std::string many = "[" + invite_of(forged, room);
  for (int i = 0; i < 100; ++i) many += "," + invite_of(forged, room);
  CHECK(push("@bob:x", many + "]") == 413);

  // A bad one does not keep the good one out, and twice is once.
  const std::string both =
      "[" + invite_of(forged, room) + "," + invite_of(town.vouch("@bob:x"), room) + "]";
  CHECK(push("@bob:x", both) == 200);
  CHECK(is_invited());
  CHECK(push("@bob:x", both) == 200);
  bob.join(room);
}

TEST_CASE("who is not in a room invites nobody there, and no identity server hears of it") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person mallory = town.server.register_user("mallory");
  const std::string room = alice.create_room();
  CHECK(town.invite(mallory, room).status == 403);
  CHECK(town.server.outside().requests().empty());
}

TEST_CASE("a room is made with invites by address") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  town.known_user = bob.id();
  const std::string room = alice.create_room(
      R"({"preset":"private_chat","invite_3pid":[{"medium":"email","address":"bob@example.org",
          "id_server":"id.example","id_access_token":"token"}]})");
  bob.join(room);
}

TEST_CASE("no room is made when the identity server does not say whose address it is") {
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  town.server.outside().fail_with(http::OutboundFailure::timed_out);

  const ApiAnswer answer =
      alice.post("/createRoom", R"({"invite_3pid":[{"medium":"email","address":"bob@example.org",
                         "id_server":"id.example","id_access_token":"token"}]})");

  CHECK(answer.status == 502);
  CHECK(alice.get("/joined_rooms").body == R"({"joined_rooms":[]})");
}

TEST_CASE("an invite by address to a direct chat says so, whenever it becomes one") {
  const auto shown_to = [](const Person& bob, const std::string& room) {
    const ApiAnswer told = bob.sync();
    const base::Json* events = find_at(told.json, "/rooms/invite/" + room + "/invite_state/events");
    REQUIRE(events != nullptr);
    for (const base::Json& event : events->as_array()) {
      if (text_at(event, "/state_key") != bob.id()) continue;
      const base::Json* direct = find_at(event, "/content/is_direct");
      return direct != nullptr && direct->as_bool();
    }
    return false;
  };
  const std::string body =
      R"({"preset":"private_chat","is_direct":true,"invite_3pid":[{"medium":"email",
          "address":"bob@example.org","id_server":"id.example","id_access_token":"token"}]})";
  IdentityTown town;
  const Person alice = town.server.register_user("alice");
  const Person bob = town.server.register_user("bob");
  const std::string later = alice.create_room(body);
  town.known_user = bob.id();
  const std::string at_once = alice.create_room(body);
  CHECK(shown_to(bob, at_once));

  REQUIRE(bob.post("/rooms/" + later + "/join",
                   R"({"third_party_signed":)" + town.vouch(bob.id()) + "}")
              .status == 200);
  const ApiAnswer history = alice.get("/rooms/" + later + "/messages?dir=b&limit=10");
  bool was_direct = false;
  for (const base::Json& event : find_at(history.json, "/chunk")->as_array()) {
    if (text_at(event, "/content/membership") != "invite") continue;
    const base::Json* direct = find_at(event, "/content/is_direct");
    was_direct = direct != nullptr && direct->as_bool();
  }
  CHECK(was_direct);
}

}  // namespace
}  // namespace chancery::scenario
