// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/room_api.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::client {
namespace {

using support::ApiAnswer;
using support::RoomApi;

struct Reads {
  Reads() : room(api.create("anna")) {}

  ApiAnswer get(const std::string& who, const std::string& rest) {
    return api.client(who).get(RoomApi::path(room, rest));
  }
  ApiAnswer get_v1(const std::string& who, const std::string& rest) {
    return api.client(who).get("/_matrix/client/v1/rooms/" + room + "/" + rest);
  }
  ApiAnswer post(const std::string& who, const std::string& rest, std::string body = "{}") {
    return api.client(who).post(RoomApi::path(room, rest), std::move(body));
  }
  void join(const std::string& who) { REQUIRE(post(who, "join").status == 200); }
  std::string say(const std::string& who, const std::string& body, const std::string& more = "") {
    const ApiAnswer answer =
        api.client(who).put(RoomApi::path(room, "send/m.room.message/t" + std::to_string(++sent)),
                            R"({"msgtype":"m.text","body":")" + body + "\"" + more + "}");
    return answer.text("event_id");
  }
  std::string reply(const std::string& who, const std::string& root, const std::string& body) {
    return say(who, body, R"(,"m.relates_to":{"rel_type":"m.thread","event_id":")" + root + "\"}");
  }
  void set_visibility(const std::string& visibility) {
    const ApiAnswer answer =
        api.client("anna").put(RoomApi::path(room, "state/m.room.history_visibility"),
                               R"({"history_visibility":")" + visibility + R"("})");
    REQUIRE(answer.status == 200);
  }
  // The bodies of the messages in a list of events, in one text.
  static std::string bodies(const ApiAnswer& answer, std::string_view list = "chunk") {
    std::string all;
    for (const base::Json& event : *base::find_array(answer.object(), list)) {
      const auto* content = base::find_object(event.as_object(), "content");
      const auto body = base::find_string(*content, "body");
      if (body) all += (all.empty() ? "" : " ") + std::string(*body);
    }
    return all;
  }
  // The state keys of member events in a list.
  static std::string members(const ApiAnswer& answer, std::string_view list = "chunk") {
    std::vector<std::string> keys;
    const base::JsonArray* events = base::find_array(answer.object(), list);
    if (events == nullptr) return "";
    for (const base::Json& event : *events) {
      if (base::find_string(event.as_object(), "type") != "m.room.member") continue;
      keys.emplace_back(*base::find_string(event.as_object(), "state_key"));
    }
    std::ranges::sort(keys);
    std::string all;
    for (const std::string& key : keys) all += (all.empty() ? "" : " ") + key;
    return all;
  }

  RoomApi api;
  std::string room;
  int sent = 0;
};

TEST_CASE("messages are paged through backwards and forwards, without a hole or a repetition") {
  Reads reads;
  for (int i = 1; i <= 7; ++i) reads.say("anna", std::to_string(i));
  const auto walk = [&](const std::string& direction) {
    std::string all;
    std::string from;
    for (int page = 0; page < 20; ++page) {
      const ApiAnswer answer = reads.get(
          "anna", "messages?limit=2&dir=" + direction + (from.empty() ? "" : "&from=" + from));
      const std::string shown = Reads::bodies(answer);
      if (!shown.empty()) all += shown + " ";
      if (base::find_array(answer.object(), "chunk")->empty()) break;
      from = answer.text("end");
    }
    return all;
  };

  CHECK(walk("b") == "7 6 5 4 3 2 1 ");
  CHECK(walk("f") == "1 2 3 4 5 6 7 ");
}

TEST_CASE("a page with events has an end to go on from, an empty one at the beginning has none") {
  Reads reads;
  reads.say("anna", "hello");

  const ApiAnswer page = reads.get("anna", R"(messages?dir=b&limit=50)");
  const ApiAnswer behind = reads.get("anna", "messages?dir=b&from=" + page.text("end"));

  CHECK_FALSE(page.text("end").empty());
  CHECK(base::find_array(behind.object(), "chunk")->empty());
  CHECK_FALSE(behind.object().contains("end"));
}

