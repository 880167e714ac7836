// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/administration_store.hpp"

#include "storage/commit/change.hpp"
#include "storage/sql/account_store.hpp"
#include "storage/sql/media_store.hpp"
#include "tests/storage/store_under_test.hpp"

#include <fmt/core.h>

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const auto kAnna = protocol::UserId::trusted("@anna:example.org");
const auto kBen = protocol::UserId::trusted("@ben:example.org");
const auto kCleo = protocol::UserId::trusted("@cleo:example.org");
const auto kRoom = protocol::RoomId::trusted("!room:example.org");

CreateAccount account(const protocol::UserId& user, AccountRole role, std::int64_t created_at,
                      AccountStanding standing = {}) {
  return {{.user = user,
           .password_hash = "$argon2id$",
           .role = role,
           .standing = standing,
           .created_at = {created_at},
           .user_type = {}}};
}

AddMedia media(const std::string& id, const protocol::UserId& user, std::int64_t created_at,
               std::uint64_t size) {
  std::string name = id;
  name.resize(32, 'x');
  return {.media_id = id,
          .user = user,
          .created_at = {created_at},
          .expires_at = {},
          .file = MediaFile{.name = std::move(name), .size = size, .record = "sealed"}};
}

std::vector<std::string> names(const PageOf<ListedAccount>& page) {
  std::vector<std::string> found;
  for (const ListedAccount& one : page.rows) found.emplace_back(one.account.user.localpart());
  return found;
}
using Names = std::vector<std::string>;

AccountQuery all() { return {.page = {.from = 0, .limit = 10}}; }

void add_people(StoreUnderTest& store) {
  store.commit({account(kAnna, AccountRole::owner, 30), account(kBen, AccountRole::user, 10),
                account(kCleo, AccountRole::guest, 20),
                SetProfileField{kAnna, "displayname", "\"Zoe_100%\""},
                SetProfileField{kBen, "displayname", "\"Abe\""},
                SetProfileField{kBen, "avatar_url", "\"mxc://x/1\""}});
}

STORE_TEST("a standing is stored with every flag, and changes only from what it was") {
  sql::SqlAccountStore accounts(store.reader());
  store.commit({account(kAnna, AccountRole::user, 1)});
  const AccountStanding suspended{.suspended = true};
  store.commit({SetAccountStanding{kAnna, suspended}, SetUserType{kAnna, "bot"}});
  const auto found = store.run(accounts.find_account(kAnna));
  REQUIRE(found.has_value());
  CHECK(found->standing == suspended);
  CHECK(found->user_type == "bot");

  const auto changing = [&](const AccountStanding& from) {
    return Change{.preconditions = {RequireAccountStanding{kAnna, from}},
                  .mutations = {SetAccountStanding{kAnna, {.locked = true}}},
                  .audit = {}};
  };
  CHECK_THROWS_AS(store.commit(changing({})), StorageConflict);
  store.commit(changing(suspended));
  CHECK(store.run(accounts.find_account(kAnna))->standing == AccountStanding{.locked = true});
}

STORE_TEST("accounts are listed in each order, up and down, in pages with their total") {
  sql::SqlAdministrationStore lists(store.reader());
  add_people(store);
  const auto listed = [&](AccountOrder order, Sorting sorting) {
    AccountQuery query = all();
    query.order = order;
    query.sorting = sorting;
    return names(store.run(lists.list_accounts(query)));
  };
  CHECK(listed(AccountOrder::name, Sorting::ascending) == Names{"anna", "ben", "cleo"});
  CHECK(listed(AccountOrder::name, Sorting::descending) == Names{"cleo", "ben", "anna"});
  CHECK(listed(AccountOrder::displayname, Sorting::ascending) == Names{"cleo", "ben", "anna"});
  CHECK(listed(AccountOrder::created_at, Sorting::ascending) == Names{"ben", "cleo", "anna"});
  CHECK(listed(AccountOrder::created_at, Sorting::descending) == Names{"anna", "cleo", "ben"});
  CHECK(listed(AccountOrder::admin, Sorting::descending) == Names{"anna", "ben", "cleo"});
  CHECK(listed(AccountOrder::is_guest, Sorting::descending) == Names{"cleo", "anna", "ben"});
  CHECK(listed(AccountOrder::avatar_url, Sorting::descending) == Names{"ben", "anna", "cleo"});

  AccountQuery second = all();
  second.page = {.from = 1, .limit = 1};
  const auto page = store.run(lists.list_accounts(second));
  CHECK(names(page) == Names{"ben"});
  CHECK(page.total == 3);
  CHECK(page.rows[0].display_name == "\"Abe\"");
  CHECK(page.rows[0].avatar_url == "\"mxc://x/1\"");
  CHECK(page.rows[0].account.password_hash.empty());
}

