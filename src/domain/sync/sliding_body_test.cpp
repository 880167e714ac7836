// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_body.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace chancery::sync {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");

std::expected<SlidingBody, BodyError> parse(SlidingFace face, const std::string& text) {
  const auto json = base::parse_json(text);
  REQUIRE(json.has_value());
  return parse_sliding_body(face, json->as_object());
}
std::expected<SlidingBody, BodyError> deployed(const std::string& text) {
  return parse(SlidingFace::unstable, text);
}
std::expected<SlidingBody, BodyError> merged(const std::string& text) {
  return parse(SlidingFace::stable, text);
}
protocol::ErrorCode code(const std::expected<SlidingBody, BodyError>& body) {
  return body ? protocol::ErrorCode::unknown : body.error().code;
}
// `count` times `item`, with commas.
std::string repeat(std::size_t count, const std::string& item) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + item;
  return all;
}

TEST_CASE("deployed clients name state by pairs, themselves by $ME and loading by $LAZY") {
  const auto body = deployed(R"({"conn_id":"room-list","lists":{"all_rooms":{
      "ranges":[[0,19]],"timeline_limit":1,"required_state":[["m.room.member","$LAZY"],
      ["m.room.member","$ME"],["m.space.child","*"],["*","x"]],
      "filters":{"is_invite":false,"not_room_types":["m.space",null]}}}})");

  REQUIRE(body.has_value());
  CHECK(body->connection == "room-list");
  const ListConfig& list = body->rules->lists.at("all_rooms");
  CHECK(list.ranges == std::vector<IndexRange>{{.first = 0, .last = 19}});
  CHECK(list.config.state.members == MemberLoading::lazy);
  REQUIRE(list.config.state.include.size() == 3);
  CHECK(list.config.state.include[0] == StateElement{.type = std::nullopt, .key = "x"});
  CHECK(list.config.state.include[1] ==
        StateElement{.type = "m.room.member", .key = std::nullopt, .is_viewers = true});
  CHECK(list.config.state.include[2] == StateElement{.type = "m.space.child", .key = std::nullopt});
  CHECK(list.config.state.for_viewer(kAnna).include[1] ==
        StateElement{.type = "m.room.member", .key = kAnna.text()});
  CHECK(list.filter.is_invited == false);
  REQUIRE(list.filter.not_room_types.has_value());
  CHECK(list.filter.not_room_types->back() == std::nullopt);
}

TEST_CASE("who names themselves by $ME and by their id as well asks once") {
  const auto body = deployed(fmt::format(
      R"({{"lists":{{"a":{{"timeline_limit":1,"required_state":[["m.room.member","$ME"],)"
      R"(["m.room.member","{}"],["a",""]]}}}}}})",
      kAnna.text()));

  REQUIRE(body.has_value());
  const RequiredState& state = body->rules->lists.at("a").config.state;
  CHECK(state.include.size() == 3);
  const RequiredState named = state.for_viewer(kAnna);
  REQUIRE(named.include.size() == 2);
  CHECK(named.include[0] == StateElement{.type = "a", .key = ""});
  CHECK(named.include[1] == StateElement{.type = "m.room.member", .key = kAnna.text()});
}

TEST_CASE("the merged proposal has everything in the body, and state as objects") {
  const auto body = merged(R"({"pos":"s1_2_3","timeout":30000,"set_presence":"offline","lists":{
      "main":{"range":[0,9],"timeline_limit":5,"required_state":{"include":[{},{"type":"a"}],
      "exclude":[{"type":"m.room.create","state_key":""}],"lazy_members":true},
      "filters":{"is_invited":true,"tags":["m.favourite"]}}},
      "room_subscriptions":{"!a:example.org":{"timeline_limit":50,"required_state":{}}}})");

  REQUIRE(body.has_value());
  CHECK(body->pos == "s1_2_3");
  CHECK(body->timeout == std::chrono::seconds(30));
  const ListConfig& list = body->rules->lists.at("main");
  CHECK(list.config.state.include.size() == 2);
  CHECK(list.config.state.exclude.size() == 1);
  CHECK(list.filter.is_invited == true);
  CHECK(list.shows(9));
  CHECK_FALSE(list.shows(10));
  CHECK(body->rules->subscriptions.size() == 1);
}

