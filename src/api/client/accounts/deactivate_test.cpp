// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What identity servers hear when an account ends.
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiClient;

// Somebody with an address.
struct Leaver {
  Leaver() : client(world.registered("alice")) { own("alice@example.org"); }

  void own(const std::string& address) {
    world.run(world.third_party_ids().add_for(session, session.user,
                                              mail::Address::parse(address).value()));
  }
  void bind(const std::string& address, const std::string& server = "id.example") {
    world.run(world.third_party_ids().note_binding(session, mail::Address::parse(address).value(),
                                                   server,
                                                   third_party_ids::ThirdPartyIds::Bound::yes));
  }
  // The result; the account has ended.
  std::string end(const std::string& more = "") {
    const support::ApiAnswer answer =
        client.post("/_matrix/client/v3/account/deactivate",
                    R"({"auth":{"type":"m.login.password","user":"alice","password":")" +
                        std::string(AccountWorld::kPassword) + R"("})" + more + "}");
    CHECK(answer.status == 200);
    CHECK(client.get("/_matrix/client/v3/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
    return answer.text("id_server_unbind_result");
  }

  AccountWorld world;
  ApiClient client;
  accounts::Session session{.user = protocol::UserId::trusted("@alice:x"),
                            .device = protocol::DeviceId::trusted("PHONE")};
};

TEST_CASE("when no identity server knows of an address, there is nothing to unbind") {
  Leaver leaver;
  CHECK(leaver.end() == "success");
  CHECK(leaver.world.outside().requests().empty());
}

TEST_CASE("identity servers forget the addresses that they were told of") {
  Leaver leaver;
  leaver.own("a@example.org");
  leaver.bind("alice@example.org");
  leaver.bind("a@example.org");

  CHECK(leaver.end() == "success");

  const auto& requests = leaver.world.outside().requests();
  REQUIRE(requests.size() == 2);
  for (const http::OutboundRequest& request : requests) {
    CHECK(request.url == "https://id.example/_matrix/identity/v2/3pid/unbind");
    CHECK(request.body.find("@alice:x") != std::string::npos);
  }
  CHECK(requests[0].body.find("\"a@example.org\"") != std::string::npos);
  CHECK(requests[1].body.find("\"alice@example.org\"") != std::string::npos);
}

TEST_CASE(
    "an identity server that does not forget is asked once, and the account ends all the same") {
  Leaver leaver;
  leaver.own("a@example.org");
  leaver.bind("alice@example.org");
  leaver.bind("a@example.org");
  leaver.world.outside().answer_with(500, "{}");

  CHECK(leaver.end() == "no-support");
  CHECK(leaver.world.outside().requests().size() == 1);
}

TEST_CASE("the identity server that is named is asked, unless it is not listed") {
  Leaver leaver;
  CHECK(leaver.end(R"(,"id_server":"id.example")") == "success");
  CHECK(leaver.world.outside().requests().size() == 1);

  Leaver other;
  CHECK(other.end(R"(,"id_server":"evil.example")") == "no-support");
  CHECK(other.world.outside().requests().empty());
}

}  // namespace
}  // namespace chancery::client
