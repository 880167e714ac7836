// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What owners ask for that goes on in the background: purges of history, redactions of a person.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

const std::string kV1 = "/_synapse/admin/v1";
using Texts = std::vector<std::string>;

std::string of_room(const std::string& room, const std::string& rest = "") {
  return "/rooms/" + percent_encode(room) + rest;
}
std::string event_path(const std::string& room, const std::string& event) {
  return of_room(room, "/event/" + percent_encode(event));
}

struct House {
  explicit House(std::uint64_t seed = 0) : server({}, seed) {
    server.make_owner("@owner:x");
    bob.join(room);
  }
  // Until the act of that id has ended.
  ApiAnswer await_end(const std::string& path) {
    for (int i = 0; i < 200; ++i) {
      ApiAnswer status = owner.get(kV1 + path);
      if (status.text("status") != "active") return status;
      server.settle();
    }
    FAIL("it does not end");
    return {};
  }
  std::string begin_purge(const std::string& of, const std::string& body,
                          const std::string& event = "") {
    const std::string below = event.empty() ? "" : "/" + percent_encode(event);
    const ApiAnswer begun = owner.post(kV1 + "/purge_history/" + percent_encode(of) + below, body);
    CAPTURE(begun.body);
    REQUIRE(begun.status == 200);
    return begun.text("purge_id");
  }
  ApiAnswer purge(const std::string& of, const std::string& body, const std::string& event = "") {
    return await_end("/purge_history_status/" + begin_purge(of, body, event));
  }
  ApiAnswer redact(const std::string& user, const std::string& body) {
    const ApiAnswer begun = owner.post(kV1 + "/user/" + percent_encode(user) + "/redact", body);
    CAPTURE(begun.body);
    REQUIRE(begun.status == 200);
    return await_end("/user/redact_status/" + begun.text("redact_id"));
  }
  [[nodiscard]] std::size_t count_found(const std::string& word) const {
    const ApiAnswer answer = bob.post(
        "/search", R"({"search_categories":{"room_events":{"search_term":")" + word + R"("}}})");
    REQUIRE(answer.status == 200);
    return find_at(answer.json, "/search_categories/room_events/results")->as_array().size();
  }
  // How many lists of the index name the word, whatever became of the events.
  [[nodiscard]] std::int64_t count_named(const std::string& word) const {
    const ApiAnswer answer = bob.post(
        "/search", R"({"search_categories":{"room_events":{"search_term":")" + word + R"("}}})");
    return find_at(answer.json, "/search_categories/room_events/count")->as_int64();
  }
  // What the index is kept up to date by.
  void keep_index() {
    runtime::TaskGroup group("index");
    group.spawn_on(server.scheduler(), server.composition().keep_index(group.cancel_token()));
    for (int i = 0; i < 30; ++i) {
      server.scheduler().advance(std::chrono::milliseconds(200));
      server.settle();
    }
    server.scheduler().run(group.stop());
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room(R"({"preset":"public_chat","name":"The room"})");
};

constexpr const char* kOurs = R"({"delete_local_events":true})";

TEST_CASE("what was said before an event is gone for everybody, what came after it stays") {
  House house;
  const std::string old = house.alice.say(house.room, "ancient history");
  const std::string thread = house.bob.say(house.room, "another ancient word");
  house.alice.put(
      of_room(house.room, "/send/m.reaction/1"),
      R"({"m.relates_to":{"rel_type":"m.annotation","event_id":")" + old + R"(","key":"+"}})");
  const std::string kept = house.alice.say(house.room, "what stays");
  house.bob.say(house.room, "and this");
  CHECK(house.count_found("ancient") == 2);

  CHECK(house.purge(house.room, kOurs, kept).text("status") == "complete");

  for (int round = 0; round < 2; ++round) {
    CHECK(all_messages(house.bob, house.room) == Texts{"what stays", "and this"});
    CHECK(house.bob.get(event_path(house.room, old)).status == 404);
    CHECK(house.bob.get(event_path(house.room, thread)).status == 404);
    CHECK(house.bob.get(event_path(house.room, kept)).status == 200);
    CHECK(house.bob.put(of_room(house.room, "/redact/" + percent_encode(thread) + "/1")).status ==
          404);
    CHECK(house.count_found("ancient") == 0);
    CHECK(house.count_found("stays") == 1);
    CHECK(house.owner.get(kV1 + of_room(house.room)).text("name") == "The room");
    CHECK(messages_in(house.bob.sync(), house.room) == Texts{"what stays", "and this"});
    house.server.restart();
  }
  house.alice.say(house.room, "it goes on");
  CHECK(all_messages(house.bob, house.room) == Texts{"what stays", "and this", "it goes on"});
}

TEST_CASE("what was purged leaves the search index by and by, without the index being made anew") {
  House house;
  house.alice.say(house.room, "ancient history");
  const std::string old = house.alice.say(house.room, "ancient rumours");
  house.alice.put(of_room(house.room, "/send/m.room.message/edit"),
                  R"({"msgtype":"m.text","body":"* ancient gossip","m.new_content":)"
                  R"({"msgtype":"m.text","body":"ancient gossip"},"m.relates_to":)"
                  R"({"rel_type":"m.replace","event_id":")" +
                      old + R"("}})");
  const std::string kept = house.alice.say(house.room, "what stays");
  REQUIRE(house.count_found("ancient") == 2);
  REQUIRE(house.count_found("gossip") == 1);

  house.purge(house.room, kOurs, kept);
  CHECK(house.count_found("ancient") == 0);
  CHECK(house.count_found("stays") == 1);
  house.server.restart();
  house.keep_index();

  CHECK(house.count_named("ancient") == 0);
  CHECK(house.count_named("gossip") == 0);
  CHECK(house.count_found("stays") == 1);
}

