// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/device_keys.hpp"

#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace chancery::devices {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const DeviceAddress kPhone{kAnna.user, kAnna.device};
constexpr std::string_view kCurve = "signed_curve25519";

base::JsonObject device_keys(const DeviceAddress& device, std::string_view key = "key") {
  return {{"user_id", device.user.text()},
          {"device_id", device.device.text()},
          {"algorithms", base::JsonArray()},
          {"keys", base::JsonObject{{"ed25519:" + device.device.text(), key}}},
          {"signatures", base::JsonObject()}};
}

base::JsonObject one_time_keys(const std::vector<std::pair<std::string, std::string>>& keys) {
  base::JsonObject named;
  for (const auto& [name, key] : keys) named["signed_curve25519:" + name] = key;
  return {{"one_time_keys", std::move(named)}};
}

struct Keys {
  std::int64_t upload(base::JsonObject body) {
    const auto counts = house.run(house->keys.upload(kPhone, std::move(body)));
    const auto count = counts.one_time_keys.find(std::string(kCurve));
    return count == counts.one_time_keys.end() ? 0 : count->second;
  }
  std::optional<ErrorCode> error_of(base::JsonObject body) {
    return house.rooms().error_of(house->keys.upload(kPhone, std::move(body)));
  }
  // "name" of the key that is claimed, or "".
  std::string claim() {
    const auto claimed = house.run(
        house->keys.claim(kBen.user, {{.device = kPhone, .algorithm = std::string(kCurve)}}));
    return claimed.empty() ? "" : claimed[0].key_id.substr(kCurve.size() + 1);
  }
  SyncHouse house;
};

TEST_CASE("a one-time key is given to one claim only, the first uploaded first") {
  Keys keys;
  CHECK(keys.upload(one_time_keys({{"A", "one"}, {"B", "two"}})) == 2);
  CHECK(keys.upload(one_time_keys({{"0", "three"}})) == 3);

  CHECK(keys.claim() == "A");
  CHECK(keys.claim() == "B");
  CHECK(keys.claim() == "0");
  CHECK(keys.claim() == "");
}

TEST_CASE("the fallback key is given when there is no other, again and again, and marked used") {
  Keys keys;
  keys.upload({{"fallback_keys", base::JsonObject{{"signed_curve25519:F", "last"}}}});
  keys.upload(one_time_keys({{"A", "one"}}));
  const auto unused = [&] {
    return keys.house.run(keys.house->keys.count_keys(kPhone)).unused_fallback_algorithms.size();
  };

  CHECK(keys.claim() == "A");
  CHECK(unused() == 1);
  CHECK(keys.claim() == "F");
  CHECK(keys.claim() == "F");
  CHECK(unused() == 0);

  keys.upload({{"fallback_keys", base::JsonObject{{"signed_curve25519:G", "newer"}}}});
  CHECK(unused() == 1);
  CHECK(keys.claim() == "G");
}

// The names that so many claims of one key each are given, all made at once.
std::map<std::string, int> claim_at_once(Keys& keys, int claims) {
  std::map<std::string, int> given;
  runtime::TaskGroup group("claims");
  struct Claimer {
    static runtime::Task<> run(DeviceKeys& device_keys, std::map<std::string, int>& out) {
      const auto claimed = co_await device_keys.claim(
          kBen.user, {{.device = kPhone, .algorithm = std::string(kCurve)}});
      for (const auto& one : claimed) ++out[one.key_id.substr(kCurve.size() + 1)];
    }
  };
  for (int i = 0; i < claims; ++i) {
    group.spawn_on(keys.house.scheduler(), Claimer::run(keys.house->keys, given));
  }
  keys.house.run(group.join());
  return given;
}

TEST_CASE("claims that run at the same time are given different keys") {
  Keys keys;
  keys.upload(one_time_keys({{"A", "1"}, {"B", "2"}, {"C", "3"}}));

  CHECK(claim_at_once(keys, 4) == std::map<std::string, int>{{"A", 1}, {"B", 1}, {"C", 1}});
}