TEST_CASE("what is wrong is refused by the code for it") {
  using protocol::ErrorCode;
  CHECK(code(deployed(R"({"lists":[]})")) == ErrorCode::bad_json);
  CHECK(code(deployed(R"({"lists":{"a":7}})")) == ErrorCode::bad_json);
  CHECK(code(deployed(R"({"lists":{"a":{"ranges":[[0,1]]}}})")) == ErrorCode::missing_param);
  CHECK(code(merged(R"({"lists":{"a":{"timeline_limit":1}}})")) == ErrorCode::missing_param);
  CHECK(code(merged(R"({"lists":{"a b":{"timeline_limit":1,"required_state":{}}}})")) ==
        ErrorCode::invalid_param);
  for (const char* range : {"[[1,0]]", "[[-1,0]]", "[[0,1.5]]"}) {
    CAPTURE(range);
    CHECK(code(deployed(R"({"lists":{"a":{"timeline_limit":1,"ranges":)" + std::string(range) +
                        "}}}")) == ErrorCode::invalid_param);
  }
  CHECK(code(deployed(R"({"lists":{"a":{"timeline_limit":1,"ranges":[[0]]}}})")) ==
        ErrorCode::bad_json);
  CHECK(code(deployed(R"({"lists":{"a":{"timeline_limit":1,"required_state":[["a"]]}}})")) ==
        ErrorCode::bad_json);
  CHECK(code(deployed(R"({"lists":{"a":{"timeline_limit":-1}}})")) == ErrorCode::invalid_param);
  CHECK(code(deployed(R"({"extensions":{"to_device":{"enabled":true,"since":"x"}}})")) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(R"({"conn_id":7})")) == ErrorCode::bad_json);
  CHECK(code(deployed(R"({"conn_id":")" + std::string(256, 'c') + "\"}")) ==
        ErrorCode::invalid_param);
}

TEST_CASE("too many lists, subscriptions, ranges and state wishes are refused by their number") {
  using protocol::ErrorCode;
  std::string lists;
  std::string subscriptions;
  for (int i = 0; i < 101; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    lists += comma + "\"l" + std::to_string(i) + R"(":{"timeline_limit":1})";
    subscriptions += comma + "\"!r" + std::to_string(i) + R"(:x.org":{"timeline_limit":1})";
  }
  const auto in_list = [](const std::string& members) {
    return R"({"lists":{"a":{"timeline_limit":1,)" + members + "}}}";
  };

  CHECK(code(deployed("{\"lists\":{" + lists + "}}")) == ErrorCode::invalid_param);
  CHECK(code(deployed("{\"room_subscriptions\":{" + subscriptions + "}}")) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(in_list("\"ranges\":[" + repeat(10'000, "[0,9]") + "]"))) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(in_list("\"required_state\":[" + repeat(10'000, R"(["a","b"])") + "]"))) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(in_list("\"filters\":{\"tags\":[" + repeat(1'000, "\"a\"") + "]}"))) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(in_list("\"filters\":{\"tags\":[\"" + std::string(256, 'a') + "\"]}"))) ==
        ErrorCode::invalid_param);
  CHECK(code(deployed(in_list("\"filters\":{\"room_types\":[\"" + std::string(256, 'a') +
                              "\"]}"))) == ErrorCode::invalid_param);
  // Few in each list, too many together.
  std::string many;
  for (int i = 0; i < 20; ++i) {
    many += (i == 0 ? "\"l" : ",\"l") + std::to_string(i) +
            R"(":{"timeline_limit":1,"required_state":[)" + repeat(400, R"(["a","b"])") + "]}";
  }
  CHECK(code(deployed("{\"lists\":{" + many + "}}")) == ErrorCode::invalid_param);
}

TEST_CASE("ranges that overlap or touch are one range") {
  const auto body = deployed(
      R"({"lists":{"a":{"timeline_limit":1,"ranges":[[20,20],[3,9],[0,5],[10,12],[4,4]]}}})");

  REQUIRE(body.has_value());
  CHECK(*body->rules->lists.at("a").ranges ==
        std::vector<IndexRange>{{.first = 0, .last = 12}, {.first = 20, .last = 20}});
}