TEST_CASE("what people of this server said is purged only where that is asked for") {
  House house;
  house.alice.say(house.room, "ours");
  const std::string end = house.alice.say(house.room, "the end");
  CHECK(house.purge(house.room, "{}", end).text("status") == "complete");
  CHECK(all_messages(house.bob, house.room) == Texts{"ours", "the end"});
}

TEST_CASE("history is purged up to a time, and the room's newest event stays") {
  House house;
  house.alice.say(house.room, "old");
  house.server.scheduler().advance(std::chrono::hours(1));
  const std::int64_t between = house.server.scheduler().clock().now().milliseconds;
  house.alice.say(house.room, "new");
  house.alice.say(house.room, "newest");
  house.purge(house.room,
              fmt::format(R"({{"delete_local_events":true,"purge_up_to_ts":{}}})", between));
  CHECK(all_messages(house.bob, house.room) == Texts{"new", "newest"});

  house.server.scheduler().advance(std::chrono::hours(1));
  const std::int64_t now = house.server.scheduler().clock().now().milliseconds;
  house.purge(house.room,
              fmt::format(R"({{"delete_local_events":true,"purge_up_to_ts":{}}})", now));
  CHECK(all_messages(house.bob, house.room) == Texts{"newest"});
  house.bob.say(house.room, "it goes on");
  house.server.restart();
  house.bob.say(house.room, "and on");
  CHECK(all_messages(house.alice, house.room) == Texts{"newest", "it goes on", "and on"});
}

TEST_CASE("a redaction stays as long as what it took the content from") {
  House house;
  const ApiAnswer topic =
      house.alice.put(of_room(house.room, "/state/m.room.topic/"), R"({"topic":"secret"})");
  const std::string said = house.alice.say(house.room, "secret");
  for (const std::string& target : {topic.text("event_id"), said}) {
    REQUIRE(
        house.alice.put(of_room(house.room, "/redact/" + percent_encode(target) + "/1")).status ==
        200);
  }
  const std::string end = house.alice.say(house.room, "end");
  house.purge(house.room, kOurs, end);
  for (int round = 0; round < 2; ++round) {
    const ApiAnswer shown = house.bob.get(event_path(house.room, topic.text("event_id")));
    CHECK(find_at(shown.json, "/unsigned/redacted_because") != nullptr);
    CHECK(house.bob.get(event_path(house.room, said)).status == 404);
    house.server.restart();
  }
}

TEST_CASE("what was purged is not counted as unread any more") {
  House house;
  house.alice.say(house.room, "one");
  house.alice.say(house.room, "two");
  const std::string end = house.alice.say(house.room, "three");
  const auto unread = [&house] {
    const ApiAnswer sync = house.bob.sync();
    return find_at(sync.json,
                   "/rooms/join/" + house.room + "/unread_notifications/notification_count")
        ->as_int64();
  };
  CHECK(unread() == 3);
  house.purge(house.room, kOurs, end);
  CHECK(unread() == 1);
}

