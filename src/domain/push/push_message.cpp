// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_message.hpp"

#include <string_view>
#include <utility>

namespace chancery::push {
namespace {

constexpr std::string_view kIdsOnlyFormat = "event_id_only";

// NOTSPEC: "Counts whose value is zero should be omitted": gateways in use take a badge away only
// when they are told that nothing is unread.
base::JsonObject counts_json(const BadgeCounts& counts) {
  base::JsonObject json{{"unread", counts.unread}};
  if (counts.missed_calls > 0) json["missed_calls"] = counts.missed_calls;
  return json;
}

base::JsonObject device_json(const Pusher& pusher) {
  base::JsonObject data = pusher.data;
  data.erase("url");
  base::JsonObject device{{"app_id", pusher.app_id}, {"pushkey", pusher.pushkey}};
  if (!data.empty()) device["data"] = std::move(data);
  if (pusher.set_at.milliseconds > 0) device["pushkey_ts"] = pusher.set_at.milliseconds / 1'000;
  return device;
}

// A phone that sleeps is woken for what makes a sound, and for what it must decrypt to know.
std::string_view priority(const EventTold& told) {
  const bool is_high = told.outcome.highlight || told.outcome.sound.has_value() ||
                       told.event->type() == "m.room.encrypted" ||
                       told.event->type() == "m.call.invite";
  return is_high ? "high" : "low";
}

void add_facts(base::JsonObject& notification, const EventTold& told) {
  const protocol::VerifiedEvent& event = *told.event;
  notification["type"] = event.type();
  notification["sender"] = event.sender().text();
  notification["content"] = event.content();
  if (!told.sender_name.empty()) notification["sender_display_name"] = told.sender_name;
  if (!told.room_name.empty()) notification["room_name"] = told.room_name;
  if (!told.room_alias.empty()) notification["room_alias"] = told.room_alias;
  if (event.type() == "m.room.member") {
    notification["user_is_target"] = event.is_state("m.room.member", told.recipient.text());
  }
}

}  // namespace

bool is_ids_only(const Pusher& pusher, Content content) {
  return content == Content::withheld || base::find_string(pusher.data, "format") == kIdsOnlyFormat;
}

base::JsonObject notification_body(const Pusher& pusher, const EventTold& told,
                                   const BadgeCounts& counts, Content content) {
  base::JsonObject notification{{"event_id", told.event->id().text()},
                                {"room_id", told.room.text()},
                                {"counts", counts_json(counts)},
                                {"prio", priority(told)}};
  base::JsonObject device = device_json(pusher);
  if (!is_ids_only(pusher, content)) {
    add_facts(notification, told);
    device["tweaks"] = told.outcome.tweaks;
  }
  notification["devices"] = base::JsonArray{std::move(device)};
  return {{"notification", std::move(notification)}};
}

base::JsonObject badge_body(const Pusher& pusher, const BadgeCounts& counts) {
  return {{"notification", base::JsonObject{{"counts", counts_json(counts)},
                                            {"prio", "low"},
                                            {"devices", base::JsonArray{device_json(pusher)}}}}};
}

}  // namespace chancery::push