STORE_TEST("accounts are filtered by name, role and standing, wildcards taken literally") {
  sql::SqlAdministrationStore lists(store.reader());
  add_people(store);
  store.commit({SetAccountStanding{kBen, {.deactivated = true}},
                SetAccountStanding{kCleo, {.locked = true}}});
  const auto listed = [&](auto&& change) {
    AccountQuery query = all();
    change(query);
    const auto page = store.run(lists.list_accounts(query));
    CHECK(page.total == static_cast<std::int64_t>(page.rows.size()));
    return names(page);
  };
  using Shown = AccountQuery::Shown;
  CHECK(listed([](AccountQuery&) {}) == Names{"anna", "cleo"});
  CHECK(listed([](AccountQuery& q) { q.deactivated = Shown::with; }) ==
        Names{"anna", "ben", "cleo"});
  CHECK(listed([](AccountQuery& q) { q.deactivated = Shown::alone; }) == Names{"ben"});
  CHECK(listed([](AccountQuery& q) { q.guests = Shown::without; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.guests = Shown::alone; }) == Names{"cleo"});
  CHECK(listed([](AccountQuery& q) { q.locked = Shown::without; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.admins = Shown::alone; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.admins = Shown::without; }) == Names{"cleo"});
  CHECK(listed([](AccountQuery& q) { q.name = "ZOE_"; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.name = "00%"; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.name = "z%e"; }).empty());
  CHECK(listed([](AccountQuery& q) { q.name = "ANN"; }) == Names{"anna"});
  CHECK(listed([](AccountQuery& q) { q.name = "example"; }).empty());
  CHECK(listed([](AccountQuery& q) { q.user_id = "example"; }) == Names{"anna", "cleo"});
  CHECK(listed([](AccountQuery& q) { q.user_id = "' OR 1=1 --"; }).empty());
}

STORE_TEST("reports are kept until they are removed, newest first") {
  sql::SqlAdministrationStore lists(store.reader());
  const auto report = [](const protocol::UserId& by, std::string room, std::string event) {
    return AddReport{.reporter = by,
                     .at = {5},
                     .room = std::move(room),
                     .event = std::move(event),
                     .about = kCleo,
                     .record = std::string("sealed\0reason", 13)};
  };
  store.commit({report(kAnna, "!one:x", "$event")});
  store.commit({report(kBen, "!two:x", "")});
  store.commit({AddReport{
      .reporter = kBen, .at = {6}, .room = "", .event = "", .about = std::nullopt, .record = "r"}});

  const auto every = store.run(lists.load_reports({.page = {.from = 0, .limit = 10}}));
  REQUIRE(every.rows.size() == 3);
  CHECK(every.total == 3);
  CHECK(every.rows[0].report.room.empty());
  CHECK_FALSE(every.rows[0].report.about.has_value());
  CHECK(every.rows[2].report.event == "$event");
  CHECK(every.rows[2].report.record == std::string("sealed\0reason", 13));
  CHECK(every.rows[2].report.about == kCleo);

  const auto of_ben = store.run(lists.load_reports({.reporter = "ben",
                                                    .room = "TWO",
                                                    .sorting = Sorting::ascending,
                                                    .page = {.from = 0, .limit = 10}}));
  REQUIRE(of_ben.rows.size() == 1);
  const std::int64_t id = of_ben.rows[0].id;
  CHECK(store.run(lists.find_report(id)).has_value());
  store.commit({RemoveReport{id}});
  CHECK_FALSE(store.run(lists.find_report(id)).has_value());
  CHECK(store.run(lists.load_reports({.page = {.from = 0, .limit = 1}})).total == 2);
}

