// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/redaction.hpp"

#include "protocol/canonical_json.hpp"
#include "protocol/detail/canonical_members.hpp"
#include "protocol/event.hpp"

#include <algorithm>
#include <array>

namespace chancery::protocol {
namespace {

constexpr std::array<std::string_view, 12> kKeptAlways = {
    "event_id", "type",       "room_id", "sender",      "state_key",   "content",
    "hashes",   "signatures", "depth",   "prev_events", "auth_events", "origin_server_ts"};
constexpr std::array<std::string_view, 3> kKeptUntilVersion11 = {"prev_state", "origin",
                                                                 "membership"};
constexpr std::array<std::string_view, 8> kKeptOfPowerLevels = {
    "ban", "events", "events_default", "kick", "redact", "state_default", "users", "users_default"};

[[nodiscard]] bool contains(std::span<const std::string_view> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

[[nodiscard]] ContentRule rule_of(const base::JsonObject& event, const RoomVersion& version) {
  return ContentRule(base::find_string(event, "type").value_or(""), version);
}

[[nodiscard]] base::JsonObject redact_content(const base::JsonObject& content,
                                              const ContentRule& rule) {
  base::JsonObject kept;
  for (const auto& member : content) {
    const std::string_view key = member.key();
    if (!rule.keeps(key, member.value())) continue;
    if (!rule.keeps_only_signed(key)) {
      kept.emplace(key, member.value());
      continue;
    }
    base::JsonObject invite;
    if (const base::Json* proof = member.value().get_object().if_contains("signed")) {
      invite.emplace("signed", *proof);
    }
    kept.emplace(key, std::move(invite));
  }
  return kept;
}

void append_redacted_content(std::string& out, const base::JsonObject& content,
                             const ContentRule& rule) {
  append_canonical_members(
      out, content, [&](std::string_view key) { return rule.keeps(key, content.at(key)); },
      [&](std::string& to, std::string_view key, const base::Json& value) {
        if (!rule.keeps_only_signed(key)) return append_canonical(to, value);
        append_canonical_members(
            to, value.get_object(), [](std::string_view inner) { return inner == "signed"; },
            [](std::string& deeper, std::string_view, const base::Json& proof) {
              append_canonical(deeper, proof);
            });
      });
}

}  // namespace

bool is_kept_at_top(std::string_view key, const RoomVersion& version) {
  if (contains(kKeptAlways, key)) return true;
  return !version.updated_redaction_rules && contains(kKeptUntilVersion11, key);
}

ContentRule::ContentRule(std::string_view type, const RoomVersion& version)
    : version_(&version), type_(Type::other) {
  if (type == "m.room.member") type_ = Type::member;
  if (type == "m.room.create") type_ = Type::create;
  if (type == "m.room.join_rules") type_ = Type::join_rules;
  if (type == "m.room.power_levels") type_ = Type::power_levels;
  if (type == "m.room.aliases") type_ = Type::aliases;
  if (type == "m.room.history_visibility") type_ = Type::history_visibility;
  if (type == "m.room.redaction") type_ = Type::redaction;
}

bool ContentRule::keeps(std::string_view key, const base::Json& value) const {
  switch (type_) {
    case Type::other:
      return false;
    case Type::member:
      if (key == "membership") return true;
      if (key == "join_authorised_via_users_server") return version_->restricted_keeps_authoriser;
      return key == "third_party_invite" && version_->updated_redaction_rules && value.is_object();
    case Type::create:
      return version_->updated_redaction_rules || key == "creator";
    case Type::join_rules:
      return key == "join_rule" || (key == "allow" && version_->restricted_join);
    case Type::power_levels:
      return contains(kKeptOfPowerLevels, key) ||
             (key == "invite" && version_->updated_redaction_rules);
    case Type::aliases:
      return key == "aliases" && version_->special_aliases_auth;
    case Type::history_visibility:
      return key == "history_visibility";
    case Type::redaction:
      return key == "redacts" && version_->redacts_in_content;
  }
  return false;
}

bool ContentRule::keeps_only_signed(std::string_view key) const {
  return type_ == Type::member && key == "third_party_invite";
}

std::string signed_event_text(const base::JsonObject& event, const RoomVersion& version) {
  const ContentRule rule = rule_of(event, version);
  std::string out;
  out.reserve(1024);
  append_canonical_members(
      out, event,
      [&](std::string_view key) { return key != "signatures" && is_kept_at_top(key, version); },
      [&](std::string& to, std::string_view key, const base::Json& value) {
        if (key == "content" && value.is_object()) {
          append_redacted_content(to, value.get_object(), rule);
        } else {
          append_canonical(to, value);
        }
      });
  return out;
}

base::JsonObject redact(const base::JsonObject& event, const RoomVersion& version) {
  const ContentRule rule = rule_of(event, version);
  base::JsonObject kept;
  for (const auto& member : event) {
    if (!is_kept_at_top(member.key(), version)) continue;
    if (member.key() == "content" && member.value().is_object()) {
      kept.emplace("content", redact_content(member.value().get_object(), rule));
    } else {
      kept.emplace(member.key(), member.value());
    }
  }
  return kept;
}

}  // namespace chancery::protocol
