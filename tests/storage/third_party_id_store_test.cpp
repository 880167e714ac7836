// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/third_party_id_store.hpp"

#include "tests/storage/store_under_test.hpp"

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");

ThirdPartyKey key(char hash) { return {.medium = "email", .address_hash = std::string(32, hash)}; }
StoredThirdPartyId id_of(const protocol::UserId& user, char hash, std::int64_t at) {
  return {.key = key(hash),
          .user = user,
          .validated_at = {at},
          .added_at = {at + 1},
          .record = std::string("\0r", 2)};
}
StoredValidation validation(const std::string& id, const std::string& purpose = "add") {
  return {.id = id,
          .secret_hash = "secret",
          .token_hash = "token of " + id,
          .purpose = purpose,
          .key = key('a'),
          .send_attempt = 1,
          .expires_at = {100},
          .validated_at = {0},
          .record = "record"};
}

STORE_TEST("an address belongs to one person until it is removed") {
  sql::SqlThirdPartyIdStore ids(store.reader());
  store.commit({AddThirdPartyId{id_of(kAnna, 'b', 20)}, AddThirdPartyId{id_of(kAnna, 'a', 10)}});
  CHECK_THROWS_AS(store.commit(Change{.preconditions = {RequireThirdPartyIdAbsent{key('a')}},
                                      .mutations = {AddThirdPartyId{id_of(kBen, 'a', 30)}},
                                      .audit = {}}),
                  StorageConflict);

  const auto of_anna = store.run(ids.load_third_party_ids(kAnna));
  REQUIRE(of_anna.size() == 2);
  CHECK(of_anna[0].key == key('a'));
  CHECK(of_anna[0].validated_at == base::Timestamp{10});
  CHECK(of_anna[0].added_at == base::Timestamp{11});
  CHECK(of_anna[0].record == std::string("\0r", 2));
  store.commit({RemoveThirdPartyId{kBen, key('a')}});
  CHECK(store.run(ids.find_third_party_id(key('a')))->user == kAnna);
  store.commit({RemoveThirdPartyIdsOf{kAnna}});
  CHECK(!store.run(ids.find_third_party_id(key('a'))).has_value());
}

STORE_TEST("a validation is found by its id, its token and its client, and replaced by a newer") {
  sql::SqlThirdPartyIdStore ids(store.reader());
  store.commit({PutValidation{validation("one")}, PutValidation{validation("r", "register")}});
  CHECK(store.run(ids.find_validation("one"))->purpose == "add");
  CHECK(store.run(ids.find_validation_by_token("token of r"))->id == "r");
  CHECK(store.run(ids.find_validation_of({"secret", std::string(32, 'a'), "add"}))->id == "one");

  store.commit({PutValidation{validation("two")}});
  CHECK(!store.run(ids.find_validation("one")).has_value());
  CHECK(store.run(ids.find_validation_of({"secret", std::string(32, 'a'), "add"}))->id == "two");
  CHECK(store.run(ids.find_validation("r")).has_value());
}

STORE_TEST("a validation counts once it was confirmed, until it expires or is used") {
  sql::SqlThirdPartyIdStore ids(store.reader());
  store.commit({PutValidation{validation("one")}});
  const auto use = [&](std::int64_t now) {
    store.commit(Change{.preconditions = {RequireValidated{"one", {now}}},
                        .mutations = {RemoveValidation{"one"}},
                        .audit = {}});
  };
  CHECK_THROWS_AS(use(50), StorageConflict);
  store.commit({ConfirmValidation{"one", {40}}});
  store.commit({ConfirmValidation{"one", {60}}});
  CHECK(store.run(ids.find_validation("one"))->validated_at == base::Timestamp{40});
  CHECK_THROWS_AS(use(100), StorageConflict);
  use(50);
  CHECK_THROWS_AS(use(50), StorageConflict);

  store.commit({PutValidation{validation("old")}, RemoveExpiredValidations{{100}}});
  CHECK(store.run(ids.find_validation("old")).has_value());
  store.commit({RemoveExpiredValidations{{101}}});
  CHECK(!store.run(ids.find_validation("old")).has_value());
}

STORE_TEST("the identity servers that know an address are kept with it") {
  sql::SqlThirdPartyIdStore ids(store.reader());
  store.commit({AddThirdPartyBinding{kAnna, key('a'), "id.example"},
                AddThirdPartyBinding{kAnna, key('a'), "id.example"},
                AddThirdPartyBinding{kAnna, key('a'), "other.example"}});
  CHECK(store.run(ids.load_bindings(kAnna, key('a'))) ==
        std::vector<std::string>{"id.example", "other.example"});
  CHECK(store.run(ids.load_bindings(kBen, key('a'))).empty());
  store.commit({RemoveThirdPartyBinding{kAnna, key('a'), "id.example"}});
  CHECK(store.run(ids.load_bindings(kAnna, key('a'))).size() == 1);
}

}  // namespace
}  // namespace chancery::storage
