// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/key_backups.hpp"

#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::devices {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;
using support::SyncHouse;

const protocol::UserId kAnna = RoomHouse::person("anna").user;

struct SessionSpec {
  std::int64_t first = 0;
  std::int64_t forwarded = 0;
  bool is_verified = false;
  std::string_view name = "x";  // to tell one from another
};

base::JsonObject session(const SessionSpec& spec) {
  return {{"first_message_index", spec.first},
          {"forwarded_count", spec.forwarded},
          {"is_verified", spec.is_verified},
          {"session_data", base::JsonObject{{"name", spec.name}}}};
}

struct Backups {
  std::string create() {
    return house.run(house->backups.create(
        kAnna, {{"algorithm", "m.megolm_backup.v1"}, {"auth_data", base::JsonObject()}}));
  }
  KeyBackups::Part part(std::string version, std::string session = "s") {
    return {
        .user = kAnna, .version = std::move(version), .room = "!r", .session = std::move(session)};
  }
  KeyBackups::Stored put(const std::string& version, const SessionSpec& spec,
                         std::string id = "s") {
    return house.run(house->backups.put(part(version, std::move(id)), session(spec)));
  }
  // The name of the session that is kept.
  std::string kept(const std::string& version) {
    const auto found = house.run(house->backups.load(part(version)));
    if (found.empty()) return "";
    const auto json = base::parse_json(found[0].json);
    const auto* text = base::find_object(json->as_object(), "session_data");
    return std::string(*base::find_string(*text, "name"));
  }
  template <typename Value>
  std::optional<ErrorCode> error_of(runtime::Task<Value> task) {
    return house.rooms().error_of(std::move(task));
  }
  SyncHouse house;
};

TEST_CASE("of two keys for one session the better stays") {
  const SessionSpec stored{.first = 5, .forwarded = 5, .is_verified = false, .name = "old"};
  const auto after = [&](SessionSpec given) {
    Backups fresh;
    const std::string made = fresh.create();
    fresh.put(made, stored);
    given.name = "new";
    fresh.put(made, given);
    return fresh.kept(made);
  };

  CHECK(after({.first = 9, .forwarded = 9, .is_verified = true}) == "new");
  CHECK(after({.first = 4, .forwarded = 9}) == "new");
  CHECK(after({.first = 5, .forwarded = 4}) == "new");
  CHECK(after({.first = 5, .forwarded = 5}) == "old");
  CHECK(after({.first = 5, .forwarded = 6}) == "old");
  CHECK(after({.first = 6, .forwarded = 0}) == "old");
}

TEST_CASE("a key that is not verified takes the place of no verified one") {
  Backups backups;
  const std::string version = backups.create();
  backups.put(version, {.first = 5, .is_verified = true, .name = "old"});
  backups.put(version, {.first = 0, .is_verified = false, .name = "new"});

  CHECK(backups.kept(version) == "old");
}

TEST_CASE("the count counts sessions, and the etag changes when one of them does") {
  Backups backups;
  const std::string version = backups.create();
  const auto first = backups.put(version, {.first = 5}, "one");
  const auto second = backups.put(version, {.first = 5}, "two");
  const auto same = backups.put(version, {.first = 9}, "two");
  const auto better = backups.put(version, {.first = 1}, "two");

  CHECK(first.count == 1);
  CHECK(second.count == 2);
  CHECK(second.etag != first.etag);
  CHECK(same.count == 2);
  CHECK(same.etag == second.etag);
  CHECK(better.count == 2);
  CHECK(better.etag != second.etag);
}

TEST_CASE("keys go into the newest version only, and the refusal says which that is") {
  Backups backups;
  const std::string old = backups.create();
  backups.put(old, {.name = "old"});
  const std::string newest = backups.create();

  CHECK(newest != old);
  CHECK(backups.error_of(backups.house->backups.put(backups.part(old), session({}))) ==
        ErrorCode::wrong_room_keys_version);
  CHECK(backups.kept(old) == "old");
  CHECK(backups.kept(newest) == "");
}

