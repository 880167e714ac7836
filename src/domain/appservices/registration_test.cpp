// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/registration.hpp"

#include "domain/appservices/registry.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::appservices {
namespace {

const protocol::ServerName kServer = protocol::ServerName::trusted("example.org");

constexpr std::string_view kWhole = R"(
# As generators write it.
id: irc
url: 'http://127.0.0.1:9999/irc/'
as_token: "as-secret"
hs_token: hs-secret
sender_localpart: _irc_bot
rate_limited: false
de.sorunome.msc2409.push_ephemeral: true
org.matrix.msc3202: true
io.element.msc4190: true
protocols:
  - irc
  - irc
  - slack
namespaces:
  users:
    - exclusive: true
      regex: '@_irc_.*'
      group_id: '+old:example.org'
    - {exclusive: false, regex: "@guest[0-9]+:example\\.org$"}
  aliases:
    - regex: "#_irc_.*"
  rooms: []
some.other.key:
  nested: [1, 2, {deep: true}]
)";

ReadRegistrations read(std::string_view text) {
  return read_registrations({{.path = "a.yaml", .text = std::string(text)}}, kServer);
}

// The mistake in a file that has only one.
std::string mistake_in(std::string_view text) {
  const ReadRegistrations found = read(text);
  REQUIRE(found.mistakes.size() == 1);
  CHECK(found.registrations.empty());
  return found.mistakes.front();
}

// A good file with one line replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text = R"(id: a
url: http://localhost:1
as_token: as
hs_token: hs
sender_localpart: bot
namespaces: {}
)";
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

protocol::UserId user(std::string_view text) {
  return protocol::UserId::trusted(std::string(text));
}

TEST_CASE("a registration is read as the ecosystem writes it") {
  const ReadRegistrations found = read(kWhole);
  CAPTURE(found.mistakes.empty() ? "" : found.mistakes.front());
  REQUIRE(found.registrations.size() == 1);
  const Registration& one = found.registrations.front();

  CHECK(one.id == "irc");
  CHECK(one.url == "http://127.0.0.1:9999/irc");
  CHECK(one.as_token == "as-secret");
  CHECK(one.hs_token == "hs-secret");
  CHECK(one.sender.text() == "@_irc_bot:example.org");
  CHECK_FALSE(one.rate_limited);
  CHECK(one.receive_ephemeral);
  CHECK(one.receive_encryption);
  CHECK(one.device_management);
  CHECK(one.protocols == std::vector<std::string>{"irc", "slack"});
  CHECK(one.users.size() == 2);
  CHECK(one.aliases.size() == 1);
  CHECK(one.rooms.empty());
}

TEST_CASE("what a registration need not say has its usual value") {
  const ReadRegistrations found = read(with("url: http://localhost:1", "url: null"));
  REQUIRE(found.registrations.size() == 1);
  CHECK(found.registrations.front().url.empty());
  CHECK(found.registrations.front().rate_limited);
  CHECK_FALSE(found.registrations.front().receive_ephemeral);
  CHECK_FALSE(found.registrations.front().device_management);
  CHECK(read(with("url: http://localhost:1", "url: \"\"")).mistakes.empty());
  CHECK(read(with("url: http://localhost:1", "url: ~")).mistakes.empty());
}