TEST_CASE("a purge that cannot be is refused before it begins") {
  House house;
  const std::string path = kV1 + "/purge_history/" + percent_encode(house.room);
  const std::string event = house.alice.say(house.room, "a");
  const std::string elsewhere = house.bob.say(house.bob.create_room(), "b");
  CHECK(house.owner.post(kV1 + "/purge_history/!none%3Ax/" + percent_encode(event)).errcode() ==
        "M_NOT_FOUND");
  CHECK(house.owner.post(path + "/" + percent_encode(elsewhere)).errcode() == "M_NOT_FOUND");
  CHECK(house.owner.post(path + "/%24none").errcode() == "M_NOT_FOUND");
  CHECK(house.owner.post(path).errcode() == "M_MISSING_PARAM");
  CHECK(house.owner.post(path, R"({"purge_up_to_event_id":"none"})").errcode() ==
        "M_INVALID_PARAM");
  // Seconds, and what is still to come.
  CHECK(house.owner.post(path, R"({"purge_up_to_ts":1767225600})").errcode() == "M_INVALID_PARAM");
  CHECK(house.owner.post(path, R"({"purge_up_to_ts":99999999999999})").errcode() ==
        "M_INVALID_PARAM");
  CHECK(house.owner.post(path, R"({"purge_up_to_ts":"now"})").errcode() == "M_BAD_JSON");
  CHECK(house.owner.get(kV1 + "/purge_history_status/none").errcode() == "M_NOT_FOUND");
  CHECK(house.alice.post(path + "/" + percent_encode(event), kOurs).errcode() == "M_FORBIDDEN");
  CHECK(all_messages(house.bob, house.room) == Texts{"a"});
}

TEST_CASE("whoever reads and writes while history is purged is answered, in any order") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    House house(seed);
    for (int i = 0; i < 20; ++i) house.alice.say(house.room, fmt::format("old {}", i));
    const std::string end = house.alice.say(house.room, "end");
    const std::string since = house.bob.position();
    std::vector<Pending> asked;
    const auto ask = [&](const Person& who, http::Method method, const std::string& target,
                         const std::string& body = "{}") {
      asked.push_back(who.begin(method, target, body));
    };
    ask(house.bob, http::Method::get, of_room(house.room, "/messages?dir=b&limit=30"));
    ask(house.owner, http::Method::post,
        kV1 + "/purge_history/" + percent_encode(house.room) + "/" + percent_encode(end), kOurs);
    for (int i = 0; i < 4; ++i) {
      ask(house.bob, http::Method::get, of_room(house.room, "/messages?dir=b&limit=30"));
      ask(house.bob, http::Method::get, "/sync?timeout=0");
      ask(house.alice, http::Method::put,
          of_room(house.room, fmt::format("/send/m.room.message/n{}", i)), message_of("new"));
      ask(house.bob, http::Method::get, "/notifications");
      ask(house.bob, http::Method::post, "/search",
          R"({"search_categories":{"room_events":{"search_term":"old"}}})");
      ask(house.bob, http::Method::get, "/sync?timeout=0&since=" + since);
    }
    for (Pending& one : asked) {
      const ApiAnswer answer = one.await();
      CAPTURE(answer.body);
      CHECK(answer.status == 200);
      const base::Json* id = find_at(answer.json, "/purge_id");
      if (id == nullptr) continue;
      CHECK(
          house.await_end("/purge_history_status/" + std::string(id->as_string())).text("status") ==
          "complete");
    }
    CHECK(all_messages(house.bob, house.room) == Texts{"end", "new", "new", "new", "new"});
  }
}

TEST_CASE("everything that a person sent is redacted, in every room that they were ever in") {
  House house;
  const std::string other = house.alice.create_room();
  house.bob.join(other);
  house.bob.say(house.room, "spam");
  house.bob.say(other, "more spam");
  house.alice.say(house.room, "not spam");
  house.bob.post(of_room(other, "/leave"));

  const ApiAnswer done = house.redact("@bob:x", R"({"rooms":[],"reason":"spam"})");
  CHECK(done.text("status") == "complete");
  CHECK(done.object().at("failed_redactions").as_object().empty());
  CHECK(all_messages(house.alice, house.room) == Texts{"", "not spam"});
  // Where they are no more, a member who may did it.
  CHECK(all_messages(house.alice, other) == Texts{""});
  const ApiAnswer timeline = house.alice.get(of_room(other, "/messages?dir=b&limit=1"));
  CHECK(text_at(timeline.json, "/chunk/0/type") == "m.room.redaction");
  CHECK(text_at(timeline.json, "/chunk/0/sender") == "@alice:x");
  CHECK(text_at(timeline.json, "/chunk/0/content/reason") == "spam");
  // Nothing is left to be done.
  const std::string before = house.alice.position();
  CHECK(house.redact("@bob:x", R"({"rooms":[]})").text("status") == "complete");
  CHECK(find_at(house.alice.sync(before).json, "/rooms/join/" + other) == nullptr);
}

