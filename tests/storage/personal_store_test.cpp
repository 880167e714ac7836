// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/personal_store.hpp"

#include "storage/commit/change.hpp"
#include "storage/sql/room_stores.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");

STORE_TEST("a profile's fields are set, replaced and removed one by one") {
  sql::SqlProfileStore profiles(store.reader());
  store.commit({SetProfileField{kAnna, "displayname", R"("Anna")"},
                SetProfileField{kAnna, "m.tz", R"("Europe/Berlin")"}});
  store.commit({SetProfileField{kAnna, "displayname", R"("Anna \u0000 B.")"}});

  CHECK(store.run(profiles.find_profile_field(kAnna, "displayname")) == R"("Anna \u0000 B.")");
  CHECK(store.run(profiles.load_profile(kAnna)).size() == 2);
  store.commit({SetProfileField{kAnna, "m.tz", ""}});
  CHECK(!store.run(profiles.find_profile_field(kAnna, "m.tz")).has_value());
  store.commit({DeleteProfile{kAnna}});
  CHECK(store.run(profiles.load_profile(kAnna)).empty());
}

STORE_TEST("account data is found, and read as changes since a position") {
  sql::SqlAccountDataStore account_data(store.reader());
  store.commit({PutAccountData{kAnna, "", "m.direct", "one"}});
  store.commit({PutAccountData{kAnna, "!room", "m.tag", std::string("t\0o", 3)}});
  store.commit({PutAccountData{kAnna, "", "m.direct", "three"}});

  const auto direct = store.run(account_data.find_account_data(kAnna, "", "m.direct"));
  REQUIRE(direct.has_value());
  CHECK(direct->record == "three");
  CHECK(direct->position == StreamPosition{3});
  CHECK(!store.run(account_data.find_account_data(kBen, "", "m.direct")).has_value());
  CHECK(store.run(account_data.load_account_data(kAnna, {0})).size() == 2);
  const auto changed = store.run(account_data.load_account_data(kAnna, {2}));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].type == "m.direct");
  store.commit({DeleteAccountData{kAnna}});
  CHECK(store.run(account_data.load_account_data(kAnna, {0})).empty());
}

STORE_TEST("what somebody keeps is measured, without the places up to which they read") {
  sql::SqlAccountDataStore account_data(store.reader());
  const auto put = [&](const protocol::UserId& user, const char* room, const char* type,
                       std::uint64_t bytes) {
    store.commit({PutAccountData{
        .user = user, .room = room, .type = type, .record = "sealed", .bytes = bytes}});
  };
  const auto measure = [&](const char* room, const char* type) {
    return store.run(account_data.measure_account_data(kAnna, room, type));
  };
  CHECK(measure("", "m.direct").items == 0);
  CHECK(measure("", "m.direct").bytes == 0);
  put(kAnna, "", "m.direct", 7);
  put(kAnna, "", "m.direct", 1'000);
  put(kAnna, "!room", "m.tag", 20);
  put(kAnna, "!room", "m.fully_read", 300);
  put(kBen, "", "m.direct", 40'000);

  const AccountDataUse direct = measure("", "m.direct");
  CHECK(direct.items == 2);
  CHECK(direct.bytes == 1'020);
  CHECK(direct.this_bytes == 1'000);
  CHECK(measure("!room", "m.tag").this_bytes == 20);
  CHECK_FALSE(measure("!room", "m.direct").this_bytes.has_value());
}

STORE_TEST("a filter is kept as it was first put") {
  sql::SqlFilterStore filters(store.reader());
  store.commit({PutFilter{kAnna, "1", "{}"}});
  store.commit({PutFilter{kAnna, "1", R"({"room":{}})"}});

  CHECK(store.run(filters.find_filter(kAnna, "1")) == "{}");
  CHECK(!store.run(filters.find_filter(kBen, "1")).has_value());
  CHECK(store.run(filters.count_filters(kAnna)) == 1);
}

STORE_TEST("a receipt replaces the one of the same type and thread") {
  sql::SqlReceiptStore receipts(store.reader());
  const auto put = [](const char* event, const char* thread, std::uint64_t at) {
    return PutReceipt{{1}, kAnna, "m.read", thread, protocol::EventId::trusted(event), {at}, {8}};
  };
  store.commit({put("$a", "", 6), put("$b", "main", 9)});
  store.commit({put("$c", "", 7)});

  const auto found = store.run(receipts.load_receipts({1}));
  REQUIRE(found.size() == 2);
  CHECK(found[0].thread == "main");
  CHECK(found[1].event.text() == "$c");
  CHECK(found[1].event_position == StreamPosition{7});
  CHECK(found[1].at == base::Timestamp{8});
  CHECK(found[1].position == StreamPosition{2});
  const auto last = store.run(receipts.load_last_receipts());
  REQUIRE(last.size() == 1);
  CHECK(last[0] == std::pair{RoomNumber{1}, StreamPosition{2}});
}

STORE_TEST("an unthreaded receipt removes the user's threaded ones that name nothing newer") {
  sql::SqlReceiptStore receipts(store.reader());
  const auto put = [](protocol::UserId user, const char* type, const char* thread) {
    return PutReceipt{{1}, std::move(user), type, thread, protocol::EventId::trusted("$a"), {7},
                      {8}};
  };
  store.commit({put(kAnna, "m.read", "main"), put(kAnna, "m.read", "$root"),
                put(kAnna, "m.read.private", "main"), put(kBen, "m.read", "main")});

  store.commit({put(kAnna, "m.read", "")});

  const auto found = store.run(receipts.load_receipts({1}));
  REQUIRE(found.size() == 3);
  CHECK(found[2].thread.empty());
  CHECK(std::ranges::count(found, kBen, &StoredReceipt::user) == 1);
  CHECK(std::ranges::count(found, "m.read.private", &StoredReceipt::type) == 1);
}

STORE_TEST("an alias leads to its room until it is removed") {
  sql::SqlDirectoryStore directory(store.reader());
  const auto alias = protocol::RoomAlias::trusted("#all:example.org");
  store.commit({PutAlias{alias, {1}, kAnna}, SetRoomVisibility{{1}, SetRoomVisibility::Shown::yes},
                SetRoomVisibility{{2}, SetRoomVisibility::Shown::yes}});

  const auto found = store.run(directory.find_alias(alias));
  REQUIRE(found.has_value());
  CHECK(found->room == RoomNumber{1});
  CHECK(found->creator == kAnna);
  CHECK(store.run(directory.load_aliases({1})).size() == 1);
  Change taken{.preconditions = {RequireAliasAbsent{alias}},
               .mutations = {PutAlias{alias, {2}, kBen}},
               .audit = {}};
  CHECK_THROWS_AS(store.commit(taken), StorageConflict);
  CHECK(store.run(directory.load_shown_rooms()).size() == 2);

  store.commit({RemoveAlias{alias}, SetRoomVisibility{{1}, SetRoomVisibility::Shown::no}});
  CHECK(!store.run(directory.find_alias(alias)).has_value());
  CHECK(store.run(directory.load_shown_rooms()) == std::vector<RoomNumber>{{2}});
  store.commit(taken);
}

}  // namespace
}  // namespace chancery::storage
