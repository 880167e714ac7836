// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/following_client.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

namespace chancery::scenario {
namespace {

const base::JsonArray& events_at(const base::Json& json, const std::string& pointer) {
  static const base::JsonArray kNone;
  const base::Json* found = find_at(json, pointer);
  return found == nullptr ? kNone : found->as_array();
}

void take_account_data(std::map<std::string, std::string>& into, const base::Json& json) {
  for (const base::Json& item : events_at(json, "/account_data/events")) {
    into[text_at(item, "/type")] = base::to_text(item.at("content"));
  }
}

void take_receipts(FollowingClient::Room& room, const base::Json& section) {
  for (const base::Json& item : events_at(section, "/ephemeral/events")) {
    if (text_at(item, "/type") != "m.receipt") continue;
    for (const auto& [event, by_type] : item.at("content").as_object()) {
      for (const auto& [type, by_user] : by_type.as_object()) {
        for (const auto& [user, receipt] : by_user.as_object()) {
          room.receipts[{std::string(type), std::string(user)}] = event;
        }
      }
    }
  }
}

template <typename Map>
std::string difference(const std::string& what, const Map& left, const Map& right) {
  for (const auto& [key, value] : left) {
    const auto other = right.find(key);
    if (other == right.end()) return fmt::format("{}: one has more ({})", what, left.size());
    if (other->second != value) return fmt::format("{}: {} or {}", what, value, other->second);
  }
  return left.size() == right.size() ? "" : what + ": the other has more";
}

}  // namespace

void FollowingClient::catch_up() {
  ask();
  take_answer();
}

void FollowingClient::ask() {
  asked_ = person_.begin(http::Method::get, since_.empty() ? "/sync" : "/sync?since=" + since_);
}

void FollowingClient::take_answer() {
  const ApiAnswer answer = asked_->await();
  asked_.reset();
  // A request that a restart broke off is asked again.
  if (answer.status == 200) take(answer);
  if (answer.status != 200 && answer.status != 503) throw std::logic_error(answer.body);
}

void FollowingClient::lose_answer() {
  static_cast<void>(asked_->await());
  asked_.reset();
}

void FollowingClient::take(const ApiAnswer& sync) {
  since_ = sync.text("next_batch");
  take_account_data(account_data_, sync.json);
  for (const base::Json& message : events_at(sync.json, "/to_device/events")) {
    to_device_.push_back(text_at(message, "/content/text"));
  }
  for (const char* gone : {"/rooms/leave", "/rooms/invite"}) {
    const base::Json* rooms = find_at(sync.json, gone);
    if (rooms == nullptr) continue;
    for (const auto& [id, section] : rooms->as_object()) {
      joined_.erase(id);
      invited_.erase(id);
      if (gone == std::string("/rooms/invite")) invited_.emplace(id);
    }
  }
  const base::Json* rooms = find_at(sync.json, "/rooms/join");
  if (rooms == nullptr) return;
  for (const auto& [id, section] : rooms->as_object()) take_joined(id, section);
}

void FollowingClient::take_joined(const std::string& id, const base::Json& section) {
  invited_.erase(id);
  Room& room = joined_[id];
  for (const base::Json& event : events_at(section, "/state/events")) {
    room.state[{text_at(event, "/type"), text_at(event, "/state_key")}] =
        text_at(event, "/event_id");
    if (event.as_object().if_contains("state_key") == nullptr) {
      throw std::logic_error("an event in state that is none");
    }
  }
  // Who comes in is shown what was before, perhaps again.
  const base::JsonArray& timeline = events_at(section, "/timeline/events");
  const bool came_in = std::ranges::any_of(timeline, [this](const base::Json& event) {
    return text_at(event, "/type") == "m.room.member" &&
           text_at(event, "/state_key") == person_.id() &&
           text_at(event, "/content/membership") == "join";
  });
  if (came_in) room.seen.clear();
  for (const base::Json& event : timeline) take_event(room, event);
  take_receipts(room, section);
  take_account_data(room.account_data, section);
  if (const base::Json* unread = find_at(section, "/unread_notifications")) {
    room.unread = base::to_text(*unread);
  }
}

void FollowingClient::take_event(Room& room, const base::Json& event) {
  const std::string id = text_at(event, "/event_id");
  if (std::ranges::find(room.seen, id) != room.seen.end()) repeated_.push_back(id);
  room.seen.push_back(id);
  if (event.as_object().if_contains("state_key") == nullptr) return;
  room.state[{text_at(event, "/type"), text_at(event, "/state_key")}] = id;
}

std::string FollowingClient::difference_from(const FollowingClient& other) const {
  if (invited_ != other.invited_) return "invites";
  std::string found = difference("account data", account_data_, other.account_data_);
  for (const auto& [id, room] : joined_) {
    const auto there = other.joined_.find(id);
    if (there == other.joined_.end()) return "joined to " + id;
    const Room& same = there->second;
    if (found.empty()) found = difference("state of " + id, room.state, same.state);
    if (found.empty()) found = difference("receipts in " + id, room.receipts, same.receipts);
    if (found.empty()) {
      found = difference("account data of " + id, room.account_data, same.account_data);
    }
    if (found.empty() && room.unread != same.unread) {
      found = fmt::format("unread in {}: {} or {}", id, room.unread, same.unread);
    }
    if (found.empty() && !room.seen.empty() && !same.seen.empty() &&
        room.seen.back() != same.seen.back()) {
      found = "last event of " + id;
    }
  }
  if (found.empty() && joined_.size() != other.joined_.size()) found = "joined to fewer rooms";
  return found;
}

}  // namespace chancery::scenario
