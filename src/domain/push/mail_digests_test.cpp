// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/mail_digests.hpp"

#include "protocol/api_error.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace chancery::push {
namespace {

using namespace std::chrono_literals;
using support::PushWorld;

Pusher mailbox(const std::string& address) {
  return {.app_id = std::string(kMailApp),
          .pushkey = address,
          .kind = std::string(kMailKind),
          .app_display_name = "Email Notifications",
          .device_display_name = address,
          .profile_tag = "",
          .lang = "en",
          .data = {}};
}

class MailingWorld {
 public:
  MailingWorld() : room(world.make_room({"alice", "bob"})) {
    world.mail().configure();
    set(mailbox("bob@example.org"));
    world.start_delivery();
  }
  void set(Pusher made) {
    world.run(
        world.pushers().put(PushWorld::session("bob"), std::move(made), Pushers::Others::kept));
  }
  std::string refusal(Pusher made) {
    try {
      set(std::move(made));
    } catch (const protocol::ApiError& error) {
      return std::string(protocol::error_code_name(error.code()));
    }
    return {};
  }
  // Several commits follow one another before a mail has left.
  void advance(std::chrono::milliseconds length) {
    world.advance(length);
    for (int i = 0; i < 4; ++i) world.settle();
  }
  std::size_t mails() { return world.mail().letters().size(); }
  std::string last_mail() { return world.mail().letters().back().message; }

  PushWorld world;
  protocol::RoomId room;
};

TEST_CASE("what is still unread after a while is told by mail, in numbers alone") {
  MailingWorld town;
  town.world.say("alice", town.room, "the secret plan");
  town.world.mention("alice", town.room, "bob");
  town.advance(5min);
  CHECK(town.mails() == 0);
  town.advance(6min);
  REQUIRE(town.mails() == 1);
  CHECK(town.world.mail().letters().front().to.text() == "bob@example.org");
  const std::string mail = town.last_mail();
  CHECK(mail.find("Subject: 2 unread messages in 1 room, 1 mention of you at x") !=
        std::string::npos);
  CHECK(mail.find("secret") == std::string::npos);
  CHECK(mail.find("alice") == std::string::npos);
  CHECK(mail.find(town.room.text()) == std::string::npos);
  CHECK(mail.find("List-Unsubscribe: <https://x.example/_chancery/unsubscribe?token=") !=
        std::string::npos);
  CHECK(mail.find("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != std::string::npos);
  town.advance(48h);
  CHECK(town.mails() == 1);
}

TEST_CASE("what was read meanwhile is told by no mail") {
  MailingWorld town;
  const protocol::EventId event = town.world.say("alice", town.room);
  town.advance(5min);
  town.world.read("bob", town.room, event);
  town.advance(1h);
  CHECK(town.mails() == 0);
}

TEST_CASE("an invitation is told, too") {
  MailingWorld town;
  const protocol::RoomId other = town.world.make_room({"alice"});
  town.world.invite("alice", other, "bob");
  town.advance(11min);
  REQUIRE(town.mails() == 1);
  CHECK(town.last_mail().find("Subject: 1 invitation at x") != std::string::npos);
}

TEST_CASE("mails come less and less often, until there was quiet for a while") {
  MailingWorld town;
  std::size_t sent = 0;
  for (int i = 0; i < 24 * 6; ++i) {  // somebody writes every ten minutes for a day
    town.world.say("alice", town.room);
    town.advance(10min);
  }
  sent = town.mails();
  CHECK(sent >= 4);
  CHECK(sent <= 9);
  town.advance(72h);
  town.world.mail().forget();
  town.world.say("alice", town.room);
  town.advance(11min);
  CHECK(town.mails() == 1);
}

TEST_CASE("a restart neither loses a mail nor sends it twice") {
  MailingWorld town;
  town.world.say("alice", town.room);
  town.advance(6min);
  town.world.restart();
  town.world.start_delivery();
  town.advance(11min);
  REQUIRE(town.mails() == 1);
  town.world.restart(PushWorld::Progress::lost);
  town.world.start_delivery();
  town.advance(1h);
  CHECK(town.mails() == 1);
}

TEST_CASE("the link in a mail ends the mails, and no other link does") {
  MailingWorld town;
  town.world.say("alice", town.room);
  town.advance(11min);
  const std::string token = town.world.mail().token();
  REQUIRE(!token.empty());
  std::string forged = token;
  forged[5] = forged[5] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string(), std::string("x"), forged, token.substr(0, 40)}) {
    CHECK_THROWS_AS(town.world.run(town.world.digests().unsubscribe(bad)), protocol::ApiError);
  }
  CHECK(town.world.run(town.world.pushers().load(PushWorld::user("bob"))).size() == 1);
  town.world.run(town.world.digests().unsubscribe(token));
  CHECK(town.world.run(town.world.pushers().load(PushWorld::user("bob"))).empty());
  town.world.say("alice", town.room);
  town.advance(24h);
  CHECK(town.mails() == 1);
}

TEST_CASE("mails go to an address of one's own alone") {
  MailingWorld town;
  CHECK(town.refusal(mailbox("alice@example.org")) == "M_INVALID_PARAM");
  CHECK(town.refusal(mailbox("BOB@example.org")) == "M_INVALID_PARAM");
  CHECK(town.refusal(mailbox("bob@example.org\r\nBcc: x")) == "M_INVALID_PARAM");
  Pusher other_app = mailbox("bob@example.org");
  other_app.app_id = "org.example.app";
  CHECK(town.refusal(other_app) == "M_INVALID_PARAM");
}

}  // namespace
}  // namespace chancery::push
