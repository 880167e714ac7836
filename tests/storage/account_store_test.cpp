// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/account_store.hpp"

#include "storage/commit/change.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");
const protocol::DeviceId kPhone = protocol::DeviceId::trusted("PHONE");
const protocol::DeviceId kLaptop = protocol::DeviceId::trusted("LAPTOP");

StoredAccount account(const protocol::UserId& user) {
  return {.user = user,
          .password_hash = "$argon2id$",
          .role = AccountRole::owner,
          .standing = {},
          .created_at = {1'767'225'600'000}};
}

bool commits(StoreUnderTest& store, Precondition required) {
  Change change{.preconditions = {std::move(required)},
                .mutations = {NoteDeviceListChange{kAnna, {}}},
                .audit = {}};
  try {
    store.commit(std::move(change));
    return true;
  } catch (const StorageConflict&) {  // the answer
    return false;
  }
}

STORE_TEST("an account is found as it was made and changed") {
  sql::SqlAccountStore accounts(store.reader());
  store.commit({CreateAccount{account(kAnna)}});
  const auto made = store.run(accounts.find_account(kAnna));
  REQUIRE(made.has_value());
  CHECK(made->password_hash == "$argon2id$");
  CHECK(made->role == AccountRole::owner);
  CHECK(made->created_at == base::Timestamp{1'767'225'600'000});

  const AccountStanding gone{.deactivated = true, .locked = false, .erased = true};
  store.commit({SetPasswordHash{kAnna, ""}, SetAccountRole{kAnna, AccountRole::user},
                SetAccountStanding{kAnna, gone}});
  const auto changed = store.run(accounts.find_account(kAnna));
  CHECK(changed->password_hash.empty());
  CHECK(changed->role == AccountRole::user);
  CHECK(changed->standing == gone);
  CHECK(!store.run(accounts.find_account(kBen)).has_value());
}

STORE_TEST("an account cannot be made twice, and accounts are listed in pages") {
  sql::SqlAccountStore accounts(store.reader());
  store.commit({CreateAccount{account(kBen)}});
  store.commit({CreateAccount{account(kAnna)}});

  CHECK_THROWS_AS(store.commit({CreateAccount{account(kAnna)}}), StorageRefused);
  CHECK(store.run(accounts.count_accounts()) == 2);
  const auto page = store.run(accounts.load_accounts({}, 1));
  REQUIRE(page.size() == 1);
  CHECK(page[0].user == kAnna);
  CHECK(store.run(accounts.load_accounts(kAnna, 10)).size() == 1);
}

STORE_TEST("those who have ended and are in rooms all the same are found") {
  sql::SqlAccountStore accounts(store.reader());
  const auto user = [](const char* name) {
    return protocol::UserId::trusted(std::string("@") + name + ":example.org");
  };
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    store.commit({CreateAccount{account(user(name))}});
    if (std::string(name) == "a") continue;
    store.commit({SetAccountStanding{user(name), {.deactivated = true}}});
  }
  store.commit(
      {SetMembership{{1}, user("a"), "join", {1}}, SetMembership{{1}, user("b"), "join", {2}},
       SetMembership{{2}, user("b"), "knock", {3}}, SetMembership{{1}, user("c"), "invite", {4}},
       SetMembership{{1}, user("d"), "leave", {5}}, SetMembership{{2}, user("d"), "ban", {6}}});

  CHECK(store.run(accounts.load_ended_members({}, 10)) ==
        std::vector<protocol::UserId>{user("b"), user("c")});
  CHECK(store.run(accounts.load_ended_members({}, 1)) == std::vector<protocol::UserId>{user("b")});
  CHECK(store.run(accounts.load_ended_members(user("b"), 10)) ==
        std::vector<protocol::UserId>{user("c")});
}

