// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/push_evaluation.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using enum PushRuleKind;

const UserId kAlice = UserId::trusted("@alice:x");

base::JsonObject object(std::string_view text) { return base::parse_json(text)->as_object(); }

// A message of Bob's in a room of three.
struct Message {
  explicit Message(std::string_view content, std::string_view type = "m.room.message") {
    event = {{"type", type},
             {"sender", "@bob:x"},
             {"room_id", "!r:x"},
             {"event_id", "$e"},
             {"content", object(content)}};
  }

  base::JsonObject event;
  PushRoom room{.joined_members = 3};
  std::string display_name = "Alice Liddell";
};

Message text(std::string_view body) {
  Message message(R"({"msgtype":"m.text"})");
  message.event["content"].as_object()["body"] = body;
  return message;
}

PushOutcome evaluate(const PushRuleset& ruleset, const Message& message) {
  const CompiledPushRules rules(ruleset, kAlice);
  const FlatEvent event(message.event);
  return rules.evaluate(event, message.room, message.display_name);
}

PushOutcome by_default(const Message& message) {
  return evaluate(PushRuleset::defaults(kAlice), message);
}

// "notify", "notify highlight sound=ring", "" and so on.
std::string describe(const PushOutcome& outcome) {
  std::string words = outcome.notify ? "notify" : "";
  if (outcome.highlight) words += " highlight";
  if (outcome.sound) words += " sound=" + *outcome.sound;
  return words;
}

// Whether an override rule with this one condition matches.
bool holds(std::string_view condition, const Message& message) {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  base::JsonObject body = object(R"({"actions":["notify",{"set_tweak":"sound","value":"me"}]})");
  body["conditions"] = base::JsonArray{object(condition)};
  REQUIRE(ruleset.put({.kind = override, .id = "mine", .body = body}));
  return evaluate(ruleset, message).sound == "me";
}

void put(PushRuleset& ruleset, PushRuleKind kind, std::string id, std::string_view sound) {
  base::JsonObject body = object(R"({"pattern":"cake"})");
  body["actions"] =
      base::JsonArray{"notify", base::JsonObject{{"set_tweak", "sound"}, {"value", sound}}};
  REQUIRE(ruleset.put({.kind = kind, .id = std::move(id), .body = body}));
}

}  // namespace

TEST_CASE("a name in the text is a mention where the client does not say whom it mentions") {
  CHECK(describe(by_default(text("Thanks, Alice Liddell!"))) == "notify highlight sound=default");
  CHECK(describe(by_default(text("ask alice"))) == "notify highlight sound=default");
  CHECK(describe(by_default(text("ask @alice:x"))) == "notify highlight sound=default");
  CHECK(describe(by_default(text("malice"))) == "notify");

  Message message = text("ask alice, Alice Liddell or @room");
  message.event["content"].as_object()["m.mentions"] = base::JsonObject();
  CHECK(describe(by_default(message)) == "notify");
}

TEST_CASE("a message notifies, and with a sound where two are in the room") {
  Message message = text("hello");
  CHECK(describe(by_default(message)) == "notify");

  message.room.joined_members = 2;
  CHECK(describe(by_default(message)) == "notify sound=default");
}

TEST_CASE("an encrypted message notifies, and with a sound where two are in the room") {
  Message message("{}", "m.room.encrypted");
  CHECK(describe(by_default(message)) == "notify");

  message.room.joined_members = 2;
  CHECK(describe(by_default(message)) == "notify sound=default");
}

TEST_CASE("nobody is notified of what they sent themselves") {
  Message message = text("hello");
  message.event["sender"] = "@alice:x";

  CHECK(describe(by_default(message)).empty());
}

TEST_CASE("an event that no rule matches does not notify") {
  CHECK(describe(by_default(Message("{}", "org.example.thing"))).empty());
}

TEST_CASE("a mention of the user notifies with sound and highlight") {
  CHECK(describe(by_default(Message(R"({"m.mentions":{"user_ids":["@bob:x","@alice:x"]}})"))) ==
        "notify highlight sound=default");
  CHECK(describe(by_default(Message(R"({"m.mentions":{"user_ids":["@alice:xx"]}})"))) == "notify");
  CHECK(describe(by_default(Message(R"({"m.mentions":{"user_ids":"@alice:x"}})"))) == "notify");
}