TEST_CASE("messages are filtered") {
  Reads reads;
  reads.say("anna", "text");
  reads.say("anna", "picture", R"(,"url":"mxc://example.org/abc")");

  CHECK(Reads::bodies(reads.get("anna", "messages?dir=b&filter=%7B%22contains_url%22%3Atrue%7D")) ==
        "picture");
  CHECK(Reads::bodies(
            reads.get("anna", "messages?dir=b&filter=%7B%22contains_url%22%3Afalse%7D")) == "text");
}

TEST_CASE("with lazily loaded members a page tells those of its senders") {
  Reads reads;
  reads.join("ben");
  reads.join("cora");
  reads.say("ben", "hello");

  const ApiAnswer page =
      reads.get("anna", "messages?dir=b&limit=1&filter=%7B%22lazy_load_members%22%3Atrue%7D");

  CHECK(Reads::members(page, "state") == "@ben:example.org");
}

TEST_CASE("pages of nothing are taken for pages of one, so that all is come to") {
  Reads reads;
  const std::string root = reads.say("anna", "one");
  reads.reply("anna", root, "two");
  reads.reply("anna", root, "three");

  const ApiAnswer newest = reads.get("anna", "messages?dir=b&limit=0");
  CHECK(Reads::bodies(newest) == "three");
  CHECK(Reads::bodies(reads.get("anna", "messages?dir=b&limit=0&from=" + newest.text("end"))) ==
        "two");
  const ApiAnswer related = reads.get_v1("anna", "relations/" + root + "?limit=0");
  CHECK(Reads::bodies(related) == "three");
  CHECK(Reads::bodies(reads.get_v1(
            "anna", "relations/" + root + "?limit=0&from=" + related.text("next_batch"))) == "two");
  CHECK(Reads::bodies(reads.get_v1("anna", "threads?limit=0")) == "one");
  CHECK(reads.get("anna", "context/" + root + "?limit=0").status == 200);
}

TEST_CASE("messages refuse what they do not understand") {
  Reads reads;
  CHECK(reads.get("anna", "messages").errcode() == "M_MISSING_PARAM");
  for (const char* query : {"dir=x", "dir=b&from=bogus", "dir=b&to=t1", "dir=b&limit=-1",
                            "dir=b&filter=%7B", "dir=b&filter=%7B%22limit%22%3A%22x%22%7D"}) {
    CAPTURE(query);
    CHECK(reads.get("anna", std::string("messages?") + query).errcode() == "M_INVALID_PARAM");
  }
}

TEST_CASE("who is not in a room reads nothing of it, and does not learn whether it exists") {
  Reads reads;
  const std::string event = reads.say("anna", "secret");
  const std::vector<std::string> paths{"messages?dir=b",      "messages",         "state",
                                       "state/m.room.create", "members",          "joined_members",
                                       "context/" + event,    "aliases-not-there"};

  for (std::size_t i = 0; i + 1 < paths.size(); ++i) {
    CAPTURE(paths[i]);
    const ApiAnswer here = reads.get("mallory", paths[i]);
    const ApiAnswer nowhere =
        reads.api.client("mallory").get(RoomApi::path("!nowhere:example.org", paths[i]));
    CHECK(here.status == 403);
    CHECK(here.errcode() == "M_FORBIDDEN");
    CHECK(here.body == nowhere.body);
  }
  CHECK(reads.get("mallory", "event/" + event).status == 404);
}

TEST_CASE("everyone reads a room whose history is world readable") {
  Reads reads;
  reads.set_visibility("world_readable");
  reads.say("anna", "hello");

  CHECK(Reads::bodies(reads.get("mallory", "messages?dir=b")) == "hello");
  CHECK(reads.get("mallory", "state/m.room.history_visibility").status == 200);
  // Who is in it is still asked from inside.
  CHECK(reads.get("mallory", "joined_members").status == 403);
}

TEST_CASE("who joined late sees as much of the past as the room allows") {
  for (const auto& [visibility, seen] : std::vector<std::pair<std::string, std::string>>{
           {"shared", "after before"}, {"invited", "after"}, {"joined", "after"}}) {
    CAPTURE(visibility);
    Reads reads;
    reads.set_visibility(visibility);
    reads.say("anna", "before");
    reads.join("ben");
    reads.say("anna", "after");

    CHECK(Reads::bodies(reads.get("ben", "messages?dir=b&limit=50")) == seen);
  }
}

TEST_CASE("who left reads up to their leaving, and who forgot reads nothing") {
  Reads reads;
  reads.join("ben");
  reads.say("anna", "inside");
  reads.post("ben", "leave");
  reads.say("anna", "outside");
  reads.api.client("anna").put(RoomApi::path(reads.room, "state/m.room.name"),
                               R"({"name":"Later"})");

  CHECK(Reads::bodies(reads.get("ben", "messages?dir=b&limit=50")) == "inside");
  CHECK(reads.get("ben", "state/m.room.name").status == 404);
  CHECK(Reads::members(reads.get("ben", "members")) == "@anna:example.org @ben:example.org");

  reads.post("ben", "forget");
  CHECK(reads.get("ben", "messages?dir=b").errcode() == "M_FORBIDDEN");
}

TEST_CASE("what an ignored person said is left out of history, and comes back") {
  Reads reads;
  reads.join("ben");
  const std::string rude = reads.say("ben", "rude");
  reads.say("anna", "kind");
  const auto ignore = [&](const char* users) {
    const rooms::Actor anna = support::RoomHouse::person("anna");
    reads.api.house().run(reads.api.house()->account_data.put(
        {.user = anna.user, .device = anna.device}, "", "m.ignored_user_list",
        std::string(R"({"ignored_users":)") + users + "}"));
  };

  ignore(R"({"@ben:example.org":{}})");
  CHECK(Reads::bodies(reads.get("anna", "messages?dir=b")) == "kind");
  CHECK(reads.get("anna", "event/" + rude).status == 404);
  CHECK(Reads::members(reads.get("anna", "members")) == "@anna:example.org @ben:example.org");

  ignore("{}");
  CHECK(Reads::bodies(reads.get("anna", "messages?dir=b")) == "kind rude");
}

TEST_CASE("events say what the viewer was in the room at them") {
  Reads reads;
  const std::string before = reads.say("anna", "before");
  reads.join("ben");
  const std::string after = reads.say("anna", "after");
  const auto membership = [&](const std::string& event) {
    const ApiAnswer answer = reads.get("ben", "event/" + event);
    return std::string(
        *base::find_string(*base::find_object(answer.object(), "unsigned"), "membership"));
  };

  CHECK(membership(before) == "leave");
  CHECK(membership(after) == "join");
}

TEST_CASE("context shows an event between its neighbours") {
  Reads reads;
  std::vector<std::string> events;
  for (int i = 1; i <= 7; ++i) events.push_back(reads.say("anna", std::to_string(i)));

  const ApiAnswer answer = reads.get("anna", "context/" + events[3] + "?limit=4");

  CHECK(Reads::bodies(answer, "events_before") == "3 2");
  CHECK(Reads::bodies(answer, "events_after") == "5 6");
  CHECK(base::find_string(*base::find_object(answer.object(), "event"), "event_id") == events[3]);
  CHECK(Reads::bodies(reads.get("anna", "messages?dir=b&limit=1&from=" + answer.text("start"))) ==
        "1");
  CHECK(Reads::bodies(reads.get("anna", "messages?dir=f&limit=1&from=" + answer.text("end"))) ==
        "7");
}

TEST_CASE("the filter of a context goes for its state as well") {
  Reads reads;
  reads.join("ben");
  const std::string event = reads.say("anna", "hello");

  const ApiAnswer answer = reads.get(
      "anna", "context/" + event + "?filter=%7B%22types%22%3A%5B%22m.room.create%22%5D%7D");

  REQUIRE(answer.status == 200);
  const base::JsonArray& state = *base::find_array(answer.object(), "state");
  REQUIRE(state.size() == 1);
  CHECK(base::find_string(state[0].as_object(), "type") == "m.room.create");
}

TEST_CASE("members are listed as they are, as they were, and by membership") {
  Reads reads;
  const std::string at = reads.get("anna", "messages?dir=b&limit=1").text("start");
  reads.join("ben");
  reads.join("cora");
  reads.post("cora", "leave");

  CHECK(Reads::members(reads.get("anna", "members")) ==
        "@anna:example.org @ben:example.org @cora:example.org");
  CHECK(Reads::members(reads.get("anna", "members?membership=join")) ==
        "@anna:example.org @ben:example.org");
  CHECK(Reads::members(reads.get("anna", "members?not_membership=join")) == "@cora:example.org");
  CHECK(Reads::members(reads.get("anna", "members?membership=join&not_membership=leave")) ==
        "@anna:example.org @ben:example.org");
  CHECK(Reads::members(reads.get("anna", "members?membership=leave&not_membership=ban")) ==
        "@anna:example.org @ben:example.org @cora:example.org");
  CHECK(Reads::members(reads.get("anna", "members?at=" + at)) == "@anna:example.org");
  CHECK(reads.get("anna", "members?membership=boss").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("before its first event a room has its creator for a member") {
  Reads reads;
  reads.join("ben");

  CHECK(Reads::members(reads.get("anna", "members?at=s0")) == "@anna:example.org");
}

TEST_CASE("a piece of state is shown as its content, or as the event") {
  Reads reads;
  reads.api.client("anna").put(RoomApi::path(reads.room, "state/m.room.name"),
                               R"({"name":"Council"})");

  CHECK(reads.get("anna", "state/m.room.name").body == R"({"name":"Council"})");
  CHECK(reads.get("anna", "state/m.room.name/").body == R"({"name":"Council"})");
  CHECK(reads.get("anna", "state/m.room.name?format=event").text("type") == "m.room.name");
  CHECK(reads.get("anna", "state/m.room.name?format=x").errcode() == "M_INVALID_PARAM");
  CHECK(reads.get("anna", "state/m.room.topic").errcode() == "M_NOT_FOUND");
}

TEST_CASE("relations of relations are listed three deep where they are asked for") {
  Reads reads;
  std::string last = reads.say("anna", "root");
  const std::string root = last;
  for (const char* text : {"one", "two", "three", "four"}) {
    last = reads.say(
        "anna", text,
        fmt::format(R"(,"m.relates_to":{{"rel_type":"m.reference","event_id":"{}"}})", last));
  }
  reads.reply("anna", root, "other");

  const ApiAnswer direct = reads.get_v1("anna", "relations/" + root);
  CHECK(Reads::bodies(direct) == "other one");
  CHECK(direct.object().if_contains("recursion_depth") == nullptr);
  const ApiAnswer deep = reads.get_v1("anna", "relations/" + root + "?recurse=true");
  CHECK(Reads::bodies(deep) == "other three two one");
  CHECK(deep.object().at("recursion_depth").as_int64() == 3);
  CHECK(Reads::bodies(reads.get_v1("anna", "relations/" + root + "/m.reference?recurse=true")) ==
        "three two one");
}

TEST_CASE("relations are listed, all of them, by kind and by type, in pages") {
  Reads reads;
  const std::string root = reads.say("anna", "root");
  for (int i = 1; i <= 3; ++i) reads.reply("anna", root, "r" + std::to_string(i));
  reads.api.client("anna").put(
      RoomApi::path(reads.room, "send/m.reaction/k1"),
      R"({"m.relates_to":{"rel_type":"m.annotation","event_id":")" + root + R"(","key":"+"}})");

  const ApiAnswer all = reads.get_v1("anna", "relations/" + root);
  CHECK(base::find_array(all.object(), "chunk")->size() == 4);
  CHECK(Reads::bodies(reads.get_v1("anna", "relations/" + root + "/m.thread")) == "r3 r2 r1");
  CHECK(Reads::bodies(reads.get_v1("anna", "relations/" + root + "/m.thread?dir=f")) == "r1 r2 r3");
  CHECK(Reads::bodies(reads.get_v1("anna", "relations/" + root + "/m.thread/m.room.message")) ==
        "r3 r2 r1");
  const ApiAnswer first = reads.get_v1("anna", "relations/" + root + "/m.thread?limit=2");
  CHECK(Reads::bodies(first) == "r3 r2");
  CHECK(Reads::bodies(reads.get_v1("anna", "relations/" + root + "/m.thread?limit=2&from=" +
                                               first.text("next_batch"))) == "r1");
}

TEST_CASE("what was redacted is related to nothing any more, whoever asks and how deep") {
  Reads reads;
  const std::string root = reads.say("anna", "root");
  const std::string first = reads.reply("anna", root, "first");
  reads.reply("anna", root, "second");
  reads.say("anna", "deep",
            R"(,"m.relates_to":{"rel_type":"m.reference","event_id":")" + first + "\"}");
  reads.api.client("anna").put(RoomApi::path(reads.room, "redact/" + first + "/r1"), "{}");

  for (const char* how : {"", "?recurse=true", "/m.thread", "/m.thread?recurse=true"}) {
    CAPTURE(how);
    const ApiAnswer related = reads.get_v1("anna", "relations/" + root + how);
    CHECK(base::find_array(related.object(), "chunk")->size() == 1);
    CHECK(Reads::bodies(related) == "second");
  }
}

TEST_CASE("threads are listed by their newest reply, all or one's own") {
  Reads reads;
  reads.join("ben");
  const std::string first = reads.say("anna", "first");
  const std::string second = reads.say("anna", "second");
  reads.reply("ben", second, "x");
  reads.reply("anna", first, "y");

  CHECK(Reads::bodies(reads.get_v1("anna", "threads")) == "first second");
  CHECK(Reads::bodies(reads.get_v1("ben", "threads?include=participated")) == "second");
  const ApiAnswer page = reads.get_v1("anna", "threads?limit=1");
  CHECK(Reads::bodies(page) == "first");
  CHECK(Reads::bodies(reads.get_v1("anna", "threads?limit=1&from=" + page.text("next_batch"))) ==
        "second");
  CHECK(reads.get_v1("anna", "threads?include=x").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("a thread is listed while somebody whom one hears says something in it") {
  Reads reads;
  reads.join("ben");
  const std::string of_ben = reads.say("ben", "rude");
  const std::string of_anna = reads.say("anna", "kind");
  reads.reply("ben", of_anna, "ruder");
  reads.reply("anna", of_ben, "no");
  const rooms::Actor anna = support::RoomHouse::person("anna");
  reads.api.house().run(reads.api.house()->account_data.put(
      {.user = anna.user, .device = anna.device}, "", "m.ignored_user_list",
      R"({"ignored_users":{"@ben:example.org":{}}})"));

  // What an ignored person began is there without what they said.
  const ApiAnswer listed = reads.get_v1("anna", "threads");
  const base::JsonArray& chunk = *base::find_array(listed.object(), "chunk");
  REQUIRE(chunk.size() == 1);
  CHECK(base::find_string(chunk[0].as_object(), "event_id") == of_ben);
  CHECK(base::find_object(chunk[0].as_object(), "content")->empty());
  CHECK(base::to_text(chunk[0]).find("rude") == std::string::npos);
  CHECK(base::to_text(chunk[0]).find(R"("count":1)") != std::string::npos);
  CHECK(Reads::bodies(reads.get_v1("ben", "threads")) == "rude kind");
}

TEST_CASE("a thread of which every reply was redacted is listed no more") {
  Reads reads;
  const std::string root = reads.say("anna", "root");
  const std::string reply = reads.reply("anna", root, "reply");
  REQUIRE(Reads::bodies(reads.get_v1("anna", "threads")) == "root");

  reads.api.client("anna").put(RoomApi::path(reads.room, "redact/" + reply + "/r1"), "{}");

  CHECK(base::find_array(reads.get_v1("anna", "threads").object(), "chunk")->empty());
}

TEST_CASE("who left sees the threads that there were, though others went on with them") {
  Reads reads;
  reads.join("ben");
  const std::string root = reads.say("anna", "root");
  reads.reply("anna", root, "while ben is there");
  reads.post("ben", "leave");
  for (int i = 0; i < 3; ++i) reads.reply("anna", root, "later");

  CHECK(Reads::bodies(reads.get_v1("ben", "threads")) == "root");
}

TEST_CASE("an event is found by time") {
  Reads reads;
  const std::string event = reads.say("anna", "hello");
  const auto sent =
      base::find_integer(reads.get("anna", "event/" + event).object(), "origin_server_ts");
  const auto find = [&](std::int64_t at, const std::string& direction) {
    return reads.get_v1("anna",
                        "timestamp_to_event?ts=" + std::to_string(at) + "&dir=" + direction);
  };

  CHECK(find(*sent + 5, "b").text("event_id") == event);
  CHECK(find(*sent + 5, "f").errcode() == "M_NOT_FOUND");
  CHECK(find(0, "f").status == 200);
  CHECK(reads.get_v1("anna", "timestamp_to_event").errcode() == "M_MISSING_PARAM");
  CHECK(reads.get_v1("anna", "timestamp_to_event?ts=0").errcode() == "M_MISSING_PARAM");
  CHECK(find(0, "x").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("receipts and markers are for events of rooms that one is in") {
  Reads reads;
  const std::string event = reads.say("anna", "hello");

  CHECK(reads.post("anna", "receipt/m.read/" + event).status == 200);
  CHECK(reads.post("anna", "receipt/m.read.private/" + event).status == 200);
  CHECK(reads.post("anna", "receipt/m.fully_read/" + event).status == 200);
  CHECK(reads.post("anna", "receipt/m.seen/" + event).errcode() == "M_INVALID_PARAM");
  CHECK(reads.post("anna", "receipt/m.read/$nothing").errcode() == "M_NOT_FOUND");
  CHECK(reads.post("anna", "receipt/m.read/" + event, R"({"thread_id":""})").errcode() ==
        "M_INVALID_PARAM");
  CHECK(reads.post("anna", "receipt/m.read/" + event, R"({"thread_id":"$elsewhere"})").errcode() ==
        "M_INVALID_PARAM");
  CHECK(reads.post("mallory", "receipt/m.read/" + event).errcode() == "M_FORBIDDEN");
  CHECK(reads
            .post("anna", "read_markers",
                  R"({"m.fully_read":")" + event + R"(","m.read":")" + event + R"("})")
            .status == 200);
  CHECK(reads.post("anna", "read_markers", R"({"m.read":"no id"})").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("of markers of which one is malformed none is set") {
  Reads reads;
  const std::string event = reads.say("anna", "hello");

  CHECK(
      reads.post("anna", "read_markers", R"({"m.fully_read":")" + event + R"(","m.read":"no id"})")
          .errcode() == "M_INVALID_PARAM");

  const auto marker = reads.api.house().run(reads.api.house()->account_data.find(
      protocol::UserId::trusted("@anna:example.org"), reads.room, "m.fully_read"));
  CHECK_FALSE(marker.has_value());
}

TEST_CASE("one says of oneself alone, and inside the room, that one is typing") {
  Reads reads;
  const auto type = [&](const std::string& who, const std::string& user, std::string body) {
    return reads.api.client(who).put(RoomApi::path(reads.room, "typing/@" + user + ":example.org"),
                                     std::move(body));
  };
  const auto number = *reads.api.house()->rooms.find_number(protocol::RoomId::trusted(reads.room));

  CHECK(type("anna", "anna", R"({"typing":true,"timeout":1000})").status == 200);
  CHECK(reads.api.typing().typing_in(number).size() == 1);
  CHECK(type("anna", "anna", R"({"typing":false})").status == 200);
  CHECK(reads.api.typing().typing_in(number).empty());
  CHECK(type("anna", "ben", R"({"typing":true})").errcode() == "M_FORBIDDEN");
  CHECK(type("mallory", "mallory", R"({"typing":true})").errcode() == "M_FORBIDDEN");
  CHECK(type("anna", "anna", "{}").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("a member event keeps what the client added to its join, and no more") {
  Reads reads;
  reads.api.client("ben").post(
      RoomApi::path(reads.room, "join"),
      R"({"foo":"bar","reason":"curious","membership":"ban","displayname":"The King",)"
      R"("join_authorised_via_users_server":"@anna:example.org"})");

  const ApiAnswer member = reads.get("anna", "state/m.room.member/@ben:example.org");

  CHECK(member.text("foo") == "bar");
  CHECK(member.text("reason") == "curious");
  CHECK(member.text("membership") == "join");
  CHECK_FALSE(member.object().contains("displayname"));
  CHECK_FALSE(member.object().contains("join_authorised_via_users_server"));
}

}  // namespace
}  // namespace chancery::client