TEST_CASE("what makes a room what it is stays when its maker's events are redacted") {
  House house;
  house.alice.put(of_room(house.room, "/state/m.room.topic/"), R"({"topic":"abuse"})");
  CHECK(house.redact("@alice:x", R"({"rooms":[")" + house.room + "\"]}").text("status") ==
        "complete");
  CHECK(house.bob.get(of_room(house.room, "/state/m.room.topic/")).body == "{}");
  CHECK(house.bob.get(of_room(house.room, "/state/m.room.join_rules/")).text("join_rule") ==
        "public");
  const auto is_redacted = [&house](const std::string& type) {
    const ApiAnswer state = house.bob.get(of_room(house.room, "/state"));
    for (const base::Json& event : state.json.as_array()) {
      if (text_at(event, "/type") != type) continue;
      return find_at(event, "/unsigned/redacted_because") != nullptr;
    }
    return false;
  };
  CHECK(is_redacted("m.room.name"));
  for (const char* kept : {"m.room.create", "m.room.power_levels", "m.room.join_rules"}) {
    CHECK_FALSE(is_redacted(kept));
  }
}

TEST_CASE("a redaction of a person takes the newest events first, up to its limit") {
  House house;
  for (const char* text : {"1", "2", "3"}) house.bob.say(house.room, text);
  house.redact("@bob:x", R"({"rooms":[],"limit":2})");
  CHECK(all_messages(house.alice, house.room) == Texts{"1", "", ""});
}

TEST_CASE("an owner who is to redact themself does so as far as they may") {
  House house;
  const std::string said = house.bob.say(house.room, "spam");
  const ApiAnswer outside = house.redact("@bob:x", R"({"rooms":[],"use_admin":true})");
  CHECK(outside.text("status") == "complete");
  CHECK(outside.object().at("failed_redactions").as_object().contains(said));
  CHECK(all_messages(house.alice, house.room) == Texts{"spam"});

  house.owner.post(kV1 + of_room(house.room, "/make_room_admin"));
  house.owner.join(house.room);
  house.redact("@bob:x", R"({"rooms":[],"use_admin":true})");
  CHECK(all_messages(house.alice, house.room) == Texts{""});
}

TEST_CASE("whose events may not be redacted by an owner, and what is no request for it") {
  House house;
  const auto ask = [&house](const std::string& user, const std::string& body) {
    return house.owner.post(kV1 + "/user/" + percent_encode(user) + "/redact", body).errcode();
  };
  CHECK(ask("@owner:x", R"({"rooms":[]})") == "M_FORBIDDEN");
  CHECK(ask("@nobody:x", R"({"rooms":[]})") == "M_NOT_FOUND");
  CHECK(ask("@bob:x", "{}") == "M_MISSING_PARAM");
  CHECK(ask("@bob:x", R"({"rooms":[1]})") == "M_INVALID_PARAM");
  CHECK(ask("@bob:x", R"({"rooms":["!none:x"]})") == "M_NOT_FOUND");
  CHECK(ask("@bob:x", R"({"rooms":[],"limit":0})") == "M_INVALID_PARAM");
  CHECK(house.owner.get(kV1 + "/user/redact_status/none").errcode() == "M_NOT_FOUND");
  CHECK(house.alice.post(kV1 + "/user/%40bob%3Ax/redact", R"({"rooms":[]})").errcode() ==
        "M_FORBIDDEN");
}

TEST_CASE("what goes on in the background is listed, by what is looked for") {
  House house;
  const std::string end = house.alice.say(house.room, "end");
  house.purge(house.room, kOurs, end);
  house.redact("@bob:x", R"({"rooms":[]})");
  const auto actions = [&house](const std::string& query) {
    std::string found;
    const ApiAnswer tasks = house.owner.get(kV1 + "/scheduled_tasks" + query);
    for (const base::Json& task : tasks.object().at("scheduled_tasks").as_array()) {
      found += text_at(task, "/action") + ":" + text_at(task, "/status") + " ";
    }
    return found;
  };
  CHECK(actions("") == "purge_history:complete redact_all_events:complete ");
  CHECK(actions("?action_name=purge_history") == "purge_history:complete ");
  CHECK(actions("?resource_id=%40bob%3Ax") == "redact_all_events:complete ");
  CHECK(actions("?job_status=active").empty());
  CHECK(actions("?max_timestamp=1").empty());
}

}  // namespace
}  // namespace chancery::scenario
