// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/commit/change.hpp"
#include "storage/sql/device_key_store.hpp"
#include "storage/sql/key_backup_store.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");
const protocol::DeviceId kPhone = protocol::DeviceId::trusted("PHONE");
const protocol::DeviceId kLaptop = protocol::DeviceId::trusted("LAPTOP");
const std::string kCurve = "signed_curve25519";

STORE_TEST("device keys and cross-signing keys are replaced by the next") {
  sql::SqlDeviceKeyStore keys(store.reader());
  store.commit({PutDeviceKeys{kAnna, kPhone, "one"}, PutCrossSigningKey{kAnna, "master", "m1"}});
  store.commit({PutDeviceKeys{kAnna, kPhone, "two"}, PutCrossSigningKey{kAnna, "master", "m2"},
                PutDeviceKeys{kAnna, kLaptop, "three"}});

  const auto devices = store.run(keys.load_device_keys(kAnna));
  REQUIRE(devices.size() == 2);
  CHECK(devices[0].device == kLaptop);
  CHECK(devices[1].json == "two");
  const auto signing = store.run(keys.load_cross_signing_keys(kAnna));
  REQUIRE(signing.size() == 1);
  CHECK(signing[0].usage == "master");
  CHECK(signing[0].json == "m2");
}

STORE_TEST("a device is told apart from cross-signing keys that have its name") {
  const auto commits = [&](RequireNoKeyOfDeviceName required) {
    Change change{.preconditions = {std::move(required)},
                  .mutations = {NoteDeviceListChange{kAnna, {}}},
                  .audit = {}};
    try {
      store.commit(std::move(change));
      return true;
    } catch (const StorageConflict&) {  // the answer
      return false;
    }
  };
  store.commit({PutCrossSigningKey{kAnna, "master", R"({"keys":{"ed25519:PHONE":"k"}})"},
                PutCrossSigningKey{kAnna, "self_signing", "no JSON"}});

  CHECK_FALSE(commits({kAnna, kPhone}));
  CHECK(commits({kAnna, kLaptop}));
  CHECK(commits({kBen, kPhone}));
}

STORE_TEST("signatures of a key are kept by signer, and forgotten with the key") {
  sql::SqlDeviceKeyStore keys(store.reader());
  store.commit({PutKeySignature{kAnna, "PHONE", kBen, "ed25519:a", "s1"},
                PutKeySignature{kAnna, "PHONE", kBen, "ed25519:a", "s2"},
                PutKeySignature{kAnna, "LAPTOP", kBen, "ed25519:a", "s3"}});
  CHECK(store.run(keys.load_key_signatures(kAnna)).size() == 2);

  store.commit({ForgetKeySignatures{kAnna, "LAPTOP"}});
  const auto left = store.run(keys.load_key_signatures(kAnna));
  REQUIRE(left.size() == 1);
  CHECK(left[0].target_key == "PHONE");
  CHECK(left[0].signature == "s2");
}

STORE_TEST("one-time keys are given in the order of upload, counted, and each claimed once") {
  sql::SqlDeviceKeyStore keys(store.reader());
  store.commit({AddOneTimeKeys{kAnna, kPhone, {{kCurve, "zz", "1"}, {kCurve, "aa", "2"}}}});
  store.commit({AddOneTimeKeys{kAnna, kPhone, {{kCurve, "mm", "3"}, {kCurve, "zz", "other"}}}});

  CHECK(store.run(keys.load_oldest_one_time_keys(kAnna, kPhone, kCurve, 9)).front().name == "zz");
  CHECK(store.run(keys.load_oldest_one_time_keys(kAnna, kPhone, kCurve, 1)).front().json == "1");
  CHECK(store.run(keys.load_one_time_keys(kAnna, kPhone)).size() == 3);
  CHECK(store.run(keys.count_keys(kAnna, kPhone)).one_time_keys.at(kCurve) == 3);

  Change claim{.preconditions = {RequireOneTimeKey{kAnna, kPhone, kCurve, "zz"}},
               .mutations = {RemoveOneTimeKey{kAnna, kPhone, kCurve, "zz"}},
               .audit = {}};
  store.commit(claim);
  CHECK_THROWS_AS(store.commit(claim), StorageConflict);
  CHECK(store.run(keys.load_oldest_one_time_keys(kAnna, kPhone, kCurve, 1)).front().name == "aa");
}

