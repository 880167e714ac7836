// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/oauth_store.hpp"

#include "storage/commit/change.hpp"
#include "storage/sql/account_store.hpp"
#include "tests/storage/store_under_test.hpp"

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::DeviceId kPhone = protocol::DeviceId::trusted("PHONE");
const protocol::DeviceId kLaptop = protocol::DeviceId::trusted("LAPTOP");

PutOauthClient client(const char* id, std::int64_t at) {
  return {{.id = id, .metadata = "{\"client_name\":\"\xC3\xA9\"}", .registered_at = {at}}};
}

PutRefreshToken refresh(char fill, const protocol::DeviceId& device, const char* client) {
  return {{.hash = std::string(32, fill),
           .user = kAnna,
           .device = device,
           .created_at = {1},
           .expires_at = {},
           .authenticated_at = {1},
           .replaces = {},
           .client = client,
           .family = std::string("family of ") + client}};
}

}  // namespace

STORE_TEST("a client is found as it registered, and registering again is noted") {
  sql::SqlOauthClientStore clients(store.reader());
  store.commit({client("one", 10)});
  store.commit({client("one", 20), client("two", 30)});

  const auto found = store.run(clients.find_client("one"));
  REQUIRE(found.has_value());
  CHECK(found->metadata == "{\"client_name\":\"\xC3\xA9\"}");
  CHECK(found->registered_at == base::Timestamp{20});
  CHECK_FALSE(store.run(clients.find_client("three")).has_value());
  CHECK(store.run(clients.count_clients()) == 2);
}

STORE_TEST("clients are forgotten that are old and signed nobody in") {
  sql::SqlOauthClientStore clients(store.reader());
  store.commit(
      {client("old", 10), client("used", 10), client("new", 50), refresh('r', kPhone, "used")});

  store.commit({ForgetOauthClients{{50}}});
  CHECK_FALSE(store.run(clients.find_client("old")).has_value());
  CHECK(store.run(clients.find_client("used")).has_value());
  CHECK(store.run(clients.find_client("new")).has_value());

  store.commit({DeleteDevice{kAnna, kPhone}, ForgetOauthClients{{50}}});
  CHECK_FALSE(store.run(clients.find_client("used")).has_value());
}

STORE_TEST("a token knows its client, and its family whose it is until the last of it is gone") {
  sql::SqlSessionStore sessions(store.reader());
  sql::SqlOauthClientStore clients(store.reader());
  store.commit({refresh('r', kPhone, "one"), refresh('s', kPhone, "one"), refresh('t', kLaptop, ""),
                PutAccessToken{{.hash = std::string(32, 'a'),
                                .user = kAnna,
                                .device = kPhone,
                                .created_at = {1},
                                .expires_at = {2},
                                .authenticated_at = {1},
                                .pair = std::string(32, 'r'),
                                .replaces = {},
                                .client = "one"}}});

  CHECK(store.run(sessions.find_access_token(std::string(32, 'a')))->client == "one");
  const auto token = store.run(sessions.find_refresh_token(std::string(32, 'r')));
  REQUIRE(token.has_value());
  CHECK(token->client == "one");
  CHECK(token->family == "family of one");
  const auto family = store.run(sessions.find_token_family("family of one"));
  REQUIRE(family.has_value());
  CHECK(family->user == kAnna);
  CHECK(family->device == kPhone);
  CHECK(family->client == "one");

  const auto of_anna = store.run(clients.load_clients_of(kAnna));
  REQUIRE(of_anna.size() == 1);
  CHECK(of_anna[0].device == kPhone);
  CHECK(of_anna[0].client == "one");

  store.commit({RevokeRefreshToken{kAnna, kPhone, std::string(32, 'r')}});
  CHECK(store.run(sessions.find_token_family("family of one")).has_value());
  store.commit({RevokeDeviceTokens{kAnna, kPhone}});
  CHECK_FALSE(store.run(sessions.find_token_family("family of one")).has_value());
}

}  // namespace chancery::storage
