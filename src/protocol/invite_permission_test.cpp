// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/invite_permission.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

base::JsonObject object(std::string_view text) { return base::parse_json(text)->as_object(); }

InviteFate fate(std::string_view fine, std::string_view inviter, std::string_view plain = "{}") {
  return InvitePermission(object(plain), object(fine))
      .decide(UserId::trusted(std::string(inviter)));
}

}  // namespace

TEST_CASE("without a word of them everyone's invites are shown") {
  CHECK(InvitePermission().decide(UserId::trusted("@a:x")) == InviteFate::shown);
  CHECK(fate("{}", "@a:x") == InviteFate::shown);
  CHECK(fate(R"({"allowed_users":null,"blocked_servers":null})", "@a:x") == InviteFate::shown);
}

TEST_CASE("the default action blocks everyone, and any other word of it nobody") {
  CHECK(fate("{}", "@a:x", R"({"default_action":"block"})") == InviteFate::blocked);
  CHECK(fate(R"({"allowed_users":["@a:x"]})", "@a:x", R"({"default_action":"block"})") ==
        InviteFate::blocked);
  for (const char* plain : {R"({"default_action":"allow"})", R"({"default_action":7})",
                            R"({"default_action":"Block"})", R"({"block":true})"}) {
    CHECK(fate("{}", "@a:x", plain) == InviteFate::shown);
  }
}

TEST_CASE("users are asked before servers, and what allows before what ignores and blocks") {
  constexpr std::string_view kAll =
      R"({"allowed_users":["@good:bad"],"ignored_users":["@good:bad","@dull:*"],
          "blocked_users":["@dull:x","@user-?*"],"allowed_servers":["good"],
          "ignored_servers":["good","dull"],"blocked_servers":["*"]})";
  CHECK(fate(kAll, "@good:bad") == InviteFate::shown);
  CHECK(fate(kAll, "@other:bad") == InviteFate::blocked);
  CHECK(fate(kAll, "@dull:x") == InviteFate::ignored);
  CHECK(fate(kAll, "@user-1:good") == InviteFate::blocked);
  CHECK(fate(kAll, "@user:good") == InviteFate::shown);
  CHECK(fate(kAll, "@a:good") == InviteFate::shown);
  CHECK(fate(kAll, "@a:dull") == InviteFate::ignored);
}

TEST_CASE("a server is asked about without its port") {
  constexpr std::string_view kBlocked = R"({"blocked_servers":["bad.example","[::1]","*.evil"]})";
  CHECK(fate(kBlocked, "@a:bad.example:8448") == InviteFate::blocked);
  CHECK(fate(kBlocked, "@a:[::1]:8448") == InviteFate::blocked);
  CHECK(fate(kBlocked, "@a:[::1]") == InviteFate::blocked);
  CHECK(fate(kBlocked, "@a:sub.evil") == InviteFate::blocked);
  CHECK(fate(kBlocked, "@a:evil") == InviteFate::shown);
}

TEST_CASE("rules that are switched off, or where one is malformed, say nothing") {
  for (const char* fine :
       {R"({"enabled":false,"blocked_servers":["*"]})", R"({"blocked_servers":"*"})",
        R"({"blocked_servers":["*"],"allowed_users":[7]})", R"({"blocked_servers":{"*":true}})"}) {
    CAPTURE(fine);
    CHECK(fate(fine, "@a:x") == InviteFate::shown);
  }
  CHECK(fate(R"({"enabled":"no","blocked_servers":["*"]})", "@a:x") == InviteFate::blocked);
}

}  // namespace chancery::protocol