STORE_TEST("rooms are blocked by whoever did it first, and unblocked") {
  store.commit({BlockRoom{kRoom, kAnna, {7}}});
  store.commit({BlockRoom{kRoom, kBen, {8}}});
  const auto blocked = store.run(store.events().load_blocked_rooms());
  REQUIRE(blocked.size() == 1);
  CHECK(blocked[0].room == kRoom);
  CHECK(blocked[0].by == kAnna);
  CHECK(blocked[0].at == base::Timestamp{7});
  store.commit({UnblockRoom{kRoom}});
  CHECK(store.run(store.events().load_blocked_rooms()).empty());
}

STORE_TEST("exceptions from the rates are kept one a person") {
  sql::SqlAdministrationStore lists(store.reader());
  store.commit({PutRateException{kAnna, 5, 10}});
  store.commit({PutRateException{kAnna, 0, 0}, PutRateException{kBen, 1, 2}});
  const auto found = store.run(lists.load_rate_exceptions());
  REQUIRE(found.size() == 2);
  CHECK(found[0].burst == 0);
  CHECK(found[1].per_second == 1);
  store.commit({RemoveRateException{kAnna}});
  CHECK(store.run(lists.load_rate_exceptions()).size() == 1);
}

protocol::EventPtr event(std::uint64_t number) {
  const std::string text = fmt::format(
      R"({{"auth_events":[],"content":{{"body":"{}"}},"depth":{},"hashes":{{"sha256":"x"}},)"
      R"("origin_server_ts":1,"prev_events":[],"room_id":"!room:example.org",)"
      R"("sender":"@anna:example.org","type":"m.room.message"}})",
      number, number);
  auto admitted =
      protocol::admit_stored(text, protocol::EventId::trusted(fmt::format("${}", number)),
                             *protocol::find_room_version("11"));
  REQUIRE(admitted.has_value());
  return *admitted;
}

AppendEvent append(std::uint64_t number, std::uint32_t room) {
  return {.number = {number},
          .room = {room},
          .event = event(number),
          .record = "record",
          .state_after = {},
          .replaces = {},
          .relation_type = "m.thread",
          .related_event = "$1",
          .device = {},
          .transaction = {}};
}

