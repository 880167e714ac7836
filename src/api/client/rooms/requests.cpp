// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/rooms/requests.hpp"

#include "protocol/api_error.hpp"
#include "protocol/sticky.hpp"

#include <utility>

namespace chancery::client {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

protocol::UserId parse_user(std::string_view text, std::string_view key) {
  auto user = protocol::UserId::parse(text);
  if (!user) {
    throw ApiError(ErrorCode::invalid_param, std::string(key) + ": " + user.error().reason);
  }
  return *std::move(user);
}

}  // namespace

protocol::UserId read_user(const base::JsonObject& body, std::string_view key) {
  return parse_user(boundary::get_string(body, key), key);
}

std::vector<protocol::UserId> read_users(const base::JsonObject& body, std::string_view key) {
  std::vector<protocol::UserId> users;
  const base::JsonArray* listed = boundary::optional_array(body, key);
  if (listed == nullptr) return users;
  for (const base::Json& one : *listed) {
    if (!one.is_string()) {
      throw ApiError(ErrorCode::bad_json, std::string(key) + " must be a list of user ids");
    }
    users.push_back(parse_user(one.get_string(), key));
  }
  return users;
}

rooms::TargetRequest read_target(const boundary::Call& call, const base::JsonObject& body,
                                 rooms::TargetRequest::Act act) {
  return {.room = call.room_id(),
          .user = read_user(body, "user_id"),
          .reason = boundary::optional_string(body, "reason"),
          .act = act};
}

third_party_ids::AddressInvites::Request read_address_invite(const base::JsonObject& body,
                                                             protocol::RoomId room) {
  return {.room = std::move(room),
          .account = {.server = boundary::get_string(body, "id_server"),
                      .access_token = boundary::get_string(body, "id_access_token")},
          .medium = boundary::get_string(body, "medium"),
          .address = boundary::get_string(body, "address")};
}

runtime::Task<protocol::RoomId> resolve_room(rooms::Aliases& aliases, std::string text) {
  if (text.starts_with('#')) {
    auto alias = protocol::RoomAlias::parse(text);
    if (!alias) throw ApiError(ErrorCode::invalid_param, alias.error().reason);
    co_return co_await aliases.get_room_id(*std::move(alias));
  }
  auto room = protocol::RoomId::parse(text);
  if (!room) throw ApiError(ErrorCode::invalid_param, room.error().reason);
  co_return *std::move(room);
}

std::optional<base::Milliseconds> read_delay(const boundary::Call& call) {
  const auto delay = call.query_integer("org.matrix.msc4140.delay");
  if (!delay) return std::nullopt;
  if (*delay <= 0) {
    throw ApiError(ErrorCode::invalid_param, "The delay must be more than 0 milliseconds");
  }
  return base::Milliseconds(*delay);
}

std::optional<std::int64_t> read_stickiness(const boundary::Call& call) {
  const auto duration = call.query_integer("org.matrix.msc4354.sticky_duration_ms");
  if (duration && (*duration < 0 || *duration > protocol::kLongestStickiness)) {
    throw ApiError(ErrorCode::invalid_param, "An event may be sticky for an hour at most");
  }
  return duration;
}

http::Response describe_delayed(const std::string& id) {
  return boundary::json_response(base::JsonObject{{"delay_id", id}});
}

http::Response describe_room(const protocol::RoomId& room) {
  return boundary::json_response(base::JsonObject{{"room_id", room.text()}});
}

http::Response describe_event(const protocol::EventId& event) {
  return boundary::json_response(base::JsonObject{{"event_id", event.text()}});
}

std::optional<base::Timestamp> massaged_time(const boundary::Call& call) {
  if (call.session().service.empty()) return std::nullopt;
  const auto time = call.query_integer("ts");
  if (!time) return std::nullopt;
  if (*time < 0 || *time > base::kMaxCanonicalInteger) {
    throw protocol::ApiError(protocol::ErrorCode::invalid_param, "'ts' is no time of an event");
  }
  return base::Timestamp{*time};
}

}  // namespace chancery::client
