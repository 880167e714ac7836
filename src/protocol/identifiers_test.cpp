// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/identifiers.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

template <typename Id>
bool reads(std::string_view text) {
  const Parsed<Id> id = Id::parse(text);
  return id && id->text() == text;
}

TEST_CASE("the specification's server names are read") {
  for (const char* name :
       {"matrix.org", "matrix.org:8888", "1.2.3.4", "1.2.3.4:1234", "[1234:5678::abcd]",
        "[1234:5678::abcd]:5678", "localhost", "UPPER.example", "xn--bcher-kva.example", "a-b.c",
        "[::ffff:1.2.3.4]:1"}) {
    CAPTURE(name);
    CHECK(reads<ServerName>(name));
  }
}

TEST_CASE("what is no server name is refused") {
  for (const std::string& name : {std::string(""),
                                  std::string(":8448"),
                                  std::string("a:"),
                                  std::string("a:b"),
                                  std::string("a:65536"),
                                  std::string("a:000001"),
                                  std::string("a:-1"),
                                  std::string("a:+1"),
                                  std::string("a:1:2"),
                                  std::string("a b"),
                                  std::string("a_b"),
                                  std::string("a/b"),
                                  std::string("bücher.example"),
                                  std::string("[]"),
                                  std::string("[::1"),
                                  std::string("[::1]x"),
                                  std::string("[::1]:"),
                                  std::string("[1.2.3.4]"),
                                  std::string("[zz::]"),
                                  std::string("::1"),
                                  std::string("a\0b", 3),
                                  std::string(256, 'a')}) {
    CAPTURE(name);
    CHECK_FALSE(ServerName::parse(name));
  }
}

TEST_CASE("a host is the server name without its port") {
  CHECK(ServerName::parse("example.org:8448")->host() == "example.org");
  CHECK(ServerName::parse("[2001:db8::1]:8448")->host() == "[2001:db8::1]");
  CHECK(ServerName::parse("[2001:db8::1]")->host() == "[2001:db8::1]");
}

TEST_CASE("a user id has a localpart and a server") {
  const auto user = UserId::parse("@alice:example.org:8448");

  REQUIRE(user);
  CHECK(user->localpart() == "alice");
  CHECK(user->server_name() == "example.org:8448");
}

TEST_CASE("user ids of old are read, but nobody may register one") {
  for (const char* id : {"@Alice:example.org", "@:example.org", "@日本:example.org",
                         "@a b:example.org", "@a\nb:example.org", "@a@b:example.org"}) {
    CAPTURE(id);
    CHECK(reads<UserId>(id));
    CHECK_FALSE(UserId::parse_strict(id));
  }
  CHECK(UserId::parse_strict("@a.b_c=d-e/f+1:example.org"));
}

TEST_CASE("what is no user id is refused") {
  using namespace std::string_view_literals;
  for (const std::string_view id : {""sv, "@"sv, "alice:example.org"sv, "@alice"sv, "@alice:"sv,
                                    "@alice:a b"sv, "#alice:example.org"sv, "@a\0b:example.org"sv,
                                    "@\xFF:example.org"sv, "@\xED\xA0\x80:example.org"sv}) {
    CAPTURE(id);
    CHECK_FALSE(UserId::parse(id));
  }
}

TEST_CASE("no identifier is longer than 255 bytes") {
  const std::string server = ":example.org";
  const std::string fits(255 - 1 - server.size(), 'a');

  CHECK(UserId::parse("@" + fits + server));
  CHECK_FALSE(UserId::parse("@" + fits + "a" + server));
  CHECK(EventId::parse("$" + std::string(254, 'a')));
  CHECK_FALSE(EventId::parse("$" + std::string(255, 'a')));
  CHECK_FALSE(DeviceId::parse(std::string(256, 'D')));
}

TEST_CASE("a made user id is what its parts say") {
  const auto server = ServerName::parse("example.org");

  CHECK(UserId::make("alice", *server)->text() == "@alice:example.org");
  CHECK_FALSE(UserId::make("al:ice", *server));
  CHECK_FALSE(UserId::make(std::string(250, 'a'), *server));
}

TEST_CASE("a room id names a server or is a hash") {
  const std::string hash(43, 'A');

  CHECK(RoomId::parse("!opaque:example.org")->server_name() == "example.org");
  CHECK_FALSE(RoomId::parse("!" + hash)->server_name());
  CHECK_FALSE(RoomId::parse("!" + hash + "A"));
  CHECK_FALSE(RoomId::parse("!opaque"));
  CHECK_FALSE(RoomId::parse("!" + std::string(42, 'A') + "+"));
  CHECK_FALSE(RoomId::parse("#opaque:example.org"));
}

TEST_CASE("an alias has a name and a server") {
  const auto alias = RoomAlias::parse("#straße:example.org");

  REQUIRE(alias);
  CHECK(alias->localpart() == "straße");
  CHECK(alias->server_name() == "example.org");
  CHECK_FALSE(RoomAlias::parse("#:example.org"));
}

TEST_CASE("an event id names a server in old rooms only") {
  CHECK(EventId::parse("$opaque:example.org")->server_name() == "example.org");
  CHECK_FALSE(EventId::parse("$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg")->server_name());
  CHECK(reads<EventId>("$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk"));
  CHECK_FALSE(EventId::parse("$"));
  CHECK_FALSE(EventId::parse("opaque"));
}

TEST_CASE("a key id has an algorithm and a name") {
  const auto key = KeyId::parse("signed_curve25519:AAAA:Hg");

  REQUIRE(key);
  CHECK(key->algorithm() == "signed_curve25519");
  CHECK(key->name() == "AAAA:Hg");
  CHECK_FALSE(KeyId::parse("ed25519"));
  CHECK_FALSE(KeyId::parse(":1"));
  CHECK_FALSE(KeyId::parse("ed25519:"));
  CHECK_FALSE(KeyId::parse("ed 25519:1"));
}

TEST_CASE("a media URI cannot lead out of its folder") {
  const auto uri = MediaUri::parse("mxc://example.org:8448/Ab_-9");

  REQUIRE(uri);
  CHECK(uri->server.text() == "example.org:8448");
  CHECK(uri->media_id == "Ab_-9");
  CHECK(uri->text() == "mxc://example.org:8448/Ab_-9");
  for (const char* text : {"mxc://example.org/", "mxc://example.org", "mxc:///x", "http://a/b",
                           "mxc://example.org/../x", "mxc://example.org/a/b", "mxc://../x/y",
                           "mxc://example.org/a.b", "mxc://example.org/%2e"}) {
    CAPTURE(text);
    CHECK_FALSE(MediaUri::parse(text));
  }
}

}  // namespace
}  // namespace chancery::protocol
