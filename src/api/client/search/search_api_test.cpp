// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/room_api.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace chancery::client {
namespace {

using support::ApiAnswer;
using support::RoomApi;

struct Searches {
  Searches() : room(api.create("anna")) {}

  std::string say(const std::string& who, const std::string& body, const std::string& more = "") {
    return api.client(who)
        .put(RoomApi::path(room, "send/m.room.message/t" + std::to_string(++sent)),
             R"({"msgtype":"m.text","body":")" + body + "\"" + more + "}")
        .text("event_id");
  }
  // `more`: further members of room_events, each after a comma.
  ApiAnswer find(const std::string& who, const std::string& term, const std::string& more = "",
                 const std::string& query = "") {
    return api.client(who).post(
        "/_matrix/client/v3/search" + query,
        R"({"search_categories":{"room_events":{"search_term":")" + term + "\"" + more + "}}}");
  }
  static const base::JsonObject& events(const ApiAnswer& answer) {
    return answer.object().at("search_categories").at("room_events").as_object();
  }
  static std::vector<std::string> bodies(const base::JsonArray& list) {
    std::vector<std::string> all;
    for (const base::Json& one : list) {
      const base::JsonObject* event = base::find_object(one.as_object(), "result");
      if (event == nullptr) event = &one.as_object();
      const auto* content = base::find_object(*event, "content");
      all.emplace_back(base::find_string(*content, "body").value_or("-"));
    }
    return all;
  }
  static std::vector<std::string> results(const ApiAnswer& answer) {
    return bodies(*base::find_array(events(answer), "results"));
  }

  RoomApi api;
  std::string room;
  int sent = 0;
};

using Bodies = std::vector<std::string>;

TEST_CASE("a search answers with events, their rank, their count and the words found") {
  Searches searches;
  const std::string event = searches.say("anna", "Hello, world");
  searches.say("anna", "nothing of it");

  const ApiAnswer answer = searches.find(
      "anna", "hello", R"(,"keys":["content.body"],"filter":{"rooms":[")" + searches.room + "\"]}");

  REQUIRE(answer.status == 200);
  const base::JsonObject& found = Searches::events(answer);
  CHECK(found.at("count") == 1);
  CHECK(found.at("highlights").as_array() == base::JsonArray{"Hello"});
  const base::JsonObject& hit = found.at("results").at(0).as_object();
  CHECK(hit.at("rank").to_number<double>() > 0);
  CHECK(hit.at("result").at("event_id") == base::Json(event));
  CHECK(hit.at("result").at("room_id") == base::Json(searches.room));
  CHECK(hit.at("result").at("type") == "m.room.message");
  CHECK_FALSE(hit.contains("context"));
  CHECK_FALSE(found.contains("next_batch"));
}

TEST_CASE("a hit comes with what was said around it, and who said it then") {
  Searches searches;
  for (int i = 1; i <= 7; ++i) searches.say("anna", "Message number " + std::to_string(i));

  const ApiAnswer answer = searches.find(
      "anna", "message 4",
      R"(,"order_by":"recent","filter":{"limit":1},"event_context":{"before_limit":2,)"
      R"("after_limit":2,"include_profile":true})");

  CHECK(Searches::events(answer).at("count") == 1);
  const base::JsonObject& context =
      Searches::events(answer).at("results").at(0).at("context").as_object();
  CHECK(Searches::bodies(context.at("events_before").as_array()) ==
        Bodies{"Message number 3", "Message number 2"});
  CHECK(Searches::bodies(context.at("events_after").as_array()) ==
        Bodies{"Message number 5", "Message number 6"});
  CHECK(context.at("profile_info").as_object().contains("@anna:example.org"));
  const ApiAnswer earlier = searches.api.client("anna").get(
      RoomApi::path(searches.room,
                    "messages?dir=b&limit=1&from=" + std::string(context.at("start").as_string())));
  CHECK(Searches::bodies(earlier.object().at("chunk").as_array()) == Bodies{"Message number 1"});
}

TEST_CASE("pages go on by next_batch to an empty one without") {
  Searches searches;
  for (int i = 0; i < 20; ++i) searches.say("anna", "Message number " + std::to_string(i));
  const std::string more = R"(,"order_by":"recent","filter":{"limit":10})";

  const ApiAnswer first = searches.find("anna", "Message", more);
  const auto next_of = [](const ApiAnswer& answer) {
    return "?next_batch=" + std::string(Searches::events(answer).at("next_batch").as_string());
  };
  const ApiAnswer second = searches.find("anna", "Message", more, next_of(first));
  const ApiAnswer third = searches.find("anna", "Message", more, next_of(second));

  CHECK(Searches::results(first).front() == "Message number 19");
  CHECK(Searches::results(second).back() == "Message number 0");
  CHECK(Searches::results(third).empty());
  CHECK_FALSE(Searches::events(third).contains("next_batch"));
  for (const ApiAnswer* page : {&first, &second, &third}) {
    CHECK(Searches::events(*page).at("count") == 20);
  }
}