STORE_TEST("guests are found by the rooms that they are in") {
  sql::SqlAccountStore accounts(store.reader());
  const auto user = [](const char* name) {
    return protocol::UserId::trusted(std::string("@") + name + ":example.org");
  };
  for (const char* name : {"a", "b", "c", "d"}) {
    store.commit({CreateAccount{account(user(name))}});
    if (std::string(name) != "d") store.commit({SetAccountRole{user(name), AccountRole::guest}});
  }
  store.commit(
      {SetMembership{{1}, user("a"), "join", {1}}, SetMembership{{2}, user("a"), "leave", {2}},
       SetMembership{{2}, user("b"), "join", {3}}, SetMembership{{1}, user("c"), "invite", {4}},
       SetMembership{{1}, user("d"), "join", {5}}});

  using Users = std::vector<protocol::UserId>;
  CHECK(store.run(accounts.load_guests_in({1})) == Users{user("a")});
  CHECK(store.run(accounts.load_guests_in({2})) == Users{user("b")});
  CHECK(store.run(accounts.load_guests_in({3})).empty());
  CHECK(store.run(accounts.load_joined_guests({}, 10)) == Users{user("a"), user("b")});
  CHECK(store.run(accounts.load_joined_guests({}, 1)) == Users{user("a")});
  CHECK(store.run(accounts.load_joined_guests(user("a"), 10)) == Users{user("b")});
}

STORE_TEST("whoever was erased is told, and nobody else") {
  sql::SqlAccountStore accounts(store.reader());
  store.commit({CreateAccount{account(kAnna)}, CreateAccount{account(kBen)},
                SetAccountStanding{kAnna, {.deactivated = true}},
                SetAccountStanding{kBen, {.deactivated = true, .erased = true}}});
  CHECK(store.run(accounts.load_erased()) == std::vector{kBen});
}

STORE_TEST("preconditions on accounts hold as their names say") {
  CHECK(commits(store, RequireUserAbsent{kAnna}));
  CHECK(!commits(store, RequireAccountActive{kAnna}));
  store.commit({CreateAccount{account(kAnna)}});
  CHECK(!commits(store, RequireUserAbsent{kAnna}));
  CHECK(commits(store, RequireAccountActive{kAnna}));
  CHECK(commits(store, RequirePasswordHash{kAnna, "$argon2id$"}));
  CHECK(!commits(store, RequirePasswordHash{kAnna, "$argon2id$x"}));
  store.commit({SetAccountStanding{kAnna, {.locked = true}}});
  CHECK(!commits(store, RequireAccountActive{kAnna}));
}

STORE_TEST("a device keeps its first name until it gets another, and is found with its last use") {
  sql::SqlSessionStore sessions(store.reader());
  const std::string name("Phone \0 of Anna", 15);
  store.commit({PutDevice{kAnna, kPhone, name, {5}}, PutDevice{kAnna, kLaptop, "", {6}}});
  store.commit({NoteDeviceUse{kAnna, kPhone, {9}, "192.0.2.1", "Agent/1"}});

  const auto phone = store.run(sessions.find_device(kAnna, kPhone));
  REQUIRE(phone.has_value());
  CHECK(phone->display_name == name);
  CHECK(phone->created_at == base::Timestamp{5});
  CHECK(phone->last_seen_at == base::Timestamp{9});
  CHECK(phone->last_seen_address == "192.0.2.1");
  CHECK(phone->last_seen_agent == "Agent/1");
  const auto all = store.run(sessions.load_devices(kAnna));
  REQUIRE(all.size() == 2);
  CHECK(all[0].device == kLaptop);
  CHECK(commits(store, RequireDevice{kAnna, kPhone}));
  CHECK(!commits(store, RequireDevice{kBen, kPhone}));
}

STORE_TEST("a known device is renamed where that is asked for, and no name is a name too") {
  sql::SqlSessionStore sessions(store.reader());
  const auto name = [&] { return store.run(sessions.find_device(kAnna, kPhone))->display_name; };
  store.commit({PutDevice{kAnna, kPhone, "first", {5}}});
  store.commit({PutDevice{kAnna, kPhone, "second", {6}}});
  CHECK(name() == "first");
  store.commit({PutDevice{kAnna, kPhone, "third", {7}, PutDevice::Name::of_any}});
  CHECK(name() == "third");
  store.commit({PutDevice{kAnna, kPhone, "", {8}, PutDevice::Name::of_any}});
  CHECK(name().empty());
  CHECK(!commits(store, RequireDeviceAbsent{kAnna, kPhone}));
  CHECK(commits(store, RequireDeviceAbsent{kAnna, kLaptop}));
}