TEST_CASE("a mistake is named with file and line, and no token is shown") {
  CHECK(mistake_in(with("id: a", "id: [a]")).starts_with("a.yaml:1: "));
  CHECK(mistake_in(with("id: a", "id: ''")).starts_with("a.yaml:1: "));
  CHECK(mistake_in(with("url: http://localhost:1", "url: ftp://x")).starts_with("a.yaml:2: "));
  CHECK(mistake_in(with("url: http://localhost:1", "url: http://u:p@x")).starts_with("a.yaml:2: "));
  CHECK(mistake_in(with("url: http://localhost:1", "url: http://")).starts_with("a.yaml:2: "));
  CHECK(mistake_in(with("url: http://localhost:1", "url: http://x/?a")).starts_with("a.yaml:2: "));
  CHECK(mistake_in(with("as_token: as\n", "")) == "a.yaml:1: \"as_token\" is missing");
  const std::string token = mistake_in(with("hs_token: hs", "hs_token: 'top secret'"));
  CHECK(token.starts_with("a.yaml:4: "));
  CHECK(token.find("top") == std::string::npos);
  CHECK(mistake_in(with("sender_localpart: bot", "sender_localpart: 'a b'"))
            .starts_with("a.yaml:5: "));
  CHECK(
      mistake_in(with("sender_localpart: bot", "sender_localpart: Bot")).starts_with("a.yaml:5: "));
  CHECK(mistake_in(with("namespaces: {}", "namespaces: {rooms: x}")).starts_with("a.yaml:6: "));
  CHECK(mistake_in(with("namespaces: {}", "namespaces: {users: [x]}")).starts_with("a.yaml:6: "));
  CHECK(mistake_in(with("namespaces: {}", "namespaces: {user: []}")).starts_with("a.yaml:6: "));
  CHECK(mistake_in(with("namespaces: {}", "namespaces: {}\nrate_limited: maybe"))
            .starts_with("a.yaml:7: "));
  CHECK(mistake_in(with("namespaces: {}", "namespaces: {}\nprotocols: irc"))
            .starts_with("a.yaml:7: "));
}

TEST_CASE("every mistake of a file is named at once") {
  const ReadRegistrations found = read("id: a\nurl: 7\nnamespaces: []\n");
  CHECK(found.registrations.empty());
  CHECK(found.mistakes.size() == 5);
}

TEST_CASE("a regular expression that cannot be matched in linear time is refused with its line") {
  const std::string text = with("namespaces: {}", R"(namespaces:
  users:
    - exclusive: true
      regex: '@(?!bot).*')");
  CHECK(mistake_in(text).starts_with("a.yaml:9: \"regex\" is no regular expression"));
  CHECK(mistake_in(with("namespaces: {}", R"(namespaces: {users: [{regex: '(a)\1'}]})"))
            .find("is no regular expression") != std::string::npos);
  CHECK(mistake_in(with("namespaces: {}",
                        R"(namespaces: {users: [{regex: '(((a{1000}){1000}){1000})'}]})"))
            .find("is no regular expression") != std::string::npos);
}

TEST_CASE("files that are no registrations are refused") {
  for (const std::string_view text :
       {"", "   ", "# nothing", "just a text", "- a\n- list", "a: b: c", "a: [1", "{a", "\t- a",
        "---\na: 1\n---\nb: 2", "a: &x 1\nb: *x", "*x", "!!python/object:os.system {}",
        "? [a]\n: b", "a: 1\na: 2", "\xff\xfe", "a: \"\\xZZ\"", "%YAML 9.9\n--- a"}) {
    CAPTURE(text);
    const ReadRegistrations found = read(text);
    CHECK(found.registrations.empty());
    CHECK_FALSE(found.mistakes.empty());
    for (const std::string& mistake : found.mistakes) CHECK(mistake.starts_with("a.yaml:"));
  }
}

