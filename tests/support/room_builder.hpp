// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rooms in memory, of every room version, made of real events: what tests of the rules about rooms
// are written with.
//
// A room starts with its create event and its creator joined. `with_…` put state into it without
// asking the rules; `check` asks them about an event; `send` asks and, if allowed, applies.

#include "base/json.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/event.hpp"
#include "protocol/room_version.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

// An event to be made. What is left out is as an honest server would have it.
struct EventSpec {
  std::string sender = "@creator:x";
  std::string type = "m.room.message";
  std::optional<std::string> state_key = std::nullopt;
  std::string content = "{}";  // JSON
  std::optional<std::vector<protocol::EventId>> prev_events = std::nullopt;
  std::optional<std::string> redacts = std::nullopt;
  std::optional<std::string> room = std::nullopt;
};

class RoomBuilder final : public protocol::AuthState {
 public:
  static constexpr std::string_view kCreator = "@creator:x";

  // `create_content`: JSON added to the create event's content.
  explicit RoomBuilder(std::string_view version, std::string_view create_content = "{}")
      : version_(protocol::find_room_version(version)) {
    if (version_ == nullptr) throw std::invalid_argument("unknown room version");
    base::JsonObject content = read(create_content);
    content["room_version"] = version;
    if (!version_->implicit_creator && !content.contains("creator")) content["creator"] = kCreator;
    create_ = make({.type = "m.room.create", .state_key = "", .content = base::to_text(content)});
    apply(create_);
    with_member(kCreator, "join");
  }

  RoomBuilder& with_state(std::string type, std::string state_key, std::string content) {
    return with({.type = std::move(type),
                 .state_key = std::move(state_key),
                 .content = std::move(content)});
  }
  RoomBuilder& with(const EventSpec& spec) {
    apply(make(spec));
    return *this;
  }
  RoomBuilder& with_member(std::string_view user, std::string_view membership) {
    return with({.sender = std::string(user),
                 .type = "m.room.member",
                 .state_key = std::string(user),
                 .content = R"({"membership":")" + std::string(membership) + "\"}"});
  }
  RoomBuilder& with_join_rule(std::string_view rule) {
    return with_state("m.room.join_rules", "", R"({"join_rule":")" + std::string(rule) + "\"}");
  }
  // The whole content of m.room.power_levels, as JSON.
  RoomBuilder& with_power_levels(std::string content) {
    power_levels_ = read(content);
    return with_state("m.room.power_levels", "", std::move(content));
  }
  // Adds `user` to the users of m.room.power_levels. Up to version 11 its creator keeps 100.
  RoomBuilder& with_power(std::string_view user, std::int64_t power) {
    base::Json& users = power_levels_["users"];
    if (!users.is_object()) {
      users.emplace_object();
      if (!version_->creators_have_infinite_power) users.as_object()[kCreator] = 100;
    }
    users.as_object()[user] = power;
    return with_state("m.room.power_levels", "", base::to_text(power_levels_));
  }

  // The event that `spec` describes, on top of the room as it is.
  [[nodiscard]] protocol::EventPtr make(const EventSpec& spec) const {
    protocol::EventDraft draft;
    draft.sender = protocol::UserId::trusted(spec.sender);
    draft.type = spec.type;
    draft.state_key = spec.state_key;
    draft.content = read(spec.content);
    if (spec.redacts) draft.redacts = protocol::EventId::trusted(*spec.redacts);
    draft.sent_at = base::Timestamp{1'700'000'000'000 + made_};
    draft.depth = ++made_;
    draft.room = room_of(spec);
    if (spec.prev_events) {
      draft.prev_events = *spec.prev_events;
    } else if (last_ != nullptr) {
      draft.prev_events = {last_->id()};
    }
    for (const protocol::StateKey& key : protocol::auth_event_keys(draft, *version_)) {
      const protocol::VerifiedEvent* event = find(key.first, key.second);
      if (event != nullptr) draft.auth_events.push_back(event->id());
    }
    name_in_old_format(draft);
    auto event = protocol::admit(protocol::compose(draft, *version_), *version_, {},
                                 protocol::EventSource::local);
    if (!event) throw std::invalid_argument(event.error().rule + ": " + event.error().reason);
    return *std::move(event);
  }

  [[nodiscard]] protocol::Verdict check(const EventSpec& spec) const {
    return protocol::check_event_auth(*make(spec), *this);
  }
  // "" if the rules allow the event, or the name of the one that does not.
  [[nodiscard]] std::string rule_against(const EventSpec& spec) const {
    const protocol::Verdict verdict = check(spec);
    const auto* denied = std::get_if<protocol::Denied>(&verdict);
    return denied == nullptr ? "" : std::string(denied->rule);
  }
  protocol::Verdict send(const EventSpec& spec) {
    const protocol::EventPtr event = make(spec);
    const protocol::Verdict verdict = protocol::check_event_auth(*event, *this);
    if (protocol::is_allowed(verdict)) apply(event);
    return verdict;
  }

  [[nodiscard]] const protocol::VerifiedEvent* find(std::string_view type,
                                                    std::string_view state_key) const override {
    const auto found = state_.find(protocol::StateKey(type, state_key));
    return found == state_.end() ? nullptr : found->second.get();
  }
  [[nodiscard]] protocol::EventPtr get(std::string_view type, std::string_view state_key) const {
    return state_.at(protocol::StateKey(type, state_key));
  }
  [[nodiscard]] const protocol::VerifiedEvent& create() const { return *create_; }
  [[nodiscard]] const protocol::VerifiedEvent& last() const { return *last_; }
  [[nodiscard]] const protocol::RoomVersion& version() const { return *version_; }
  [[nodiscard]] protocol::PowerLevels power_levels() const {
    return protocol::power_levels_of(*this);
  }
  void forget(std::string_view type, std::string_view state_key) {
    state_.erase(protocol::StateKey(type, state_key));
  }

 private:
  static base::JsonObject read(std::string_view text) {
    auto json = base::parse_json(text);
    if (!json || !json->is_object()) throw std::invalid_argument("no JSON object");
    return std::move(json->as_object());
  }

  [[nodiscard]] protocol::RoomId room_of(const EventSpec& spec) const {
    if (spec.room) return protocol::RoomId::trusted(*spec.room);
    const bool is_create = spec.type == "m.room.create" && spec.state_key == "";
    if (create_ != nullptr && !is_create) return create_->room();
    const bool names_room = version_->format == protocol::EventFormat::create_names_room;
    return names_room ? protocol::RoomId() : protocol::RoomId::trusted("!room:x");
  }

  // Versions 1 and 2 give events their ids, and name others together with their hashes.
  void name_in_old_format(protocol::EventDraft& draft) const {
    if (version_->format != protocol::EventFormat::ids_given) return;
    draft.given_id = protocol::EventId::trusted("$" + std::to_string(made_) + ":" +
                                                std::string(draft.sender.server_name()));
    for (const auto* ids : {&draft.prev_events, &draft.auth_events}) {
      for (const protocol::EventId& id : *ids) {
        draft.reference_hashes[id] = std::string(32, '\0');
      }
    }
  }

  void apply(const protocol::EventPtr& event) {
    last_ = event;
    if (event->is_state()) {
      state_[protocol::StateKey(event->type(), *event->state_key())] = event;
    }
  }

  const protocol::RoomVersion* version_;
  base::JsonObject power_levels_;
  protocol::EventPtr create_;
  protocol::EventPtr last_;
  std::map<protocol::StateKey, protocol::EventPtr> state_;
  mutable std::int64_t made_ = 0;
};

}  // namespace chancery::support