TEST_CASE("a timeline is limited, what is no room id is passed over, and null is nothing") {
  const auto body = deployed(
      R"({"room_subscriptions":{"nonsense":{"timeline_limit":1000000}},"lists":{"a":
      {"timeline_limit":1000000,"filters":null,"required_state":null}},"pos":null})");

  REQUIRE(body.has_value());
  CHECK(body->rules->subscriptions.empty());
  CHECK(body->rules->lists.at("a").config.timeline_limit == BodyLimits::kLongestTimeline);
  CHECK_FALSE(body->pos.has_value());
}

TEST_CASE("an extension is asked for by `enabled`, and its star means all") {
  const auto body = deployed(R"({"extensions":{"to_device":{"enabled":true,"limit":5000},
      "e2ee":{"enabled":false},"typing":{"enabled":true,"lists":["a"],"rooms":["*"]},
      "receipts":{"lists":["a"]},"io.element.msc4308.thread_subscriptions":{"limit":2}}})");

  REQUIRE(body.has_value());
  CHECK(body->extensions.to_device->limit == 100);
  CHECK_FALSE(body->extensions.e2ee);
  CHECK_FALSE(body->rules->receipts.has_value());
  REQUIRE(body->rules->typing.has_value());
  CHECK(body->rules->typing->has_list("a"));
  CHECK_FALSE(body->rules->typing->has_list("b"));
  CHECK(body->rules->typing->has_room("!x", true));
  CHECK_FALSE(body->rules->typing->has_room("!x", false));
  CHECK(body->extensions.thread_subscriptions == 2);
}

TEST_CASE("sticky events are asked for with a limit and a token") {
  const auto read = [](const std::string& extension) {
    return deployed(R"({"extensions":{"org.matrix.msc4354.sticky_events":)" + extension + "}}");
  };
  CHECK_FALSE(read(R"({"limit":5})")->extensions.sticky_events.has_value());
  const auto plain = read(R"({"enabled":true})");
  CHECK(plain->extensions.sticky_events->limit == 100);
  CHECK_FALSE(plain->extensions.sticky_events->since.has_value());
  const auto next = read(R"({"enabled":true,"limit":5000,"since":"17"})");
  CHECK(next->extensions.sticky_events->limit == 100);
  CHECK(next->extensions.sticky_events->since == storage::StreamPosition{17});
  CHECK(read(R"({"enabled":true,"limit":0})")->extensions.sticky_events->limit == 1);
  for (const char* bad : {R"({"enabled":true,"since":"x"})", R"({"enabled":true,"since":"-1"})",
                          R"({"enabled":true,"since":"99999999999999999999"})"}) {
    CAPTURE(bad);
    CHECK(code(read(bad)) == protocol::ErrorCode::invalid_param);
  }
}

TEST_CASE("profiles are asked for with the fields that are wanted, all when none are named") {
  using protocol::ErrorCode;
  const auto read = [](const std::string& extension) {
    return deployed(R"({"extensions":{"org.matrix.msc4262.profiles":)" + extension + "}}");
  };
  CHECK_FALSE(read("{}")->rules->profiles.has_value());
  CHECK_FALSE(read(R"({"enabled":false,"fields":["a"]})")->rules->profiles.has_value());
  CHECK_FALSE(read(R"({"enabled":true})")->rules->profiles->fields.has_value());
  const auto some = read(R"({"enabled":true,"fields":["m.tz","a","m.tz"],"lists":["l"]})");
  CHECK(*some->rules->profiles->fields == std::vector<std::string>{"a", "m.tz"});
  CHECK(some->rules->profiles->scope.has_list("l"));
  CHECK_FALSE(some->rules->profiles->scope.has_list("k"));
  CHECK(some->rules != read(R"({"enabled":true,"fields":["a"],"lists":["l"]})")->rules);
  CHECK(read(R"({"enabled":true,"fields":[]})")->rules->profiles->fields->empty());

  CHECK(code(read(R"({"enabled":true,"fields":"m.tz"})")) == ErrorCode::bad_json);
  CHECK(code(read(R"({"enabled":true,"fields":[1]})")) == ErrorCode::bad_json);
  CHECK(code(read(R"({"enabled":true,"fields":[)" + repeat(101, R"("a")") + "]}")) ==
        ErrorCode::invalid_param);
  CHECK(code(read(R"({"enabled":true,"fields":[")" + std::string(256, 'a') + R"("]})")) ==
        ErrorCode::invalid_param);
}

}  // namespace
}  // namespace chancery::sync