STORE_TEST("all of somebody's devices are required by their names") {
  store.commit({PutDevice{kAnna, kPhone, "", {5}}, PutDevice{kAnna, kLaptop, "", {6}},
                PutDevice{kBen, kPhone, "", {7}}});

  CHECK(commits(store, RequireDevices{kAnna, {kPhone, kLaptop}}));
  CHECK(commits(store, RequireDevices{kAnna, {kLaptop, kPhone}}));
  CHECK(!commits(store, RequireDevices{kAnna, {kPhone}}));
  CHECK(!commits(store, RequireDevices{kAnna, {kPhone, kPhone}}));
  CHECK(!commits(store, RequireDevices{kAnna, {}}));
  CHECK(!commits(store, RequireDevices{kBen, {kPhone, kLaptop}}));
  CHECK(commits(store, RequireDevices{protocol::UserId::trusted("@cleo:example.org"), {}}));
}

StoredAccessToken access(char fill, char pair, char replaces) {
  const auto hash = [](char of) { return of == 0 ? std::string() : std::string(32, of); };
  return {.hash = hash(fill),
          .user = kAnna,
          .device = kPhone,
          .created_at = {1},
          .expires_at = {2},
          .authenticated_at = {3},
          .pair = hash(pair),
          .replaces = hash(replaces)};
}
StoredRefreshToken refresh(char fill, char replaces) {
  return {.hash = std::string(32, fill),
          .user = kAnna,
          .device = kPhone,
          .created_at = {1},
          .expires_at = {2},
          .authenticated_at = {3},
          .replaces = replaces == 0 ? std::string() : std::string(32, replaces)};
}

STORE_TEST("tokens are found by their hashes, and gone when their device is") {
  sql::SqlSessionStore sessions(store.reader());
  store.commit({PutDevice{kAnna, kPhone, "", {1}}, PutAccessToken{access('a', 'r', 0)},
                PutRefreshToken{refresh('r', 0)}});

  const auto token = store.run(sessions.find_access_token(std::string(32, 'a')));
  REQUIRE(token.has_value());
  CHECK(token->user == kAnna);
  CHECK(token->device == kPhone);
  CHECK(token->expires_at == base::Timestamp{2});
  CHECK(token->authenticated_at == base::Timestamp{3});
  CHECK(token->pair == std::string(32, 'r'));
  REQUIRE(store.run(sessions.find_refresh_token(std::string(32, 'r'))).has_value());
  CHECK(commits(store, RequireRefreshToken{std::string(32, 'r')}));

  store.commit({RevokeDeviceTokens{kAnna, kPhone}});
  CHECK(!store.run(sessions.find_access_token(std::string(32, 'a'))).has_value());
  CHECK(!commits(store, RequireRefreshToken{std::string(32, 'r')}));
  CHECK(store.run(sessions.find_device(kAnna, kPhone)).has_value());

  store.commit({DeleteDevice{kAnna, kPhone}});
  CHECK(store.run(sessions.load_devices(kAnna)).empty());
}

STORE_TEST(
    "a refresh token is revoked with its access token, and successors by what they replace") {
  sql::SqlSessionStore sessions(store.reader());
  store.commit({PutAccessToken{access('a', 'r', 0)}, PutRefreshToken{refresh('r', 0)},
                PutAccessToken{access('b', 's', 'r')}, PutRefreshToken{refresh('s', 'r')}});

  store.commit({RevokeSuccessors{kAnna, kPhone, std::string(32, 'r')}});
  CHECK(!store.run(sessions.find_access_token(std::string(32, 'b'))).has_value());
  CHECK(!store.run(sessions.find_refresh_token(std::string(32, 's'))).has_value());
  CHECK(store.run(sessions.find_access_token(std::string(32, 'a'))).has_value());

  store.commit({RevokeRefreshToken{kAnna, kPhone, std::string(32, 'r')}});
  CHECK(!store.run(sessions.find_access_token(std::string(32, 'a'))).has_value());
  CHECK(!store.run(sessions.find_refresh_token(std::string(32, 'r'))).has_value());
}