TEST_CASE("a mention of the room highlights if its sender has the power to") {
  Message message(R"({"m.mentions":{"room":true}})");
  message.room.sender_power = 49;
  CHECK(describe(by_default(message)) == "notify");

  message.room.sender_power = 50;
  CHECK(describe(by_default(message)) == "notify highlight");

  Message text_instead(R"({"m.mentions":{"room":"true"}})");
  text_instead.room.sender_power = 100;
  CHECK(describe(by_default(text_instead)) == "notify");
}

TEST_CASE("an invite of the user notifies, and no other membership does") {
  Message invite(R"({"membership":"invite"})", "m.room.member");
  invite.event["state_key"] = "@alice:x";
  CHECK(describe(by_default(invite)) == "notify sound=default");

  invite.event["state_key"] = "@carol:x";
  CHECK(describe(by_default(invite)).empty());

  Message join(R"({"membership":"join"})", "m.room.member");
  join.event["state_key"] = "@alice:x";
  CHECK(describe(by_default(join)).empty());
}

TEST_CASE("notices, reactions, edits and access lists are silent") {
  Message access_list("{}", "m.room.server_acl");
  access_list.event["state_key"] = "";

  CHECK(describe(by_default(Message(R"({"msgtype":"m.notice","body":"x"})"))).empty());
  CHECK(describe(by_default(Message("{}", "m.reaction"))).empty());
  CHECK(describe(by_default(Message(R"({"body":"x","m.relates_to":{"rel_type":"m.replace"}})")))
            .empty());
  CHECK(describe(by_default(access_list)).empty());
}

TEST_CASE("a tombstone highlights if it is state") {
  Message tombstone("{}", "m.room.tombstone");
  CHECK(describe(by_default(tombstone)).empty());

  tombstone.event["state_key"] = "";
  CHECK(describe(by_default(tombstone)) == "notify highlight");
}

TEST_CASE("a call rings") {
  CHECK(describe(by_default(Message("{}", "m.call.invite"))) == "notify sound=ring");
}

TEST_CASE("the master rule silences everything once it is enabled") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  put(ruleset, override, "mine", "me");
  REQUIRE(ruleset.set_state(override, ".m.rule.master", PushRuleState::enabled));

  CHECK(describe(evaluate(ruleset, text("hello"))).empty());
}

TEST_CASE("default rules that name their owner look for each owner's own name") {
  const UserId carol = UserId::trusted("@carol:x");
  const CompiledPushRules of_alice(PushRuleset::defaults(kAlice), kAlice);
  const CompiledPushRules of_carol(PushRuleset::defaults(carol), carol);
  const auto highlights = [](const CompiledPushRules& rules, const Message& message) {
    const FlatEvent event(message.event);
    return rules.evaluate(event, message.room, "").highlight;
  };
  const Message mention(
      R"({"msgtype":"m.text","body":"x","m.mentions":{"user_ids":["@carol:x"]}})");
  const Message name = text("ask carol");

  CHECK(highlights(of_carol, mention));
  CHECK_FALSE(highlights(of_alice, mention));
  CHECK(highlights(of_carol, name));
  CHECK_FALSE(highlights(of_alice, name));
}

TEST_CASE("a default rule that one owner changed or switched off stays as it was for others") {
  PushRuleset changed = PushRuleset::defaults(kAlice);
  REQUIRE(changed.set_actions(
      underride, ".m.rule.message",
      base::parse_json(R"(["notify",{"set_tweak":"sound","value":"me"}])").value()));
  PushRuleset silenced = PushRuleset::defaults(kAlice);
  REQUIRE(silenced.set_state(underride, ".m.rule.message", PushRuleState::disabled));

  CHECK(describe(evaluate(changed, text("hello"))) == "notify sound=me");
  CHECK(describe(evaluate(silenced, text("hello"))) == "");
  CHECK(describe(by_default(text("hello"))) == "notify");
}

TEST_CASE("kinds of rules are tried in their order") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  const Message message = text("more cake");
  const auto sound = [&] { return evaluate(ruleset, message).sound.value_or(""); };

  put(ruleset, underride, "mine", "underride");
  CHECK(sound() == "underride");
  put(ruleset, sender, "@bob:x", "sender");
  CHECK(sound() == "sender");
  put(ruleset, room, "!r:x", "room");
  CHECK(sound() == "room");
  put(ruleset, content, "cake", "content");
  CHECK(sound() == "content");
  put(ruleset, override, "mine", "override");
  CHECK(sound() == "override");
}

TEST_CASE("rules of one kind are tried from the most important on, without those disabled") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  put(ruleset, content, "older", "older");
  put(ruleset, content, "newer", "newer");
  CHECK(evaluate(ruleset, text("cake")).sound == "newer");

  REQUIRE(ruleset.set_state(content, "newer", PushRuleState::disabled));
  CHECK(evaluate(ruleset, text("cake")).sound == "older");
}

