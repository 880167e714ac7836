// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/case_folding.hpp"
#include "protocol/push_evaluation.hpp"

#include <doctest/doctest.h>

#include <random>
#include <span>

namespace chancery::protocol {
namespace {

constexpr std::string_view kOwners[] = {"@alice:x", "@Bob.B:x", "@a:x", "@c*l:x", "@dora-e:x.org"};
constexpr std::string_view kNames[] = {"",      "Alice", "alice liddell", "Al", "\u00C4rger",
                                       "[.*]",  "@room", "\u660E\u65E5",  "a",  "Zo\u00EB Q.",
                                       "m.ask", "-dash", "AL\u00CDCE"};
constexpr std::string_view kWords[] = {
    "alice",      "Alice",    "malice",     "liddell",    "bob.b",        "BOB.B",    "a",
    "c*l",        "cool",     "dora-e",     "@room",      "hello",        "cake",     "Cakes",
    "[.*]",       "-dash",    "\u00E4rger", "\u00C4RGER", "\u660E\u65E5", "zo\u00EB", "q.",
    "al\u00EDce", "@alice:x", "m",          "ask",        "_alice_"};
constexpr std::string_view kBetween[] = {" ", "", ", ", "!", "\n", "_", "\u3001", "-"};
constexpr std::string_view kPatterns[] = {"cake",   "ca*e",       "*lice", "?ool", "hel*",
                                          "al?ce",  "m",          "",      "*",    "CAKE",
                                          "dora-e", "\u00E4rger", "q."};
constexpr std::string_view kConditions[] = {
    R"({"kind":"event_match","key":"content.body","pattern":"cake"})",
    R"({"kind":"event_match","key":"content.body","pattern":"al*"})",
    R"({"kind":"event_match","key":"room_id","pattern":"!r:x"})",
    R"({"kind":"event_match","key":"sender","pattern":"@carl:*"})",
    R"({"kind":"event_property_is","key":"content.m\\.mentions.room","value":true})",
    R"({"kind":"event_property_contains","key":"content.m\\.mentions.user_ids","value":"@a:x"})",
    R"({"kind":"contains_display_name"})",
    R"({"kind":"room_member_count","is":">2"})",
    R"({"kind":"sender_notification_permission","key":"room"})",
    R"({"kind":"io.element.msc4306.thread_subscription","subscribed":true})",
    R"({"kind":"io.element.msc4306.thread_subscription","subscribed":false})",
    R"({"kind":"org.example.moon"})"};
constexpr std::string_view kTypes[] = {"m.room.message",
                                       "m.room.encrypted",
                                       "m.room.member",
                                       "m.reaction",
                                       "m.room.tombstone",
                                       "m.room.server_acl",
                                       "m.call.invite",
                                       "org.matrix.msc3381.poll.start",
                                       "org.matrix.msc3381.poll.response",
                                       "org.example.thing"};
constexpr std::string_view kActions[] = {R"(["notify"])", "[]",
                                         R"(["notify",{"set_tweak":"highlight"}])",
                                         R"(["notify",{"set_tweak":"sound","value":"own"}])"};

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t bound) { return below(bound) == 0; }
  std::string_view one_of(std::span<const std::string_view> many) {
    return many[below(many.size())];
  }
  base::Json json_of(std::span<const std::string_view> many) {
    return *base::parse_json(one_of(many));
  }

 private:
  std::mt19937 random_;
};

std::string random_body(Dice& dice) {
  std::string body;
  for (std::size_t words = dice.below(7); words > 0; --words) {
    body += dice.one_of(kWords);
    body += dice.one_of(kBetween);
  }
  return body;
}

base::Json random_mentions(Dice& dice) {
  base::JsonObject mentions;
  if (dice.one_in(2)) mentions["room"] = dice.one_in(2);
  if (dice.one_in(5)) mentions["user_ids"] = "@alice:x";
  if (dice.one_in(2)) {
    base::JsonArray& users = mentions["user_ids"].emplace_array();
    for (std::size_t count = dice.below(3); count > 0; --count) {
      users.emplace_back(dice.one_of(kOwners));
    }
  }
  return mentions;
}

base::JsonObject random_event(Dice& dice) {
  base::JsonObject content;
  if (!dice.one_in(6)) content["body"] = random_body(dice);
  if (dice.one_in(12)) content["body"] = base::JsonArray{"alice"};
  if (dice.one_in(2)) content["msgtype"] = dice.one_in(4) ? "m.notice" : "m.text";
  if (dice.one_in(3)) content["m.mentions"] = random_mentions(dice);
  if (dice.one_in(5)) {
    content["m.relates_to"] =
        base::JsonObject{{"rel_type", dice.one_in(2) ? "m.replace" : "m.thread"}};
  }
  if (dice.one_in(4)) content["membership"] = dice.one_in(2) ? "invite" : "join";
  base::JsonObject event{{"type", dice.one_in(2) ? kTypes[0] : dice.one_of(kTypes)},
                         {"sender", dice.one_in(8) ? dice.one_of(kOwners) : "@carl:x"},
                         {"room_id", dice.one_in(3) ? "!r:x" : "!s:x"},
                         {"event_id", "$e"},
                         {"content", std::move(content)}};
  if (dice.one_in(3)) event["state_key"] = dice.one_in(2) ? dice.one_of(kOwners) : "";
  return event;
}