STORE_TEST("of what a refresh token was replaced by, one may stay") {
  sql::SqlSessionStore sessions(store.reader());
  const auto is_there = [&](char access, char refresh) {
    const bool has_access =
        store.run(sessions.find_access_token(std::string(32, access))).has_value();
    const bool has_refresh =
        store.run(sessions.find_refresh_token(std::string(32, refresh))).has_value();
    CHECK(has_access == has_refresh);
    return has_access && has_refresh;
  };
  store.commit({PutRefreshToken{refresh('r', 0)}, PutAccessToken{access('b', 's', 'r')},
                PutRefreshToken{refresh('s', 'r')}, PutAccessToken{access('c', 't', 'r')},
                PutRefreshToken{refresh('t', 'r')}});

  store.commit({RevokeSuccessors{
      .user = kAnna, .device = kPhone, .hash = std::string(32, 'r'), .but = std::string(32, 's')}});
  CHECK(is_there('b', 's'));
  CHECK(!is_there('c', 't'));
}

STORE_TEST("a token that is given again begins and ends anew") {
  sql::SqlSessionStore sessions(store.reader());
  store.commit({PutAccessToken{access('b', 's', 'r')}, PutRefreshToken{refresh('s', 'r')}});
  StoredAccessToken later_access = access('b', 's', 'r');
  later_access.created_at = {70};
  later_access.expires_at = {700};
  StoredRefreshToken later_refresh = refresh('s', 'r');
  later_refresh.created_at = {80};
  later_refresh.expires_at = {800};
  store.commit({PutAccessToken{later_access}, PutRefreshToken{later_refresh}});

  const auto access_token = store.run(sessions.find_access_token(std::string(32, 'b')));
  REQUIRE(access_token.has_value());
  CHECK(access_token->created_at == base::Timestamp{70});
  CHECK(access_token->expires_at == base::Timestamp{700});
  CHECK(access_token->replaces == std::string(32, 'r'));
  const auto refresh_token = store.run(sessions.find_refresh_token(std::string(32, 's')));
  REQUIRE(refresh_token.has_value());
  CHECK(refresh_token->created_at == base::Timestamp{80});
  CHECK(refresh_token->expires_at == base::Timestamp{800});
}

STORE_TEST("a registration token serves as often as it says and until it expires") {
  sql::SqlRegistrationStore registration(store.reader());
  store.commit({PutRegistrationToken{{.token = "once", .uses_allowed = 1, .created_at = {1}}},
                PutRegistrationToken{{.token = "any", .expires_at = {50}}}});

  CHECK(commits(store, RequireRegistrationToken{"once", {10}}));
  store.commit({CompleteRegistrationToken{"once"}});
  CHECK(!commits(store, RequireRegistrationToken{"once", {10}}));
  CHECK(commits(store, RequireRegistrationToken{"any", {49}}));
  CHECK(!commits(store, RequireRegistrationToken{"any", {50}}));
  CHECK(!commits(store, RequireRegistrationToken{"none", {1}}));

  CHECK(store.run(registration.find_registration_token("once"))->completed == 1);
  CHECK(!store.run(registration.find_registration_token("any"))->uses_allowed.has_value());
  CHECK(store.run(registration.load_registration_tokens()).size() == 2);
  store.commit({DeleteRegistrationToken{"once"}});
  CHECK(store.run(registration.load_registration_tokens()).size() == 1);
}

STORE_TEST("a set-up link is found until it is deleted") {
  sql::SqlRegistrationStore registration(store.reader());
  const std::string hash(32, 'h');
  store.commit({PutSetupLink{hash, {100}}});

  CHECK(store.run(registration.find_setup_link(hash)) == base::Timestamp{100});
  CHECK(commits(store, RequireSetupLink{hash, {99}}));
  CHECK(!commits(store, RequireSetupLink{hash, {100}}));
  store.commit({DeleteSetupLinks{}});
  CHECK(!store.run(registration.find_setup_link(hash)).has_value());
}

}  // namespace
}  // namespace chancery::storage
