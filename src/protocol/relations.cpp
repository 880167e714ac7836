// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/relations.hpp"

namespace chancery::protocol {
namespace {

constexpr std::size_t kMaxIdBytes = 255;

// Ids that no event can have, and types that no index need hold, are as good as none.
std::string_view find_short(const base::JsonObject& object, std::string_view key) {
  const std::string_view text = base::find_string(object, key).value_or("");
  return text.size() <= kMaxIdBytes ? text : std::string_view();
}

}  // namespace

std::optional<std::string_view> Relation::thread_root() const {
  if (rel_type != "m.thread") return std::nullopt;
  return event_id;
}

std::optional<std::string_view> Relation::replaced() const {
  if (rel_type != "m.replace") return std::nullopt;
  return event_id;
}

std::optional<std::string_view> Relation::replied_to() const {
  if (in_reply_to.empty() || (rel_type == "m.thread" && is_falling_back)) return std::nullopt;
  return in_reply_to;
}

bool is_aggregated(std::string_view rel_type) {
  return rel_type == "m.replace" || rel_type == "m.thread" || rel_type == "m.reference";
}

std::optional<Relation> find_relation(const base::JsonObject& content) {
  const base::JsonObject* relates_to = base::find_object(content, "m.relates_to");
  if (relates_to == nullptr) return std::nullopt;
  Relation relation;
  const std::string_view rel_type = find_short(*relates_to, "rel_type");
  const std::string_view event_id = find_short(*relates_to, "event_id");
  if (!rel_type.empty() && !event_id.empty()) {
    relation.rel_type = rel_type;
    relation.event_id = event_id;
    if (rel_type == "m.annotation")
      relation.key = base::find_string(*relates_to, "key").value_or("");
    relation.is_falling_back = base::find_bool(*relates_to, "is_falling_back").value_or(false);
  }
  if (const base::JsonObject* reply = base::find_object(*relates_to, "m.in_reply_to")) {
    relation.in_reply_to = find_short(*reply, "event_id");
  }
  if (!relation.has_type() && relation.in_reply_to.empty()) return std::nullopt;
  return relation;
}

std::optional<Mentions> find_mentions(const base::JsonObject& content) {
  const base::JsonObject* object = base::find_object(content, "m.mentions");
  if (object == nullptr) return std::nullopt;
  Mentions mentions;
  mentions.room = base::find_bool(*object, "room").value_or(false);
  const base::JsonArray* users = base::find_array(*object, "user_ids");
  if (users == nullptr) return mentions;
  for (const base::Json& user : *users) {
    if (const boost::json::string* id = user.if_string()) mentions.user_ids.emplace_back(*id);
  }
  return mentions;
}

}  // namespace chancery::protocol