void change_defaults(PushRuleset& rules, Dice& dice) {
  for (const PushRuleKind kind : kPushRuleKinds) {
    for (std::size_t at = 0; at < rules.rules(kind).size(); ++at) {
      const std::string id = rules.rules(kind)[at].id;
      if (dice.one_in(10)) {
        const bool on = dice.one_in(2) && id != ".m.rule.master";
        REQUIRE(rules.set_state(kind, id, on ? PushRuleState::enabled : PushRuleState::disabled));
      }
      if (dice.one_in(12)) REQUIRE(rules.set_actions(kind, id, dice.json_of(kActions)));
    }
  }
}

void put_own(PushRuleset& rules, Dice& dice) {
  const PushRuleKind kind = kPushRuleKinds[dice.below(kPushRuleKinds.size())];
  std::string id = "own" + std::to_string(dice.below(4));
  if (kind == PushRuleKind::room) id = "!r:x";
  if (kind == PushRuleKind::sender) id = "@carl:x";
  base::JsonObject body{{"actions", dice.json_of(kActions)}};
  if (kind == PushRuleKind::content) body["pattern"] = dice.one_of(kPatterns);
  if (kind == PushRuleKind::override || kind == PushRuleKind::underride) {
    base::JsonArray& conditions = body["conditions"].emplace_array();
    for (std::size_t count = 1 + dice.below(2); count > 0; --count) {
      conditions.push_back(dice.json_of(kConditions));
    }
  }
  // An empty pattern is refused: then there is one rule less.
  static_cast<void>(
      rules.put({.kind = kind, .id = std::move(id), .body = body, .before = {}, .after = {}}));
}

PushRuleset random_rules(const UserId& owner, Dice& dice) {
  PushRuleset rules = PushRuleset::defaults(owner);
  if (dice.one_in(2)) return rules;
  if (dice.one_in(2)) change_defaults(rules, dice);
  for (std::size_t own = dice.below(5); own > 0; --own) put_own(rules, dice);
  return rules;
}

PushRoom random_room(Dice& dice) {
  constexpr std::int64_t kPowers[] = {0, 49, 50, 100};
  return {.joined_members = 1 + dice.below(4), .sender_power = kPowers[dice.below(4)]};
}

bool is_same(const PushOutcome& left, const PushOutcome& right) {
  return left.notify == right.notify && left.highlight == right.highlight &&
         left.sound == right.sound && left.tweaks == right.tweaks;
}

}  // namespace

TEST_CASE("what is worked out once for all says the same as each rule asked alone") {
  Dice dice(20261129);
  std::size_t told = 0;
  for (int round = 0; round < 600; ++round) {
    const base::JsonObject json = random_event(dice);
    const FlatEvent event(json);
    PushRoom room = random_room(dice);
    const bool is_in_thread = dice.one_in(2);
    room.thread = is_in_thread ? InThread::not_followed : InThread::none;
    const SharedPushAnswers answers(event, room);
    for (int member = 0; member < 5; ++member) {
      const UserId owner = UserId::trusted(std::string(dice.one_of(kOwners)));
      const CompiledPushRules rules(random_rules(owner, dice), owner);
      const std::string_view name = dice.one_of(kNames);
      if (is_in_thread) room.thread = dice.one_in(2) ? InThread::followed : InThread::not_followed;
      const PushViewer viewer{.display_name = name,
                              .name_start = WordStart::of(fold_case(name)),
                              .thread = room.thread};

      const PushOutcome& alone = rules.evaluate(event, room, name);
      const PushOutcome& shared = rules.evaluate(answers, viewer);

      CAPTURE(base::to_text(json));
      CAPTURE(owner.text());
      CAPTURE(name);
      CHECK(is_same(alone, shared));
      told += alone.highlight ? 1 : 0;
    }
  }
  CHECK(told > 100);
}

TEST_CASE("a word that a text has is never said to be missing") {
  Dice dice(7);
  for (int round = 0; round < 2'000; ++round) {
    const std::string text = fold_case(random_body(dice));
    const std::string word = fold_case(dice.one_in(2) ? dice.one_of(kWords) : dice.one_of(kNames));
    const auto start = WordStart::of(word);
    if (!start) continue;
    WordStarts words;
    words.add(text);
    const bool is_there = Glob(word, GlobSyntax::literal, GlobScope::words).matches(text);
    CAPTURE(text);
    CAPTURE(word);
    if (is_there) CHECK(words.may_have(*start));
  }
}

TEST_CASE("most words that a text has not are said to be missing") {
  WordStarts words;
  words.add("the quick brown fox jumps over the lazy dog");
  int may_be_there = 0;
  for (int number = 0; number < 1'000; ++number) {
    may_be_there += words.may_have(*WordStart::of(std::to_string(1'000 + number * 7))) ? 1 : 0;
  }
  CHECK(may_be_there < 100);
  CHECK(words.may_have(*WordStart::of("fox")));
}

TEST_CASE("what rules weigh is what is not everyone's") {
  const UserId owner = UserId::trusted("@alice:x");
  PushRuleset rules = PushRuleset::defaults(owner);
  CHECK(CompiledPushRules(rules, owner).own_bytes() == 0);

  base::JsonObject body{{"actions", base::JsonArray{"notify"}}, {"pattern", "cake"}};
  REQUIRE(rules.put({.kind = PushRuleKind::content, .id = "cake", .body = body}));
  CHECK(CompiledPushRules(rules, owner).own_bytes() > 500);
}

}  // namespace chancery::protocol
