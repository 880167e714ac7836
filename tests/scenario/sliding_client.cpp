// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/sliding_client.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace chancery::scenario {
namespace {

constexpr std::size_t kAllRooms = 1'000;

const base::JsonArray& list_at(const base::Json& json, const std::string& pointer) {
  static const base::JsonArray kNone;
  const base::Json* found = find_at(json, pointer);
  return found == nullptr ? kNone : found->as_array();
}

void take_text(std::string& into, const base::Json& json, const char* pointer) {
  if (const base::Json* found = find_at(json, pointer)) into = base::to_text(*found);
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

std::string difference_of(const SlidingClient::Room& left, const SlidingClient::Room& right) {
  const std::string state = difference("state", left.state, right.state);
  if (!state.empty()) return state;
  const std::string data = difference("account data", left.account_data, right.account_data);
  if (!data.empty()) return data;
  const std::string receipts = difference("receipts", left.own_receipts, right.own_receipts);
  if (!receipts.empty()) return receipts;
  for (const auto& [what, one, other] :
       {std::tuple("name", left.name, right.name),
        std::tuple("joined_count", left.joined_count, right.joined_count),
        std::tuple("unread", left.unread, right.unread),
        std::tuple("bump_stamp", left.bump_stamp, right.bump_stamp)}) {
    if (one != other) return fmt::format("{}: {} or {}", what, one, other);
  }
  return "";
}

}  // namespace

void SlidingClient::ask(std::size_t window, Answer answer) {
  const std::string body = fmt::format(
      R"({{"conn_id":"{}","lists":{{"all":{{"ranges":[[0,{}]],"timeline_limit":5,)"
      R"("required_state":[["*","*"]]}}}},"extensions":{{"account_data":{{"enabled":true}},)"
      R"("receipts":{{"enabled":true}}}}}})",
      connection_, window - 1);
  const ApiAnswer told =
      person_.post(kSlidingSync + (pos_.empty() ? std::string() : "?pos=" + pos_), body);
  if (answer == Answer::lost || told.status == 503) return;
  if (told.status == 400 && told.errcode() == "M_UNKNOWN_POS") {
    forget_all();
    return;
  }
  if (told.status != 200) throw std::logic_error(told.body);
  take(told);
}

void SlidingClient::catch_up() {
  do {
    is_quiet_ = false;
    ask(kAllRooms);
  } while (!is_quiet_);
}

void SlidingClient::forget_all() {
  pos_.clear();
  joined_.clear();
  invited_.clear();
  account_data_.clear();
  ++beginnings_;
}

void SlidingClient::take(const ApiAnswer& answer) {
  pos_ = answer.text("pos");
  const base::JsonObject& rooms = answer.object().at("rooms").as_object();
  for (const auto& [id, told] : rooms) take_room(id, told);
  const base::Json& extensions = answer.object().at("extensions");
  take_account_data(extensions);
  take_receipts(extensions);
  is_quiet_ = rooms.empty() && extensions.as_object().empty();
}

void SlidingClient::take_room(const std::string& id, const base::Json& told) {
  if (find_at(told, "/invite_state") != nullptr) {
    joined_.erase(id);
    invited_.insert(id);
    return;
  }
  const base::Json* initial = find_at(told, "/initial");
  if (initial != nullptr && initial->as_bool()) {
    // Account data and receipts have a life of their own beside the room's.
    Room fresh;
    if (const auto old = joined_.find(id); old != joined_.end()) {
      fresh.account_data = old->second.account_data;
      fresh.own_receipts = old->second.own_receipts;
    }
    joined_[id] = std::move(fresh);
  }
  Room& room = joined_[id];
  std::string membership;
  for (const base::Json& event : list_at(told, "/required_state")) {
    if (event.as_object().if_contains("event_id") == nullptr) continue;
    const auto key = std::pair(text_at(event, "/type"), text_at(event, "/state_key"));
    room.state[key] = text_at(event, "/event_id");
    if (key == std::pair(std::string("m.room.member"), person_.id())) {
      membership = text_at(event, "/content/membership");
    }
  }
  invited_.erase(id);
  if (membership == "leave" || membership == "ban") {
    joined_.erase(id);
    return;
  }
  take_timeline(room, told);
  take_text(room.name, told, "/name");
  take_text(room.joined_count, told, "/joined_count");
  take_text(room.unread, told, "/notification_count");
  take_text(room.bump_stamp, told, "/bump_stamp");
}

void SlidingClient::take_timeline(Room& room, const base::Json& told) {
  const bool may_repeat = find_at(told, "/initial") != nullptr ||
                          find_at(told, "/unstable_expanded_timeline") != nullptr;
  for (const base::Json& event : list_at(told, "/timeline")) {
    const std::string id = text_at(event, "/event_id");
    const bool is_known = std::ranges::find(room.seen, id) != room.seen.end();
    if (is_known && !may_repeat) repeated_.push_back(id);
    if (!is_known) room.seen.push_back(id);
  }
}

void SlidingClient::take_account_data(const base::Json& extensions) {
  for (const base::Json& item : list_at(extensions, "/account_data/global")) {
    account_data_[text_at(item, "/type")] = base::to_text(item.at("content"));
  }
  const base::Json* rooms = find_at(extensions, "/account_data/rooms");
  if (rooms == nullptr) return;
  for (const auto& [id, items] : rooms->as_object()) {
    for (const base::Json& item : items.as_array()) {
      joined_[id].account_data[text_at(item, "/type")] = base::to_text(item.at("content"));
    }
  }
}

void SlidingClient::take_receipts(const base::Json& extensions) {
  const base::Json* rooms = find_at(extensions, "/receipts/rooms");
  if (rooms == nullptr) return;
  for (const auto& [id, receipt] : rooms->as_object()) {
    for (const auto& [event, by_type] : receipt.at("content").as_object()) {
      for (const auto& [type, by_user] : by_type.as_object()) {
        if (by_user.as_object().contains(person_.id())) {
          joined_[id].own_receipts[std::string(type)] = event;
        }
      }
    }
  }
}

std::string SlidingClient::difference_from(const SlidingClient& other) const {
  const std::string data = difference("account data", account_data_, other.account_data_);
  if (!data.empty()) return data;
  if (invited_ != other.invited_) return "not the same invitations";
  for (const auto& [id, room] : joined_) {
    const auto found = other.joined_.find(id);
    if (found == other.joined_.end()) return id + " is joined for one";
    const std::string rooms = difference_of(room, found->second);
    if (!rooms.empty()) return id + ": " + rooms;
  }
  return joined_.size() == other.joined_.size() ? "" : "the other has more rooms";
}

}  // namespace chancery::scenario