STORE_TEST("a removed room is gone at once, its events piece by piece, other rooms stay") {
  const auto other = protocol::RoomId::trusted("!other:example.org");
  store.commit({CreateRoom{{1}, kRoom, "11"}, CreateRoom{{2}, other, "11"},
                SetMembership{.room = {1}, .user = kAnna, .membership = "leave", .event = {1}},
                SetMembership{.room = {2}, .user = kAnna, .membership = "join", .event = {4}},
                PutAccountData{kAnna, kRoom.text(), "m.tag", "r"},
                PutAccountData{kAnna, other.text(), "m.tag", "r"}});
  for (const std::uint64_t number : {1U, 2U, 3U}) store.commit({append(number, 1)});
  store.commit({append(4, 2)});

  store.commit({RemoveRoom{{1}, kRoom}});
  CHECK_FALSE(store.run(store.events().find_room(kRoom)).has_value());
  CHECK(store.run(store.events().load_memberships_of(kAnna)).size() == 1);
  CHECK(store.run(store.events().load_removed_rooms()) == std::vector<RoomNumber>{{1}});

  store.commit({RemoveRoomEvents{{1}, 2}});
  CHECK_FALSE(store.run(store.events().find_event(event(1)->id())).has_value());
  CHECK_FALSE(store.run(store.events().find_event(event(2)->id())).has_value());
  CHECK(store.run(store.events().find_event(event(3)->id())).has_value());
  CHECK(store.run(store.events().load_removed_rooms()).size() == 1);
  store.commit({RemoveRoomEvents{{1}, 2}});
  store.commit({RemoveRoomEvents{{1}, 2}});
  CHECK(store.run(store.events().load_removed_rooms()).empty());
  CHECK(store.run(store.events().load_relations({1}, event(1)->id(), {1'000}, 10)).empty());

  CHECK(store.run(store.events().find_event(event(4)->id())).has_value());
  CHECK(store.run(store.events().find_room(other)).has_value());
  CHECK(store.run(store.events().load_relations({2}, event(1)->id(), {1'000}, 10)).size() == 1);
}

STORE_TEST("rooms are listed by what their events take, without those that were removed") {
  sql::SqlAdministrationStore lists(store.reader());
  const auto other = protocol::RoomId::trusted("!other:example.org");
  store.commit({CreateRoom{{1}, kRoom, "11"}, CreateRoom{{2}, other, "11"}});
  store.commit({append(1, 1)});
  store.commit({append(2, 2)});
  store.commit({append(3, 2)});
  const auto sizes = store.run(lists.list_largest_rooms(10));
  REQUIRE(sizes.size() == 2);
  CHECK(sizes[0].room == RoomNumber{2});
  CHECK(sizes[0].bytes == 2 * sizes[1].bytes);
  CHECK(store.run(lists.list_largest_rooms(1)).size() == 1);
  store.commit({RemoveRoom{{2}, other}});
  CHECK(store.run(lists.list_largest_rooms(10)).size() == 1);
}

STORE_TEST("the numbers of a removed room and of its events are not given again") {
  const auto other = protocol::RoomId::trusted("!other:example.org");
  store.commit({CreateRoom{{1}, other, "11"}, append(4, 1), CreateRoom{{2}, kRoom, "11"}});
  for (const std::uint64_t number : {5U, 6U, 7U}) store.commit({append(number, 2)});
  const auto is_remembered = [&] {
    CHECK(store.run(store.events().load_last_room_number()) == RoomNumber{2});
    CHECK(store.run(store.events().load_last_event_number()) == EventNumber{7});
  };
  is_remembered();

  store.commit({RemoveRoom{{2}, kRoom}});
  store.reopen();
  is_remembered();
  store.commit({RemoveRoomEvents{{2}, 10}});
  store.reopen();
  CHECK(store.run(store.events().load_removed_rooms()).empty());
  is_remembered();
}

STORE_TEST("media are put into quarantine unless they are safe, and let out again") {
  sql::SqlMediaStore media_store(store.reader());
  store.commit({media("one", kAnna, 1, 10)});
  const auto by = [&] { return store.run(media_store.find_media("one"))->quarantined_by; };
  store.commit({SetMediaQuarantine{"one", kBen.text()}});
  CHECK(by() == kBen.text());
  store.commit({SetMediaSafe{"one", true}});
  CHECK(by().empty());
  CHECK(store.run(media_store.find_media("one"))->safe);
  store.commit({SetMediaQuarantine{"one", kBen.text()}});
  CHECK(by().empty());
  store.commit({SetMediaSafe{"one", false}, SetMediaQuarantine{"one", kBen.text()}});
  CHECK(by() == kBen.text());
  store.commit({SetMediaQuarantine{"one", ""}});
  CHECK(by().empty());
}

STORE_TEST("a person's media are listed in each order, without what was only promised") {
  sql::SqlAdministrationStore lists(store.reader());
  store.commit({media("b", kAnna, 1, 30), media("a", kAnna, 2, 10), media("c", kAnna, 3, 20),
                media("d", kBen, 4, 40), AddMedia{"e", kAnna, {5}, {9}, std::nullopt}});
  const auto listed = [&](MediaOrder order, Sorting sorting) {
    std::string ids;
    const auto page = store.run(lists.list_media(
        {.user = kAnna, .order = order, .sorting = sorting, .page = {.from = 0, .limit = 10}}));
    CHECK(page.total == 3);
    for (const ListedMedia& one : page.rows) ids += one.media_id;
    return ids;
  };
  CHECK(listed(MediaOrder::created_at, Sorting::descending) == "cab");
  CHECK(listed(MediaOrder::created_at, Sorting::ascending) == "bac");
  CHECK(listed(MediaOrder::media_id, Sorting::ascending) == "abc");
  CHECK(listed(MediaOrder::size, Sorting::descending) == "bca");
  const auto page = store.run(lists.list_media({.user = kAnna, .page = {.from = 1, .limit = 1}}));
  REQUIRE(page.rows.size() == 1);
  CHECK(page.rows[0].media_id == "a");
  CHECK(page.rows[0].media.file->size == 10);
}

STORE_TEST("old and large media are found, those in profiles only when they are asked for") {
  sql::SqlAdministrationStore lists(store.reader());
  store.commit({account(kAnna, AccountRole::user, 1),
                SetProfileField{kAnna, "avatar_url", "\"mxc://example.org/face\""},
                media("face", kAnna, 1, 50), media("old", kAnna, 1, 50), media("new", kAnna, 9, 50),
                media("small", kAnna, 1, 5)});
  OldMediaQuery query{.before = {5}, .larger_than = 5, .server = "example.org", .limit = 10};
  CHECK(store.run(lists.list_old_media(query)) == std::vector<std::string>{"old"});
  query.profiles = OldMediaQuery::Profiles::take;
  CHECK(store.run(lists.list_old_media(query)) == std::vector<std::string>{"face", "old"});
  query.limit = 1;
  CHECK(store.run(lists.list_old_media(query)) == std::vector<std::string>{"face"});
  query.after = "face";
  CHECK(store.run(lists.list_old_media(query)) == std::vector<std::string>{"old"});
  query.after = "old";
  CHECK(store.run(lists.list_old_media(query)).empty());
}

STORE_TEST("an account by which notices were sent stays known for it") {
  sql::SqlAdministrationStore lists(store.reader());
  CHECK_FALSE(store.run(lists.is_notices_sender(kAnna)));
  store.commit({NoteNoticesSender{kAnna}, NoteNoticesSender{kAnna}});
  CHECK(store.run(lists.is_notices_sender(kAnna)));
  CHECK_FALSE(store.run(lists.is_notices_sender(kBen)));
}

STORE_TEST("the use of media is summed up by person") {
  sql::SqlAdministrationStore lists(store.reader());
  store.commit({account(kAnna, AccountRole::user, 1), account(kBen, AccountRole::user, 1),
                SetProfileField{kBen, "displayname", "\"Abe\""}, media("a", kAnna, 1, 100),
                media("b", kBen, 2, 10), media("c", kBen, 3, 20),
                media("preview", protocol::UserId::trusted("@:example.org"), 4, 5)});
  MediaUseQuery query{.page = {.from = 0, .limit = 10}};
  const auto by_name = store.run(lists.list_media_use(query));
  REQUIRE(by_name.rows.size() == 2);
  CHECK(by_name.total == 2);
  CHECK(by_name.rows[1].user == kBen);
  CHECK(by_name.rows[1].display_name == "\"Abe\"");
  CHECK(by_name.rows[1].count == 2);
  CHECK(by_name.rows[1].bytes == 30);

  query.order = MediaUseOrder::size;
  query.sorting = Sorting::descending;
  CHECK(store.run(lists.list_media_use(query)).rows[0].user == kAnna);
  query.order = MediaUseOrder::count;
  CHECK(store.run(lists.list_media_use(query)).rows[0].user == kBen);
  query.search = "abe";
  CHECK(store.run(lists.list_media_use(query)).total == 1);
  query.search = "";
  query.from_time = {2};
  query.until_time = {2};
  const auto narrow = store.run(lists.list_media_use(query));
  REQUIRE(narrow.rows.size() == 1);
  CHECK(narrow.rows[0].bytes == 10);
}

}  // namespace
}  // namespace chancery::storage
