// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/push_rules.hpp"

#include "protocol/push_evaluation.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using Reason = PushRuleError::Reason;
using enum PushRuleKind;

const UserId kAlice = UserId::trusted("@alice:x");

base::JsonObject body(std::string_view text) { return base::parse_json(text)->as_object(); }

PutPushRule content_rule(std::string id) {
  return {.kind = content,
          .id = std::move(id),
          .body = body(R"({"pattern":"cake","actions":["notify"]})")};
}

std::string ids(const PushRuleset& ruleset, PushRuleKind kind) {
  std::string list;
  for (const PushRule& rule : ruleset.rules(kind)) list += rule.id + " ";
  return list;
}

Reason reason_of(const PushRuleEdit& edit) {
  REQUIRE_FALSE(edit);
  return edit.error().reason;
}

// A ruleset with the content rules c b a, the most important first.
PushRuleset with_three_rules() {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  for (const std::string_view id : {"a", "b", "c"}) {
    REQUIRE(ruleset.put(content_rule(std::string(id))));
  }
  return ruleset;
}

}  // namespace

TEST_CASE("every user starts with the rules of the specification, in its order") {
  const PushRuleset ruleset = PushRuleset::defaults(kAlice);

  CHECK(ids(ruleset, override) ==
        ".m.rule.master .m.rule.suppress_notices .m.rule.invite_for_me .m.rule.member_event "
        ".m.rule.is_user_mention .m.rule.contains_display_name .m.rule.is_room_mention "
        ".m.rule.roomnotif .m.rule.tombstone .m.rule.reaction .m.rule.room.server_acl "
        ".m.rule.suppress_edits .org.matrix.msc3930.rule.poll_response "
        ".io.element.msc4306.rule.unsubscribed_thread ");
  CHECK(ids(ruleset, underride) ==
        ".io.element.msc4306.rule.subscribed_thread "
        ".m.rule.call .m.rule.encrypted_room_one_to_one .m.rule.room_one_to_one .m.rule.message "
        ".m.rule.encrypted .org.matrix.msc3930.rule.poll_start_one_to_one "
        ".org.matrix.msc3930.rule.poll_end_one_to_one .org.matrix.msc3930.rule.poll_start "
        ".org.matrix.msc3930.rule.poll_end ");
  CHECK(ids(ruleset, content) == ".m.rule.contains_user_name ");
  CHECK(ids(ruleset, room).empty());
  CHECK(ids(ruleset, sender).empty());
}

TEST_CASE("a default rule is shown as the specification defines it") {
  const PushRuleset ruleset = PushRuleset::defaults(kAlice);

  CHECK(push_rule_json(override, *ruleset.find(override, ".m.rule.master")) ==
        body(R"({"rule_id":".m.rule.master","default":true,"enabled":false,"conditions":[],
                 "actions":[]})"));
  CHECK(push_rule_json(override, *ruleset.find(override, ".m.rule.is_user_mention")) ==
        body(R"({"rule_id":".m.rule.is_user_mention","default":true,"enabled":true,
                 "conditions":[{"kind":"event_property_contains",
                   "key":"content.m\\.mentions.user_ids","value":"@alice:x"}],
                 "actions":["notify",{"set_tweak":"sound","value":"default"},
                   {"set_tweak":"highlight"}]})"));
  CHECK(push_rule_json(override, *ruleset.find(override, ".m.rule.is_room_mention")) ==
        body(R"({"rule_id":".m.rule.is_room_mention","default":true,"enabled":true,
                 "conditions":[{"kind":"event_property_is","key":"content.m\\.mentions.room",
                   "value":true},{"kind":"sender_notification_permission","key":"room"}],
                 "actions":["notify",{"set_tweak":"highlight"}]})"));
  CHECK(push_rule_json(override, *ruleset.find(override, ".m.rule.invite_for_me")) ==
        body(R"({"rule_id":".m.rule.invite_for_me","default":true,"enabled":true,
                 "conditions":[{"kind":"event_match","key":"type","pattern":"m.room.member"},
                   {"kind":"event_match","key":"content.membership","pattern":"invite"},
                   {"kind":"event_match","key":"state_key","pattern":"@alice:x"}],
                 "actions":["notify",{"set_tweak":"sound","value":"default"}]})"));
  CHECK(push_rule_json(underride, *ruleset.find(underride, ".m.rule.room_one_to_one")) ==
        body(R"({"rule_id":".m.rule.room_one_to_one","default":true,"enabled":true,
                 "conditions":[{"kind":"room_member_count","is":"2"},
                   {"kind":"event_match","key":"type","pattern":"m.room.message"}],
                 "actions":["notify",{"set_tweak":"sound","value":"default"}]})"));
}