TEST_CASE("nesting without end and lists without end are refused") {
  CHECK(mistake_in(std::string(100'000, '[')).find("nested too deeply") != std::string::npos);
  std::string many = "a:\n";
  for (int i = 0; i < 30'000; ++i) many += "- x\n";
  CHECK(mistake_in(many).find("too many values") != std::string::npos);
}

TEST_CASE("ids, tokens and senders are each one service's alone") {
  const auto file = [](std::string path, std::string id, std::string as, std::string hs,
                       std::string sender) {
    return RegistrationFile{.path = std::move(path),
                            .text = "id: " + id + "\nurl: null\nas_token: " + as + "\nhs_token: " +
                                    hs + "\nsender_localpart: " + sender + "\nnamespaces: {}\n"};
  };
  const auto mistakes = [&](const RegistrationFile& second) {
    return read_registrations({file("one.yaml", "a", "as", "hs", "bot"), second}, kServer).mistakes;
  };
  CHECK(mistakes(file("two.yaml", "b", "as2", "hs2", "bot2")).empty());
  CHECK(mistakes(file("two.yaml", "a", "as2", "hs2", "bot2")) ==
        std::vector<std::string>{"two.yaml: its \"id\" is that of one.yaml too"});
  CHECK(mistakes(file("two.yaml", "b", "as", "hs2", "bot2")).size() == 1);
  CHECK(mistakes(file("two.yaml", "b", "as2", "hs", "bot2")).size() == 1);
  CHECK(mistakes(file("two.yaml", "b", "as2", "hs2", "bot")).size() == 1);
}

TEST_CASE("a service covers its sender and the local users of its namespaces") {
  const Registry registry(read(kWhole).registrations);
  const Service& service = *registry.services().front();

  CHECK(service.covers(user("@_irc_bot:example.org")));
  CHECK(service.covers(user("@_irc_anna:example.org")));
  CHECK(service.covers(user("@guest7:example.org")));
  CHECK_FALSE(service.covers(user("@guest7:example.orgs")));
  CHECK_FALSE(service.covers(user("@_irc_anna:elsewhere.example")));
  CHECK_FALSE(service.covers(user("@a_irc_anna:example.org")));
  CHECK(service.owns(user("@_irc_anna:example.org")));
  CHECK_FALSE(service.owns(user("@guest7:example.org")));
  CHECK(service.covers(protocol::RoomAlias::trusted("#_irc_a:example.org")));
  CHECK_FALSE(service.owns(protocol::RoomAlias::trusted("#_irc_a:example.org")));
  CHECK_FALSE(service.covers(protocol::RoomId::trusted("!a:example.org")));
}

TEST_CASE("a name is reserved for everyone but the service that owns it") {
  const Registry registry(read(kWhole).registrations);

  CHECK(registry.is_reserved(user("@_irc_anna:example.org"), ""));
  CHECK(registry.is_reserved(user("@_irc_bot:example.org"), ""));
  CHECK(registry.is_reserved(user("@_irc_anna:example.org"), "another"));
  CHECK_FALSE(registry.is_reserved(user("@_irc_anna:example.org"), "irc"));
  CHECK_FALSE(registry.is_reserved(user("@guest7:example.org"), ""));
  const Registry two(
      read_registrations({{.path = "all",
                           .text = with("namespaces: {}",
                                        "namespaces: {users: [{regex: '.*', exclusive: true}]}")},
                          {.path = "irc", .text = std::string(kWhole)}},
                         kServer)
          .registrations);
  CHECK_FALSE(two.is_reserved(user("@_irc_bot:example.org"), "irc"));
  CHECK(two.is_reserved(user("@_irc_anna:example.org"), "irc"));
  CHECK(registry.find_by_token(accounts::TokenHash("as-secret")) ==
        registry.services().front().get());
  CHECK(registry.find_by_token(accounts::TokenHash("hs-secret")) == nullptr);
  CHECK(registry.find_by_token(accounts::TokenHash("")) == nullptr);
}

TEST_CASE("a pattern is matched in time that does not grow beyond measure") {
  const auto pattern = Pattern::compile("@(a*)*(a*)*(a|aa)*b");
  REQUIRE(pattern);
  CHECK_FALSE(pattern->matches("@" + std::string(250, 'a')));
  CHECK(pattern->matches("@" + std::string(250, 'a') + "b"));
  CHECK_FALSE(Pattern::compile(std::string(Pattern::kMostBytes + 1, 'a')));
}

}  // namespace
}  // namespace chancery::appservices
