// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/default_push_rules.hpp"

#include <array>
#include <string>
#include <utility>

namespace chancery::protocol {
namespace {

using base::JsonArray;
using base::JsonObject;

JsonObject event_match(std::string_view key, std::string_view pattern) {
  return {{"kind", "event_match"}, {"key", key}, {"pattern", pattern}};
}

JsonObject member_count(std::string_view is) { return {{"kind", "room_member_count"}, {"is", is}}; }

JsonObject sound(std::string_view name) { return {{"set_tweak", "sound"}, {"value", name}}; }

JsonObject highlight() { return {{"set_tweak", "highlight"}}; }

PushRule rule(std::string id, JsonArray conditions, JsonArray actions) {
  return {.id = std::move(id),
          .state = PushRuleState::enabled,
          .conditions = std::move(conditions),
          .pattern = {},
          .actions = std::move(actions)};
}

PushRule user_mention(const UserId& owner) {
  return rule(".m.rule.is_user_mention",
              {JsonObject{{"kind", "event_property_contains"},
                          {"key", "content.m\\.mentions.user_ids"},
                          {"value", owner.text()}}},
              {"notify", sound("default"), highlight()});
}

PushRule room_mention() {
  return rule(
      ".m.rule.is_room_mention",
      {JsonObject{
           {"kind", "event_property_is"}, {"key", "content.m\\.mentions.room"}, {"value", true}},
       JsonObject{{"kind", "sender_notification_permission"}, {"key", "room"}}},
      {"notify", highlight()});
}

// COMPAT: clients that know no `m.mentions` (from before version 1.7, bots, bridges) mention people
// by writing their names. Version 1.17 took these rules out; they may go when such clients have.
PushRule display_name_in_text() {
  return rule(".m.rule.contains_display_name", {JsonObject{{"kind", "contains_display_name"}}},
              {"notify", sound("default"), highlight()});
}

PushRule room_in_text() {
  return rule(".m.rule.roomnotif",
              {event_match("content.body", "@room"),
               JsonObject{{"kind", "sender_notification_permission"}, {"key", "room"}}},
              {"notify", highlight()});
}

PushRule suppress_edits() {
  return rule(".m.rule.suppress_edits",
              {JsonObject{{"kind", "event_property_is"},
                          {"key", "content.m\\.relates_to.rel_type"},
                          {"value", "m.replace"}}},
              {});
}

// Polls (MSC3930) under the names that they have until the specification has them.
PushRule poll_response() {
  return rule(".org.matrix.msc3930.rule.poll_response",
              {event_match("type", "org.matrix.msc3381.poll.response")}, {});
}

void add_poll_rules(std::vector<PushRule>& rules) {
  struct Act {
    std::string_view id;
    std::string_view type;
  };
  constexpr std::array kActs{
      Act{".org.matrix.msc3930.rule.poll_start", "org.matrix.msc3381.poll.start"},
      Act{".org.matrix.msc3930.rule.poll_end", "org.matrix.msc3381.poll.end"}};
  for (const Act& act : kActs) {
    rules.push_back(rule(std::string(act.id) + "_one_to_one",
                         {member_count("2"), event_match("type", act.type)},
                         {"notify", sound("default")}));
  }
  for (const Act& act : kActs) {
    rules.push_back(rule(std::string(act.id), {event_match("type", act.type)}, {"notify"}));
  }
}

JsonObject thread_subscription(bool is_subscribed) {
  return {{"kind", "io.element.msc4306.thread_subscription"}, {"subscribed", is_subscribed}};
}

// MSC4306. As given there it is on: then whoever uses a client that knows nothing of thread
// subscriptions hears of no thread any more. Here a client that does switches it on.
PushRule unsubscribed_thread() {
  PushRule made =
      rule(".io.element.msc4306.rule.unsubscribed_thread", {thread_subscription(false)}, {});
  made.state = PushRuleState::disabled;
  return made;
}

}  // namespace

std::vector<PushRule> default_override_rules(const UserId& owner) {
  std::vector<PushRule> rules;
  rules.push_back(rule(".m.rule.master", {}, {}));
  rules.back().state = PushRuleState::disabled;
  rules.push_back(
      rule(".m.rule.suppress_notices", {event_match("content.msgtype", "m.notice")}, {}));
  rules.push_back(
      rule(".m.rule.invite_for_me",
           {event_match("type", "m.room.member"), event_match("content.membership", "invite"),
            event_match("state_key", owner.text())},
           {"notify", sound("default")}));
  rules.push_back(rule(".m.rule.member_event", {event_match("type", "m.room.member")}, {}));
  rules.push_back(user_mention(owner));
  rules.push_back(display_name_in_text());
  rules.push_back(room_mention());
  rules.push_back(room_in_text());
  rules.push_back(rule(".m.rule.tombstone",
                       {event_match("type", "m.room.tombstone"), event_match("state_key", "")},
                       {"notify", highlight()}));
  rules.push_back(rule(".m.rule.reaction", {event_match("type", "m.reaction")}, {}));
  rules.push_back(rule(".m.rule.room.server_acl",
                       {event_match("type", "m.room.server_acl"), event_match("state_key", "")},
                       {}));
  rules.push_back(suppress_edits());
  rules.push_back(poll_response());
  rules.push_back(unsubscribed_thread());
  return rules;
}

std::vector<PushRule> default_content_rules(const UserId& owner) {
  std::vector<PushRule> rules;
  rules.push_back(
      rule(".m.rule.contains_user_name", {}, {"notify", sound("default"), highlight()}));
  rules.back().pattern = owner.localpart();
  return rules;
}

bool is_mention_in_text(const PushRule& rule) {
  return rule.id == ".m.rule.contains_display_name" || rule.id == ".m.rule.contains_user_name" ||
         rule.id == ".m.rule.roomnotif";
}

std::vector<PushRule> default_underride_rules() {
  std::vector<PushRule> rules;
  rules.push_back(rule(".io.element.msc4306.rule.subscribed_thread", {thread_subscription(true)},
                       {"notify", sound("default")}));
  rules.push_back(
      rule(".m.rule.call", {event_match("type", "m.call.invite")}, {"notify", sound("ring")}));
  rules.push_back(rule(".m.rule.encrypted_room_one_to_one",
                       {member_count("2"), event_match("type", "m.room.encrypted")},
                       {"notify", sound("default")}));
  rules.push_back(rule(".m.rule.room_one_to_one",
                       {member_count("2"), event_match("type", "m.room.message")},
                       {"notify", sound("default")}));
  rules.push_back(rule(".m.rule.message", {event_match("type", "m.room.message")}, {"notify"}));
  rules.push_back(rule(".m.rule.encrypted", {event_match("type", "m.room.encrypted")}, {"notify"}));
  add_poll_rules(rules);
  return rules;
}

}  // namespace chancery::protocol
