// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/delayed_content.hpp"

#include "storage/errors.hpp"

#include <utility>

namespace chancery::rooms {

std::string delayed_content_text(const DelayedContent& content) {
  base::JsonObject json{
      {"room_id", content.room.text()}, {"type", content.type},
      {"content", content.content},     {"device", content.device.text()},
      {"delay", content.delay.count()}, {"scheduled_at", content.scheduled_at.milliseconds}};
  if (content.state_key) json["state_key"] = *content.state_key;
  if (content.sticky_for) json["sticky_for"] = *content.sticky_for;
  return base::to_text(json);
}

DelayedContent parse_delayed_content(const std::string& text) {
  const auto parsed = base::parse_json(text);
  if (!parsed || !parsed->is_object()) {
    throw storage::StorageCorrupt("a delayed event is no JSON object");
  }
  const base::JsonObject& json = parsed->get_object();
  const auto text_of = [&json](std::string_view name) {
    return std::string(base::find_string(json, name).value_or(""));
  };
  DelayedContent content{.room = protocol::RoomId::trusted(text_of("room_id")),
                         .type = text_of("type"),
                         .state_key = {},
                         .content = {},
                         .sticky_for = base::find_integer(json, "sticky_for"),
                         .device = protocol::DeviceId::trusted(text_of("device")),
                         .delay = base::Milliseconds(base::find_integer(json, "delay").value_or(0)),
                         .scheduled_at = {base::find_integer(json, "scheduled_at").value_or(0)}};
  if (const auto key = base::find_string(json, "state_key")) content.state_key = *key;
  if (const auto* found = base::find_object(json, "content")) content.content = *found;
  return content;
}

}  // namespace chancery::rooms
