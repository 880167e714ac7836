// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/identity_servers.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "domain/third_party_ids/mail_budget.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "protocol/api_error.hpp"
#include "protocol/canonical_json.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "tests/support/scripted_outbound.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace chancery::third_party_ids {
namespace {

using namespace std::chrono_literals;

const protocol::UserId kBob = protocol::UserId::trusted("@bob:x");

mail::Address address(std::string_view text) { return mail::Address::parse(text).value(); }

struct World {
  runtime::SimulatedScheduler scheduler;
  support::ScriptedOutbound outbound;
  protocol::SigningKey key{protocol::KeyId::trusted("ed25519:1"), std::string(32, 's')};
  IdentityServers servers{
      outbound,
      {.allowed = {"id.example"}, .own_name = protocol::ServerName::trusted("x"), .key = key}};
  IdentityServers::Account account{.server = "id.example", .access_token = "token"};

  template <typename Value>
  std::string refusal(runtime::Task<Value> task) {
    try {
      scheduler.run(std::move(task));
    } catch (const protocol::ApiError& error) {
      return std::string(protocol::error_code_name(error.code()));
    }
    return {};
  }
};

TEST_CASE("an unbinding is signed by this server, over what is asked") {
  World world;
  const auto unbound =
      world.scheduler.run(world.servers.unbind("id.example", kBob, address("bob@y.org"), {}));
  CHECK(unbound == IdentityServers::Unbound::yes);
  REQUIRE(world.outbound.requests().size() == 1);
  const http::OutboundRequest& request = world.outbound.requests().front();
  const std::string header(request.headers.find("Authorization").value_or(""));
  const std::size_t begin = header.find("sig=\"") + 5;
  const std::string signature = header.substr(begin, header.find('"', begin) - begin);
  const base::JsonObject expected{{"method", "POST"},
                                  {"uri", "/_matrix/identity/v2/3pid/unbind"},
                                  {"origin", "x"},
                                  {"destination", "id.example"},
                                  {"content", base::parse_json(request.body).value()}};
  CHECK(protocol::verify_signature(world.key.public_key(), protocol::canonical_json(expected),
                                   base::decode_base64(signature).value()));
}

TEST_CASE("nobody is looked up in clear, and the hash is the one of the specification") {
  World world;
  world.outbound.answer_with(200, R"({"lookup_pepper":"matrixrocks","algorithms":["none"]})");
  CHECK(!world.scheduler.run(world.servers.look_up(world.account, address("alice@example.com"), {}))
             .has_value());
  CHECK(world.outbound.requests().size() == 1);

  world.outbound.answer_with(200, R"({"lookup_pepper":"matrixrocks","algorithms":["sha256"],
      "mappings":{"4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc":"@alice:x"}})");
  const auto found =
      world.scheduler.run(world.servers.look_up(world.account, address("alice@example.com"), {}));
  CHECK(found == protocol::UserId::trusted("@alice:x"));
}

TEST_CASE("what an identity server says is taken as a stranger's word") {
  World world;
  const IdentityServers::Invite invite{.address = address("bob@y.org"),
                                       .room = protocol::RoomId::trusted("!r:x"),
                                       .sender = kBob,
                                       .sender_name = {},
                                       .room_name = {}};
  for (const char* answer :
       {"[]", "{}", R"({"token":7,"public_keys":[]})", R"({"token":"t","public_keys":[{}]})",
        R"({"token":"t","public_keys":[7]})",
        R"({"token":"","public_keys":[{"public_key":"k"}]})"}) {
    CAPTURE(answer);
    world.outbound.answer_with(200, answer);
    CHECK(world.refusal(world.servers.store_invite(world.account, invite, {})) == "M_UNKNOWN");
  }
  IdentityServers::Account broken = world.account;
  broken.access_token = "a\r\nHost: evil.example";
  CHECK(world.refusal(world.servers.store_invite(broken, invite, {})) == "M_INVALID_PARAM");
  broken = {.server = "evil.example", .access_token = "token"};
  CHECK(world.refusal(world.servers.store_invite(broken, invite, {})) == "M_SERVER_NOT_TRUSTED");
}

TEST_CASE("an address is found by a hash that only this server can make") {
  const AddressKey key(std::string(32, 'k'));
  const AddressKey other(std::string(32, 'o'));
  CHECK(key.key_of(address("Bob@Y.org")) == key.key_of(address("bob@y.org")));
  CHECK(key.key_of(address("bob@y.org")) != key.key_of(address("bob@z.org")));
  CHECK(key.key_of(address("bob@y.org")) != other.key_of(address("bob@y.org")));
  CHECK(key.key_of(address("bob@y.org")).address_hash != base::sha256("bob@y.org"));
}

struct Budget {
  runtime::SimulatedClock clock;
  MailBudget budget{clock};

  std::chrono::milliseconds take(const std::string& address, const std::string& network = "here",
                                 const std::string& purpose = "password") {
    return budget.take({.purpose = purpose, .address_hash = address, .network = network});
  }
};

TEST_CASE("a mailbox has a budget, which comes back with time") {
  Budget budget;
  for (std::size_t i = 0; i < MailBudget::kMost; ++i) CHECK(budget.take("a").count() == 0);
  CHECK(budget.take("a") == 1h);
  CHECK(budget.take("b").count() == 0);
  budget.clock.advance(59min);
  CHECK(budget.take("a") == 1min);
  budget.clock.advance(1min);
  CHECK(budget.take("a").count() == 0);
}

TEST_CASE("strangers use up neither another purpose nor what another network may ask for") {
  Budget budget;
  for (std::size_t i = 0; i < MailBudget::kMostInAll; ++i) {
    CHECK(
        budget.take("a", "stranger " + std::to_string(i / MailBudget::kMost), "register").count() ==
        0);
  }
  // A mailbox is sent so many in all, from wherever they were asked for.
  CHECK(budget.take("a", "another stranger", "register") == 1h);
  CHECK(budget.take("a", "owner", "password").count() == 0);

  for (std::size_t i = 0; i < MailBudget::kMost; ++i) {
    static_cast<void>(budget.take("a", "stranger", "password"));
  }
  CHECK(budget.take("a", "stranger", "password") == 1h);
  CHECK(budget.take("a", "owner", "password").count() == 0);
}

TEST_CASE("a flood of addresses keeps nobody from being written to") {
  Budget budget;
  for (std::size_t i = 0; i < 2 * MailBudget::kMostCounted; ++i) {
    REQUIRE(budget.take("address " + std::to_string(i)).count() == 0);
  }
  CHECK(budget.take("owner").count() == 0);
}

}  // namespace
}  // namespace chancery::third_party_ids