TEST_CASE("what the filter leaves out is not counted, on any page") {
  Searches searches;
  REQUIRE(searches.api.client("ben").post(RoomApi::path(searches.room, "join"), "{}").status ==
          200);
  for (int i = 0; i < 3; ++i) {
    searches.say("anna", "cake of anna " + std::to_string(i));
    searches.say("ben", "cake of ben " + std::to_string(i));
  }
  const auto of = [](const std::string& user, int limit) {
    return R"(,"order_by":"recent","filter":{"senders":["@)" + user + R"(:example.org"],"limit":)" +
           std::to_string(limit) + "}";
  };

  const ApiAnswer all = searches.find("anna", "cake", of("ben", 10));
  const ApiAnswer nobody = searches.find("anna", "cake", of("cora", 10));
  const ApiAnswer first = searches.find("anna", "cake", of("ben", 2));
  const ApiAnswer second = searches.find(
      "anna", "cake", of("ben", 2),
      "?next_batch=" + std::string(Searches::events(first).at("next_batch").as_string()));

  CHECK(Searches::events(all).at("count") == 3);
  CHECK(Searches::events(nobody).at("count") == 0);
  CHECK(Searches::results(first) == Bodies{"cake of ben 2", "cake of ben 1"});
  CHECK(Searches::results(second) == Bodies{"cake of ben 0"});
  CHECK(Searches::events(second).at("count") == 3);
}

TEST_CASE("results are grouped, and a group goes on by itself") {
  Searches searches;
  REQUIRE(searches.api.client("ben").post(RoomApi::path(searches.room, "join"), "{}").status ==
          200);
  for (int i = 0; i < 3; ++i) {
    searches.say("anna", "cake of anna " + std::to_string(i));
    searches.say("ben", "cake of ben " + std::to_string(i));
  }
  const std::string more =
      R"(,"order_by":"recent","filter":{"limit":2},"groupings":{"group_by":[{"key":"room_id"},)"
      R"({"key":"sender"}]})";

  const ApiAnswer answer = searches.find("anna", "cake", more);
  const base::JsonObject& groups = Searches::events(answer).at("groups").as_object();
  CHECK(groups.at("room_id").at(searches.room).at("results").as_array().size() == 2);
  const base::JsonObject& of_ben = groups.at("sender").at("@ben:example.org").as_object();
  CHECK(of_ben.at("order") == 1);
  CHECK(of_ben.at("results").as_array().size() == 1);

  const ApiAnswer next = searches.find(
      "anna", "cake", more, "?next_batch=" + std::string(of_ben.at("next_batch").as_string()));
  CHECK(Searches::results(next) == Bodies{"cake of ben 1", "cake of ben 0"});
}

TEST_CASE("the state of the rooms found comes where it is asked for") {
  Searches searches;
  searches.say("anna", "cake");
  const ApiAnswer with = searches.find("anna", "cake", R"(,"include_state":true)");
  CHECK_FALSE(Searches::events(with).at("state").at(searches.room).as_array().empty());
  CHECK_FALSE(Searches::events(searches.find("anna", "cake")).contains("state"));
}

TEST_CASE("a hit shows what others made of it") {
  Searches searches;
  const std::string event = searches.say("anna", "cake");
  searches.say("anna", "* tea",
               R"(,"m.new_content":{"msgtype":"m.text","body":"tea"},"m.relates_to":)"
               R"({"rel_type":"m.replace","event_id":")" +
                   event + "\"}");
  const ApiAnswer answer = searches.find("anna", "tea");
  const base::Json& hit = Searches::events(answer).at("results").at(0).at("result");
  CHECK(hit.at("event_id") == base::Json(event));
  CHECK(hit.at("unsigned").as_object().at("m.relations").as_object().contains("m.replace"));
}

TEST_CASE("a search that makes no sense is refused, whatever it is") {
  Searches searches;
  auto anna = searches.api.client("anna");
  const auto post = [&](const std::string& body) {
    return anna.post("/_matrix/client/v3/search", body).errcode();
  };
  CHECK(post("{}") == "M_MISSING_PARAM");
  CHECK(post(R"({"search_categories":[]})") == "M_BAD_JSON");
  CHECK(post(R"({"search_categories":{"room_events":{}}})") == "M_MISSING_PARAM");
  CHECK(anna.post("/_matrix/client/v3/search", R"({"search_categories":{}})").body ==
        R"({"search_categories":{}})");
  for (const char* more :
       {R"(,"keys":["content.secret"])", R"(,"order_by":"best")", R"(,"filter":[])",
        R"(,"filter":{"limit":"x"})", R"(,"event_context":{"before_limit":-1})",
        R"(,"groupings":{"group_by":[{"key":"colour"}]})",
        R"(,"groupings":{"group_by":["room_id"]})"}) {
    CAPTURE(more);
    CHECK(searches.find("anna", "cake", more).errcode() == "M_INVALID_PARAM");
  }
  CHECK(searches.find("anna", std::string(65'536, '(') + "a+)+$").errcode() == "M_INVALID_PARAM");
  CHECK(searches.find("anna", std::string(4'000, '*')).status == 200);
}

TEST_CASE("a token of somebody else, or of another search, is refused") {
  Searches searches;
  for (int i = 0; i < 3; ++i) searches.say("anna", "cake and tea " + std::to_string(i));
  const ApiAnswer page = searches.find("anna", "cake", R"(,"filter":{"limit":1})");
  const std::string query =
      "?next_batch=" + std::string(Searches::events(page).at("next_batch").as_string());

  CHECK(searches.find("anna", "cake", R"(,"filter":{"limit":1})", query).status == 200);
  CHECK(searches.find("anna", "tea", "", query).errcode() == "M_INVALID_PARAM");
  CHECK(searches.find("mallory", "cake", "", query).errcode() == "M_INVALID_PARAM");
  CHECK(searches.find("anna", "cake", "", "?next_batch=s12").errcode() == "M_INVALID_PARAM");
}

}  // namespace
}  // namespace chancery::client
