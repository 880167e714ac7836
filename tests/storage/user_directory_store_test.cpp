// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/user_directory_store.hpp"

#include "storage/commit/change.hpp"
#include "storage/sql/account_store.hpp"
#include "tests/storage/store_under_test.hpp"

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const auto kAnna = protocol::UserId::trusted("@anna:example.org");
const auto kBen = protocol::UserId::trusted("@ben:example.org");
const auto kCleo = protocol::UserId::trusted("@cleo:example.org");

CreateAccount account(const protocol::UserId& user, AccountStanding standing = {}) {
  return {{.user = user, .password_hash = "", .standing = standing, .created_at = {1}}};
}

using Places = std::vector<DirectoryPlace>;
Places places(const std::vector<DirectoryRow>& rows) {
  Places found;
  for (const DirectoryRow& row : rows) found.push_back(row.place);
  return found;
}

STORE_TEST("people are found by the beginning of their words, in the order of words") {
  sql::SqlDirectoryWordStore directory(store.reader());
  store.commit({CreateAccount{account(kAnna)}, CreateAccount{account(kBen)},
                SetDirectoryWords{kAnna, {"@anna", "man", "manfred"}},
                SetDirectoryWords{kBen, {"man", "mann"}},
                SetProfileField{kBen, "displayname", R"("Ben Mann")"},
                SetProfileField{kBen, "avatar_url", R"("mxc://a/b")"}});

  const auto rows = store.run(directory.load_directory("man", std::nullopt, 10));
  CHECK(places(rows) == Places{{"man", kAnna}, {"man", kBen}, {"manfred", kAnna}, {"mann", kBen}});
  CHECK(rows[1].display_name == R"("Ben Mann")");
  CHECK(rows[1].avatar_url == R"("mxc://a/b")");
  CHECK(rows[0].display_name.empty());
  CHECK(places(store.run(directory.load_directory("@", std::nullopt, 10))) ==
        Places{{"@anna", kAnna}});
  CHECK(store.run(directory.load_directory("mao", std::nullopt, 10)).empty());
}

STORE_TEST("a page of the directory goes on behind a place, within one word too") {
  sql::SqlDirectoryWordStore directory(store.reader());
  store.commit({CreateAccount{account(kAnna)}, CreateAccount{account(kBen)},
                CreateAccount{account(kCleo)}, SetDirectoryWords{kAnna, {"x", "xa"}},
                SetDirectoryWords{kBen, {"x"}}, SetDirectoryWords{kCleo, {"x", "y"}}});

  Places all;
  std::optional<DirectoryPlace> after;
  for (int page = 0; page < 10; ++page) {
    const auto rows = store.run(directory.load_directory("x", after, 1));
    if (rows.empty()) break;
    all.push_back(rows.front().place);
    after = rows.front().place;
  }
  CHECK(all == Places{{"x", kAnna}, {"x", kBen}, {"x", kCleo}, {"xa", kAnna}});
}

STORE_TEST("words take the place of those before, and may have any bytes") {
  sql::SqlDirectoryWordStore directory(store.reader());
  store.commit({CreateAccount{account(kAnna, {.locked = true, .suspended = true})},
                SetDirectoryWords{kAnna, {"old", "%_\\'"}}});
  CHECK(store.run(directory.load_directory("%", std::nullopt, 10)).size() == 1);
  CHECK(store.run(directory.load_directory("_", std::nullopt, 10)).empty());

  store.commit({SetDirectoryWords{kAnna, {"\u732b", "\u732b\u72ac"}}});
  CHECK(store.run(directory.load_directory("old", std::nullopt, 10)).empty());
  const auto rows = store.run(directory.load_directory("\u732b", std::nullopt, 10));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].standing == AccountStanding{.locked = true, .suspended = true});
  store.commit({SetDirectoryWords{kAnna, {}}});
  CHECK(store.run(directory.load_directory("", std::nullopt, 10)).empty());
}

STORE_TEST("how far the directory was filled is kept, and who is to be filled in comes in order") {
  sql::SqlDirectoryWordStore directory(store.reader());
  CHECK_FALSE(store.run(directory.find_directory_filling()).has_value());
  store.commit({CreateAccount{account(kBen, {.deactivated = true})}, CreateAccount{account(kAnna)},
                SetProfileField{kAnna, "displayname", R"("Anna")"}});

  const auto first = store.run(directory.load_named_people({}, 1));
  REQUIRE(first.size() == 1);
  CHECK(first[0].user == kAnna);
  CHECK(first[0].display_name == R"("Anna")");
  const auto rest = store.run(directory.load_named_people(kAnna, 10));
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].standing.deactivated);

  const DirectoryFilling half{.rules = "1", .until = kAnna, .is_complete = false};
  const DirectoryFilling whole{.rules = "2", .until = kBen, .is_complete = true};
  store.commit({NoteDirectoryFilling{half}});
  CHECK(store.run(directory.find_directory_filling()) == half);
  store.commit({NoteDirectoryFilling{whole}});
  CHECK(store.run(directory.find_directory_filling()) == whole);
}

}  // namespace
}  // namespace chancery::storage
