// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/relations.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

// Views into the content stay valid as long as this.
struct Content {
  explicit Content(std::string_view text) : json(*base::parse_json(text)) {}
  [[nodiscard]] std::optional<Relation> relation() const { return find_relation(json.as_object()); }
  [[nodiscard]] std::optional<Mentions> mentions() const { return find_mentions(json.as_object()); }

  base::Json json;
};

}  // namespace

TEST_CASE("an annotation names its event and its key") {
  const Content content(
      R"({"m.relates_to":{"rel_type":"m.annotation","event_id":"$e","key":"\u2764"}})");

  const auto relation = content.relation();

  REQUIRE(relation);
  CHECK(relation->rel_type == "m.annotation");
  CHECK(relation->event_id == "$e");
  CHECK(relation->key == "\u2764");
  CHECK_FALSE(relation->thread_root());
}

TEST_CASE("a message in a thread answers nobody when its reply is only a fallback") {
  const Content content(R"({"m.relates_to":{"rel_type":"m.thread","event_id":"$root",
      "m.in_reply_to":{"event_id":"$last"},"is_falling_back":true}})");

  const auto relation = content.relation();

  REQUIRE(relation);
  CHECK(relation->thread_root() == "$root");
  CHECK_FALSE(relation->replied_to());
}

TEST_CASE("a reply within a thread answers its event") {
  const Content content(R"({"m.relates_to":{"rel_type":"m.thread","event_id":"$root",
      "m.in_reply_to":{"event_id":"$other"}}})");

  CHECK(content.relation()->replied_to() == "$other");
}

TEST_CASE("a reply needs no relation type") {
  const Content content(R"({"m.relates_to":{"m.in_reply_to":{"event_id":"$other"}}})");

  const auto relation = content.relation();

  REQUIRE(relation);
  CHECK_FALSE(relation->has_type());
  CHECK(relation->replied_to() == "$other");
}

TEST_CASE("an edit names the event that it replaces") {
  const Content content(R"({"m.relates_to":{"rel_type":"m.replace","event_id":"$old"}})");

  CHECK(content.relation()->replaced() == "$old");
}

TEST_CASE("a malformed relation is no relation") {
  for (const std::string_view text :
       {"{}", R"({"m.relates_to":null})", R"({"m.relates_to":[]})", R"({"m.relates_to":{}})",
        R"({"m.relates_to":{"rel_type":"m.thread"}})", R"({"m.relates_to":{"event_id":"$e"}})",
        R"({"m.relates_to":{"rel_type":1,"event_id":"$e"}})",
        R"({"m.relates_to":{"m.in_reply_to":"$e"}})"}) {
    CAPTURE(text);
    CHECK_FALSE(Content(text).relation());
  }
}

TEST_CASE("mentions name users and the room") {
  const Content content(R"({"m.mentions":{"user_ids":["@a:x",7,"@b:x"],"room":true}})");

  const auto mentions = content.mentions();

  REQUIRE(mentions);
  CHECK(mentions->room);
  CHECK(mentions->user_ids == std::vector<std::string_view>{"@a:x", "@b:x"});
}

TEST_CASE("a message without mentions differs from one that mentions nobody") {
  CHECK_FALSE(Content("{}").mentions());
  CHECK_FALSE(Content(R"({"m.mentions":true})").mentions());
  const Content nobody(R"({"m.mentions":{"room":"yes","user_ids":"@a:x"}})");
  REQUIRE(nobody.mentions());
  CHECK_FALSE(nobody.mentions()->room);
  CHECK(nobody.mentions()->user_ids.empty());
}

}  // namespace chancery::protocol