TEST_CASE("a new rule is enabled and the most important of the user's own") {
  const PushRuleset ruleset = with_three_rules();

  CHECK(ids(ruleset, content) == "c b a .m.rule.contains_user_name ");
  CHECK(push_rule_json(content, *ruleset.find(content, "a")) ==
        body(R"({"rule_id":"a","default":false,"enabled":true,"pattern":"cake",
                 "actions":["notify"]})"));
}

TEST_CASE("an override rule of the user comes after the master rule and before all others") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);

  REQUIRE(ruleset.put({.kind = override, .id = "mine", .body = body(R"({"actions":[]})")}));

  CHECK(ids(ruleset, override).starts_with(".m.rule.master mine .m.rule.suppress_notices "));
}

TEST_CASE("a rule is put before or after another") {
  PushRuleset ruleset = with_three_rules();
  PutPushRule before = content_rule("d");
  before.before = "b";
  PutPushRule after = content_rule("e");
  after.after = "b";
  PutPushRule both = content_rule("c");
  both.before = "a";
  both.after = "b";

  REQUIRE(ruleset.put(before));
  CHECK(ids(ruleset, content) == "c d b a .m.rule.contains_user_name ");
  REQUIRE(ruleset.put(after));
  CHECK(ids(ruleset, content) == "c d b e a .m.rule.contains_user_name ");
  REQUIRE(ruleset.put(both));
  CHECK(ids(ruleset, content) == "d b e c a .m.rule.contains_user_name ");
}

TEST_CASE("a rule that is changed keeps its place and whether it is enabled") {
  PushRuleset ruleset = with_three_rules();
  REQUIRE(ruleset.set_state(content, "b", PushRuleState::disabled));

  REQUIRE(
      ruleset.put({.kind = content, .id = "b", .body = body(R"({"pattern":"tea","actions":[]})")}));

  CHECK(ids(ruleset, content) == "c b a .m.rule.contains_user_name ");
  CHECK(ruleset.find(content, "b")->pattern == "tea");
  CHECK(ruleset.find(content, "b")->state == PushRuleState::disabled);
}

TEST_CASE("a place beside a rule that is not the user's own is refused") {
  PushRuleset ruleset = with_three_rules();
  for (const std::string_view neighbour : {"nobody", ".m.rule.master", "d"}) {
    PutPushRule request = content_rule("d");
    request.before = std::string(neighbour);
    CHECK(reason_of(ruleset.put(request)) == Reason::unknown_neighbour);
    request.before.reset();
    request.after = std::string(neighbour);
    CHECK(reason_of(ruleset.put(request)) == Reason::unknown_neighbour);
  }
  PutPushRule beside_itself = content_rule("a");
  beside_itself.after = "a";
  CHECK(reason_of(ruleset.put(beside_itself)) == Reason::unknown_neighbour);
  CHECK(ids(ruleset, content) == "c b a .m.rule.contains_user_name ");
}

TEST_CASE("an id that the specification does not allow is refused") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  const auto put = [&ruleset](PushRuleKind kind, std::string id) {
    return reason_of(ruleset.put(
        {.kind = kind, .id = std::move(id), .body = body(R"({"pattern":"x","actions":[]})")}));
  };

  CHECK(put(content, ".m.rule.mine") == Reason::reserved_id);
  CHECK(put(content, "") == Reason::invalid_id);
  CHECK(put(content, "a/b") == Reason::invalid_id);
  CHECK(put(content, R"(a\b)") == Reason::invalid_id);
  CHECK(put(content, std::string(256, 'a')) == Reason::invalid_id);
  CHECK(put(room, "general") == Reason::invalid_id);
  CHECK(put(sender, "bob") == Reason::invalid_id);
}

TEST_CASE("a body that is not a rule of its kind is refused") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  const auto put = [&ruleset](PushRuleKind kind, std::string_view text) {
    return reason_of(ruleset.put({.kind = kind, .id = "a", .body = body(text)}));
  };

  CHECK(put(content, R"({"pattern":"x"})") == Reason::missing_member);
  CHECK(put(content, R"({"actions":[]})") == Reason::missing_member);
  CHECK(put(content, R"({"pattern":7,"actions":[]})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":"notify"})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":["shout"]})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":[{"tweak":"sound"}]})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":[7]})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":[],"conditions":{}})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":[],"conditions":["x"]})") == Reason::invalid_member);
  CHECK(put(override, R"({"actions":[],"conditions":[{}]})") == Reason::invalid_member);
  CHECK(ids(ruleset, content) == ".m.rule.contains_user_name ");
}