TEST_CASE("a content rule looks for words in the body, whatever their case") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  put(ruleset, content, "cake", "cake");

  CHECK(evaluate(ruleset, text("A CAKE!")).sound == "cake");
  CHECK_FALSE(evaluate(ruleset, text("a cheesecake")).sound);
  CHECK_FALSE(evaluate(ruleset, Message(R"({"body":["cake"]})")).sound);
  CHECK_FALSE(evaluate(ruleset, Message(R"({"formatted_body":"cake"})")).sound);
}

TEST_CASE("a pattern must match the whole of a property, whatever its case") {
  const std::string_view condition =
      R"({"kind":"event_match","key":"content.topic","pattern":"lunc?*"})";

  CHECK(holds(condition, Message(R"({"topic":"Lunch plans"})")));
  CHECK(holds(condition, Message(R"({"topic":"LUNCH"})")));
  CHECK_FALSE(holds(condition, Message(R"({"topic":" lunch"})")));
  CHECK_FALSE(holds(condition, Message(R"({"topic":"lunc"})")));
  CHECK_FALSE(holds(condition, Message(R"({"topic":null})")));
  CHECK_FALSE(holds(condition, Message("{}")));
}

TEST_CASE("a pattern of a star does not match what is no string") {
  const std::string_view condition = R"({"kind":"event_match","key":"content.n","pattern":"*"})";

  CHECK(holds(condition, Message(R"({"n":""})")));
  CHECK_FALSE(holds(condition, Message(R"({"n":7})")));
  CHECK_FALSE(holds(condition, Message(R"({"n":{}})")));
  CHECK_FALSE(holds(condition, Message("{}")));
}

TEST_CASE("a property is compared with its type") {
  const std::string_view is_true =
      R"({"kind":"event_property_is","key":"content.m\\.federate","value":true})";
  CHECK(holds(is_true, Message(R"({"m.federate":true})")));
  CHECK_FALSE(holds(is_true, Message(R"({"m.federate":"true"})")));
  CHECK_FALSE(holds(is_true, Message(R"({"m.federate":1})")));
  CHECK_FALSE(holds(is_true, Message(R"({"m":{"federate":true}})")));

  const std::string_view is_null = R"({"kind":"event_property_is","key":"content.x","value":null})";
  CHECK(holds(is_null, Message(R"({"x":null})")));
  CHECK_FALSE(holds(is_null, Message("{}")));
  CHECK_FALSE(holds(is_null, Message(R"({"x":0})")));

  const std::string_view is_seven = R"({"kind":"event_property_is","key":"content.x","value":7})";
  CHECK(holds(is_seven, Message(R"({"x":7})")));
  CHECK_FALSE(holds(is_seven, Message(R"({"x":"7"})")));

  const std::string_view is_text = R"({"kind":"event_property_is","key":"content.x","value":"A"})";
  CHECK(holds(is_text, Message(R"({"x":"A"})")));
  CHECK_FALSE(holds(is_text, Message(R"({"x":"a"})")));
}