TEST_CASE("keys of an older backup may be removed, those of the newest stay") {
  Backups backups;
  const std::string old = backups.create();
  backups.put(old, {.name = "old"});
  const std::string newest = backups.create();
  backups.put(newest, {.name = "new"});

  const auto left =
      backups.house.run(backups.house->backups.remove_sessions(backups.part(old, "")));

  CHECK(left.count == 0);
  CHECK(backups.kept(old) == "");
  CHECK(backups.kept(newest) == "new");
  CHECK(backups.error_of(backups.house->backups.remove_sessions(backups.part("77"))) ==
        ErrorCode::not_found);
}

TEST_CASE("keys are put and read by session, by room and all together") {
  Backups backups;
  const std::string version = backups.create();
  const KeyBackups::Part all{.user = kAnna, .version = version, .room = "", .session = ""};
  base::JsonObject sessions{{"a", session({})}, {"b", session({})}};
  base::JsonObject rooms{{"!r", base::JsonObject{{"sessions", sessions}}},
                         {"!q", base::JsonObject{{"sessions", std::move(sessions)}}}};

  const auto stored =
      backups.house.run(backups.house->backups.put(all, {{"rooms", std::move(rooms)}}));

  CHECK(stored.count == 4);
  const auto count = [&](KeyBackups::Part part) {
    return backups.house.run(backups.house->backups.load(std::move(part))).size();
  };
  CHECK(count(all) == 4);
  CHECK(count(backups.part(version, "")) == 2);
  CHECK(count(backups.part(version, "a")) == 1);
  const auto left =
      backups.house.run(backups.house->backups.remove_sessions(backups.part(version, "")));
  CHECK(left.count == 2);
  CHECK(left.etag != stored.etag);
}

TEST_CASE("a removed backup is gone, and its number is not given again") {
  Backups backups;
  const std::string first = backups.create();
  backups.house.run(backups.house->backups.remove(kAnna, first));

  CHECK(backups.error_of(backups.house->backups.get(kAnna, first)) == ErrorCode::not_found);
  CHECK(backups.error_of(backups.house->backups.get(kAnna, std::nullopt)) == ErrorCode::not_found);
  CHECK_FALSE(backups.error_of(backups.house->backups.remove(kAnna, first)));
  CHECK(backups.error_of(backups.house->backups.remove(kAnna, "2")) == ErrorCode::not_found);
  CHECK(backups.create() != first);
}

TEST_CASE("a backup's signatures may change, its algorithm may not") {
  Backups backups;
  const std::string version = backups.create();
  const auto change = [&](std::string_view body) {
    return backups.error_of(
        backups.house->backups.set_auth(kAnna, version, base::parse_json(body)->as_object()));
  };

  CHECK(change(R"({"algorithm":"m.megolm_backup.v1","auth_data":{"a":1}})") == std::nullopt);
  CHECK(change(R"({"algorithm":"another","auth_data":{}})") == ErrorCode::invalid_param);
  CHECK(change(R"({"algorithm":"m.megolm_backup.v1","auth_data":{},"version":"77"})") ==
        ErrorCode::invalid_param);
  CHECK(change(R"({"auth_data":{}})") == ErrorCode::bad_json);
  const auto kept = backups.house.run(backups.house->backups.get(kAnna, version));
  CHECK(kept.auth_data == R"({"a":1})");
}

TEST_CASE("a session that lacks what ranks it is refused") {
  Backups backups;
  const std::string version = backups.create();
  base::JsonObject lacking = session({});
  lacking.erase("forwarded_count");

  CHECK(backups.error_of(backups.house->backups.put(backups.part(version), lacking)) ==
        ErrorCode::bad_json);
}

}  // namespace
}  // namespace chancery::devices