STORE_TEST("a fallback key is unused until marked, and again when replaced") {
  sql::SqlDeviceKeyStore keys(store.reader());
  store.commit({PutFallbackKey{kAnna, kPhone, {kCurve, "f1", "1"}}});
  CHECK(store.run(keys.count_keys(kAnna, kPhone)).unused_fallback_algorithms ==
        std::vector<std::string>{kCurve});

  store.commit({MarkFallbackKeyUsed{kAnna, kPhone, kCurve}});
  CHECK(store.run(keys.find_fallback_key(kAnna, kPhone, kCurve))->used);
  CHECK(store.run(keys.count_keys(kAnna, kPhone)).unused_fallback_algorithms.empty());

  store.commit({PutFallbackKey{kAnna, kPhone, {kCurve, "f2", "2"}}});
  const auto key = store.run(keys.find_fallback_key(kAnna, kPhone, kCurve));
  CHECK(key->key.name == "f2");
  CHECK(!key->used);
}

STORE_TEST("device list changes are told once a user within their positions") {
  sql::SqlDeviceKeyStore keys(store.reader());
  for (int i = 0; i < 3; ++i) store.commit({NoteDeviceListChange{kAnna, {}}});
  store.commit({NoteDeviceListChange{kBen, {}}, NoteDeviceListChange{kBen, {}}});

  using Changes = std::vector<NoteDeviceListChange>;
  const NoteDeviceListChange anna{kAnna, {}};
  const NoteDeviceListChange ben{kBen, {}};
  CHECK(store.run(keys.load_device_list_changes({0}, {9})) == Changes{anna, ben});
  CHECK(store.run(keys.load_device_list_changes({3}, {4})) == Changes{ben});
  CHECK(store.run(keys.load_device_list_changes({1}, {3})) == Changes{anna});
  CHECK(store.run(keys.load_device_list_changes({4}, {9})).empty());
}

STORE_TEST("device list changes of whom somebody shares no room with are not told to them") {
  sql::SqlDeviceKeyStore keys(store.reader());
  const auto cora = protocol::UserId::trusted("@cora:example.org");
  store.commit({SetMembership{{1}, kAnna, "join", {1}}, SetMembership{{1}, kBen, "join", {2}},
                SetMembership{{1}, cora, "leave", {3}}});
  for (const protocol::UserId& user : {kAnna, kBen, cora}) {
    store.commit({NoteDeviceListChange{user, {}}});
  }
  store.commit({NoteDeviceListChange{cora, kAnna}});
  const auto load = [&](const protocol::UserId& viewer, std::uint64_t after, std::uint64_t until) {
    return store.run(keys.load_device_list_changes_for(viewer, {after}, {until}));
  };

  using Changes = std::vector<NoteDeviceListChange>;
  const NoteDeviceListChange anna{kAnna, {}};
  const NoteDeviceListChange ben{kBen, {}};
  CHECK(load(kBen, 0, 9) == Changes{anna, ben});
  CHECK(load(kBen, 2, 9) == Changes{ben});
  CHECK(load(kBen, 0, 2) == Changes{anna});
  CHECK(load(kAnna, 0, 9) == Changes{anna, ben, NoteDeviceListChange{cora, kAnna}});
  CHECK(load(cora, 0, 9) == Changes{NoteDeviceListChange{cora, {}}});
}

STORE_TEST("of the changes of one person's keys the newest alone is kept") {
  sql::SqlDeviceKeyStore keys(store.reader());
  for (int i = 0; i < 3; ++i) store.commit({NoteDeviceListChange{kAnna, {}}});
  store.commit({NoteDeviceListChange{kAnna, kBen}});

  CHECK(store.run(keys.load_device_list_changes({0}, {2})).empty());
  CHECK(store.run(keys.load_device_list_changes({0}, {3})).size() == 1);
  CHECK(store.run(keys.load_device_list_changes({0}, {4})).size() == 2);
}

STORE_TEST("a change that one person alone is shown is told apart from one for everyone") {
  sql::SqlDeviceKeyStore keys(store.reader());
  store.commit({NoteDeviceListChange{kAnna, kBen}, NoteDeviceListChange{kAnna, {}}});

  const auto changes = store.run(keys.load_device_list_changes({0}, {9}));

  REQUIRE(changes.size() == 2);
  CHECK(changes[0].seen_by.empty());
  CHECK(changes[1].seen_by == kBen);
}