TEST_CASE("a hundred claims at once are given each key once, and beyond that the fallback key") {
  Keys keys;
  std::vector<std::pair<std::string, std::string>> uploaded;
  for (int i = 0; i < 60; ++i) uploaded.emplace_back("K" + std::to_string(i), "key");
  keys.upload(one_time_keys(uploaded));
  keys.upload({{"fallback_keys", base::JsonObject{{"signed_curve25519:F", "last"}}}});

  std::map<std::string, int> given = claim_at_once(keys, 100);

  CHECK(given["F"] == 40);
  given.erase("F");
  CHECK(given.size() == 60);
  CHECK(std::ranges::all_of(given, [](const auto& key) { return key.second == 1; }));
  CHECK(keys.upload(one_time_keys({})) == 0);
}

TEST_CASE("a one-time key may be uploaded again unchanged, and not with another content") {
  Keys keys;
  keys.upload(one_time_keys({{"A", "one"}}));

  CHECK(keys.upload(one_time_keys({{"A", "one"}})) == 1);
  CHECK(keys.error_of(one_time_keys({{"A", "another"}})) == ErrorCode::invalid_param);
}

TEST_CASE("malformed keys are refused, and nothing of the upload is kept") {
  Keys keys;
  const auto upload = [&](std::string_view text) {
    return keys.error_of(base::parse_json(text)->as_object());
  };

  CHECK(upload(R"({"one_time_keys":{"nocolon":"x"}})") == ErrorCode::invalid_param);
  CHECK(upload(R"({"one_time_keys":{"a:":"x"}})") == ErrorCode::invalid_param);
  CHECK(upload(R"({"one_time_keys":{"a:b":5}})") == ErrorCode::bad_json);
  CHECK(upload(R"({"one_time_keys":[]})") == ErrorCode::bad_json);
  CHECK(upload(R"({"device_keys":{"user_id":"@ben:example.org"}})") == ErrorCode::invalid_param);
  CHECK(upload(R"({"one_time_keys":{"signed_curve25519:A":"x"},"fallback_keys":{"x":"y"}})") ==
        ErrorCode::invalid_param);
  CHECK(keys.upload({}) == 0);
}

TEST_CASE("a device may only upload keys in its own name") {
  Keys keys;
  const base::JsonObject other = device_keys({kBen.user, kPhone.device});

  CHECK(keys.error_of({{"device_keys", other}}) == ErrorCode::invalid_param);
  CHECK(keys.error_of({{"device_keys", device_keys({kAnna.user, kBen.device})}}) == std::nullopt);
}

TEST_CASE("keys that are uploaded unchanged are no news to anybody") {
  Keys keys;
  keys.upload({{"device_keys", device_keys(kPhone)}});
  const storage::StreamPosition first = keys.house.rooms().store().committer().last_position();
  const auto count_changes = [&] {
    return keys.house.run(keys.house->lists.load_changes(first, {UINT64_MAX})).size();
  };
  keys.upload({{"device_keys", device_keys(kPhone)}});

  CHECK(count_changes() == 0);
  keys.upload({{"device_keys", device_keys(kPhone, "another key")}});
  CHECK(count_changes() == 1);
}

TEST_CASE("a query shows a device's keys with its name, and no device that is not signed in") {
  Keys keys;
  keys.upload({{"device_keys", device_keys(kPhone)}});
  const auto query = [&] {
    const base::JsonObject answer =
        keys.house.run(keys.house->query.query(kBen.user, {{kAnna.user, {}}}));
    return *base::find_object(*base::find_object(answer, "device_keys"), kAnna.user.text());
  };

  const base::JsonObject shown = query();
  const base::JsonObject* phone = base::find_object(shown, "PHONE");
  REQUIRE(phone != nullptr);
  CHECK(base::find_string(*base::find_object(*phone, "unsigned"), "device_display_name") ==
        "phone");

  keys.house->directory.devices[kAnna.user] = {};
  CHECK(query().empty());
}

TEST_CASE("a query for someone of another server is reported as failed") {
  Keys keys;
  const auto far = protocol::UserId::trusted("@far:elsewhere.example");

  const base::JsonObject answer = keys.house.run(keys.house->query.query(kBen.user, {{far, {}}}));

  CHECK(base::find_object(answer, "failures")->contains("elsewhere.example"));
}

}  // namespace
}  // namespace chancery::devices