TEST_CASE("a list is searched for a value") {
  const std::string_view condition = R"({"kind":"event_property_contains",
      "key":"content.alt_aliases","value":"#myroom:example.com"})";

  CHECK(holds(condition, Message(R"({"alt_aliases":["#other:x","#myroom:example.com"]})")));
  CHECK_FALSE(holds(condition, Message(R"({"alt_aliases":[":example.com"]})")));
  CHECK_FALSE(holds(condition, Message(R"({"alt_aliases":[["#myroom:example.com"]]})")));
  CHECK_FALSE(holds(condition, Message(R"({"alt_aliases":"#myroom:example.com"})")));
}

TEST_CASE("a display name is found as a word in the body") {
  const std::string_view condition = R"({"kind":"contains_display_name"})";
  CHECK(holds(condition, text("hi alice liddell!")));
  CHECK_FALSE(holds(condition, text("hi alice liddells!")));

  Message message = text("what is [.*]?");
  message.display_name = "[.*]";
  CHECK(holds(condition, message));
  message.display_name = "*";
  CHECK(holds(condition, message));
  message.display_name = "w*t";
  CHECK_FALSE(holds(condition, message));
  message.display_name = "";
  CHECK_FALSE(holds(condition, message));
}

TEST_CASE("members of a room are counted") {
  const auto matches = [](std::string_view is, std::uint64_t members) {
    Message message = text("x");
    message.room.joined_members = members;
    return holds(R"({"kind":"room_member_count","is":")" + std::string(is) + "\"}", message);
  };

  CHECK(matches("2", 2));
  CHECK_FALSE(matches("2", 3));
  CHECK(matches("==3", 3));
  CHECK(matches("<3", 2));
  CHECK_FALSE(matches("<3", 3));
  CHECK(matches("<=3", 3));
  CHECK_FALSE(matches("<=3", 4));
  CHECK(matches(">3", 4));
  CHECK_FALSE(matches(">3", 3));
  CHECK(matches(">=3", 3));
  CHECK_FALSE(matches(">=3", 2));
  for (const std::string_view rubbish : {"", "<", "=3", "three", "2 ", "-1", "<>3"}) {
    CHECK_FALSE(matches(rubbish, 3));
  }
}

TEST_CASE("a condition can ask whether the message is in a thread that its owner follows") {
  const std::string kind = R"({"kind":"io.element.msc4306.thread_subscription","subscribed":)";
  Message message = text("hello");
  CHECK_FALSE(holds(kind + "true}", message));
  CHECK_FALSE(holds(kind + "false}", message));
  message.room.thread = InThread::followed;
  CHECK(holds(kind + "true}", message));
  CHECK_FALSE(holds(kind + "false}", message));
  message.room.thread = InThread::not_followed;
  CHECK_FALSE(holds(kind + "true}", message));
  CHECK(holds(kind + "false}", message));
  CHECK_FALSE(holds(kind + "1}", message));
}

TEST_CASE("a thread that is followed sounds, and one that is not is silent if its owner says so") {
  PushRuleset rules = PushRuleset::defaults(kAlice);
  Message message = text("hello");
  message.room.thread = InThread::followed;
  CHECK(describe(evaluate(rules, message)) == "notify sound=default");
  message.room.thread = InThread::not_followed;
  CHECK(describe(evaluate(rules, message)) == "notify");
  REQUIRE(rules.set_state(override, ".io.element.msc4306.rule.unsubscribed_thread",
                          PushRuleState::enabled));
  CHECK(describe(evaluate(rules, message)).empty());
  // Who is mentioned is told all the same.
  message.event["content"].as_object()["m.mentions"] = object(R"({"user_ids":["@alice:x"]})");
  CHECK(describe(evaluate(rules, message)) == "notify highlight sound=default");
}

TEST_CASE("a condition that is not understood never holds") {
  for (const std::string_view condition :
       {R"({"kind":"org.example.moon"})", R"({"kind":"event_match","key":"type"})",
        R"({"kind":"event_match","pattern":"*"})", R"({"kind":"event_property_is","key":"type"})",
        R"({"kind":"event_property_is","key":"content.x","value":[1]})",
        R"({"kind":"event_property_is","key":"content.x","value":1.5})",
        R"({"kind":"room_member_count"})", R"({"kind":"sender_notification_permission"})"}) {
    CAPTURE(condition);
    CHECK_FALSE(holds(condition, Message(R"({"x":[1],"body":"y"})")));
  }
}

TEST_CASE("actions say what a notification looks like") {
  const auto outcome = [](std::string_view actions) {
    return push_outcome(base::parse_json(actions)->as_array());
  };

  CHECK(describe(outcome(R"(["notify",{"set_tweak":"highlight","value":false}])")) == "notify");
  CHECK(describe(outcome(R"(["notify",{"set_tweak":"highlight","value":true}])")) ==
        "notify highlight");
  CHECK(describe(outcome(R"([{"set_tweak":"highlight"}])")).empty());
  CHECK(describe(outcome(R"(["dont_notify"])")).empty());
  CHECK(outcome(R"(["notify",{"set_tweak":"org.example.light","value":"red"},
                    {"set_tweak":"highlight"}])")
            .tweaks == object(R"({"org.example.light":"red","highlight":true})"));
}

TEST_CASE("rules made to be slow are decided on a long body") {
  PushRuleset ruleset = PushRuleset::defaults(kAlice);
  std::string stars;
  for (int count = 0; count < 200; ++count) stars += "*a";
  base::JsonObject body = object(R"({"actions":["notify",{"set_tweak":"sound","value":"me"}]})");
  body["pattern"] = stars + "b";
  REQUIRE(ruleset.put({.kind = content, .id = "slow", .body = body}));

  CHECK(describe(evaluate(ruleset, text(std::string(60'000, 'a')))) == "notify");
}

}  // namespace chancery::protocol