STORE_TEST("messages to a device come in order until they are removed") {
  sql::SqlToDeviceStore messages(store.reader());
  store.commit(
      {AddToDeviceMessages{{{kAnna, kPhone, "1"}, {kAnna, kPhone, "2"}, {kAnna, kLaptop, "x"}}}});
  store.commit({AddToDeviceMessages{{{kAnna, kPhone, "3"}}}});
  const auto load = [&](std::uint64_t after, std::size_t limit) {
    std::string all;
    for (const auto& one : store.run(messages.load_messages(kAnna, kPhone, {after}, {9}, limit))) {
      all += one.json;
    }
    return all;
  };

  CHECK(load(0, 10) == "123");
  CHECK(load(0, 1) == "12");
  CHECK(load(1, 10) == "3");
  store.commit({RemoveToDeviceMessages{kAnna, kPhone, {1}}});
  CHECK(load(0, 10) == "3");
  store.commit({ForgetDeviceMaterial{kAnna, kPhone}});
  CHECK(load(0, 10).empty());
  CHECK(store.run(messages.load_messages(kAnna, kLaptop, {0}, {9}, 9)).size() == 1);
}

STORE_TEST("forgetting a device's material removes its keys of every kind and no other's") {
  sql::SqlDeviceKeyStore keys(store.reader());
  for (const protocol::DeviceId& device : {kPhone, kLaptop}) {
    store.commit({PutDeviceKeys{kAnna, device, "k"},
                  PutFallbackKey{kAnna, device, {kCurve, "f", ""}},
                  AddOneTimeKeys{kAnna, device, {{kCurve, "o", ""}}}});
  }
  store.commit({ForgetDeviceMaterial{kAnna, kPhone}});

  CHECK(store.run(keys.load_device_keys(kAnna)).size() == 1);
  CHECK(store.run(keys.count_keys(kAnna, kPhone)).one_time_keys.empty());
  CHECK(!store.run(keys.find_fallback_key(kAnna, kPhone, kCurve)).has_value());
  CHECK(store.run(keys.count_keys(kAnna, kLaptop)).one_time_keys.at(kCurve) == 1);
}

STORE_TEST("a key backup counts its sessions and its changes") {
  sql::SqlKeyBackupStore backups(store.reader());
  CHECK(store.run(backups.load_last_version(kAnna)) == 0);
  store.commit({CreateKeyBackup{kAnna, 1, "algorithm", "{}"}});
  store.commit(
      {PutBackedUpSessions{kAnna, 1, {{"!a", "s1", "1"}, {"!a", "s2", "2"}, {"!b", "s1", "3"}}}});
  store.commit({SetKeyBackupAuth{kAnna, 1, R"({"a":1})"},
                PutBackedUpSessions{kAnna, 1, {{"!a", "s1", "better"}}}});

  const auto backup = store.run(backups.find_newest(kAnna));
  REQUIRE(backup.has_value());
  CHECK(backup->version == 1);
  CHECK(backup->auth_data == R"({"a":1})");
  CHECK(backup->count == 3);
  CHECK(backup->etag >= 2);
  CHECK(store.run(backups.load_sessions(kAnna, 1, "", "")).size() == 3);
  CHECK(store.run(backups.load_sessions(kAnna, 1, "!a", "")).size() == 2);
  const auto one = store.run(backups.load_sessions(kAnna, 1, "!a", "s1"));
  REQUIRE(one.size() == 1);
  CHECK(one[0].json == "better");

  store.commit({RemoveBackedUpSessions{kAnna, 1, "!a", "s1"}});
  CHECK(store.run(backups.load_sessions(kAnna, 1, "", "")).size() == 2);
  store.commit({RemoveBackedUpSessions{kAnna, 1, "!a", ""}});
  CHECK(store.run(backups.load_sessions(kAnna, 1, "", "")).size() == 1);
  store.commit({RemoveBackedUpSessions{kAnna, 1, "", ""}});
  CHECK(store.run(backups.find_backup(kAnna, 1))->count == 0);
}

STORE_TEST("a removed backup is not found, and its version is never given again") {
  sql::SqlKeyBackupStore backups(store.reader());
  store.commit({CreateKeyBackup{kAnna, 1, "algorithm", "{}"}});
  store.commit({CreateKeyBackup{kAnna, 2, "algorithm", "{}"}});
  store.commit({RemoveKeyBackup{kAnna, 2}});

  CHECK(store.run(backups.find_newest(kAnna))->version == 1);
  CHECK(!store.run(backups.find_backup(kAnna, 2)).has_value());
  CHECK(store.run(backups.load_last_version(kAnna)) == 2);
  Change late{.preconditions = {RequireKeyBackup{kAnna, 2}},
              .mutations = {PutBackedUpSessions{kAnna, 2, {{"!a", "s", "1"}}}},
              .audit = {}};
  CHECK_THROWS_AS(store.commit(std::move(late)), StorageConflict);
}

}  // namespace
}  // namespace chancery::storage