TEST_CASE("actions of old are shown as they came, and mean nothing") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);

  REQUIRE(ruleset.put({.kind = sender,
                       .id = "@spam:x",
                       .body = body(R"({"actions":["dont_notify","coalesce"]})")}));

  CHECK(ruleset.find(sender, "@spam:x")->actions == base::JsonArray{"dont_notify", "coalesce"});
  CHECK_FALSE(push_outcome(ruleset.find(sender, "@spam:x")->actions).notify);
}

TEST_CASE("there is a limit to the rules of one user") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  for (std::size_t count = 0; count < kMaxContentPushRules; ++count) {
    REQUIRE(ruleset.put(content_rule("r" + std::to_string(count))));
  }

  CHECK(reason_of(ruleset.put(content_rule("more"))) == Reason::too_many);
  CHECK(ruleset.put(content_rule("r7")));
}

TEST_CASE("a rule is removed, enabled and given other actions, if it is there") {
  PushRuleset ruleset = with_three_rules();

  CHECK(ruleset.remove(content, "b"));
  CHECK(ids(ruleset, content) == "c a .m.rule.contains_user_name ");
  CHECK(reason_of(ruleset.remove(content, "b")) == Reason::not_found);
  CHECK(reason_of(ruleset.remove(override, "a")) == Reason::not_found);
  CHECK(reason_of(ruleset.set_state(content, "b", PushRuleState::enabled)) == Reason::not_found);
  CHECK(reason_of(ruleset.set_actions(content, "b", base::JsonArray{})) == Reason::not_found);
  CHECK(reason_of(ruleset.set_actions(content, "a", "notify")) == Reason::invalid_member);
  CHECK(ruleset.set_actions(content, "a", base::JsonArray{}));
  CHECK(ruleset.find(content, "a")->actions.empty());
}

TEST_CASE("a default rule may be changed but not removed") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);

  CHECK(ruleset.set_state(override, ".m.rule.master", PushRuleState::enabled));
  CHECK(ruleset.set_actions(underride, ".m.rule.message", base::JsonArray{}));
  CHECK(reason_of(ruleset.remove(override, ".m.rule.master")) == Reason::reserved_id);
  CHECK(ruleset.find(override, ".m.rule.master")->state == PushRuleState::enabled);
  CHECK(ruleset.find(underride, ".m.rule.message")->actions.empty());
}

TEST_CASE("a ruleset that is stored and read again is the same") {
  PushRuleset ruleset = with_three_rules();
  REQUIRE(ruleset.put({.kind = override, .id = "mine", .body = body(R"({"actions":["notify"],
      "conditions":[{"kind":"org.example.unknown","depth":{"x":[1]}}]})")}));
  REQUIRE(ruleset.put({.kind = room, .id = "!r:x", .body = body(R"({"actions":[]})")}));
  REQUIRE(ruleset.set_state(override, ".m.rule.master", PushRuleState::enabled));
  REQUIRE(ruleset.set_state(content, "a", PushRuleState::disabled));

  const PushRuleset read = PushRuleset::from_json(ruleset.to_json(), kAlice);

  CHECK(read.to_json() == ruleset.to_json());
}

TEST_CASE("a ruleset of an older server gains the rules of today and loses those of then") {
  const PushRuleset ruleset = PushRuleset::from_json(body(R"({"global":{"override":[
        {"rule_id":".m.rule.of_then","default":true,"enabled":true,"actions":[]},
        {"rule_id":"mine","default":false,"enabled":true,"conditions":[],"actions":[]},
        {"rule_id":".m.rule.suppress_notices","enabled":false,"actions":["notify"]},
        {"rule_id":7},"rubbish"],"content":"rubbish"}})"),
                                                     kAlice);

  CHECK(ids(ruleset, override) ==
        ".m.rule.master mine .m.rule.suppress_notices .m.rule.invite_for_me .m.rule.member_event "
        ".m.rule.is_user_mention .m.rule.contains_display_name .m.rule.is_room_mention "
        ".m.rule.roomnotif .m.rule.tombstone .m.rule.reaction .m.rule.room.server_acl "
        ".m.rule.suppress_edits .org.matrix.msc3930.rule.poll_response "
        ".io.element.msc4306.rule.unsubscribed_thread ");
  CHECK(ruleset.find(override, ".m.rule.suppress_notices")->state == PushRuleState::disabled);
  CHECK(ruleset.find(override, ".m.rule.suppress_notices")->conditions.size() == 1);
}

TEST_CASE("a kind of rule has a name") {
  for (const PushRuleKind kind : kPushRuleKinds) {
    CHECK(find_push_rule_kind(push_rule_kind_name(kind)) == kind);
  }
  CHECK_FALSE(find_push_rule_kind("device"));
}

}  // namespace chancery::protocol
