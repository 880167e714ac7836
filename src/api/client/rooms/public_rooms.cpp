// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/rooms/public_rooms.hpp"

#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::client {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

std::vector<std::string> read_room_types(const base::JsonArray& listed) {
  std::vector<std::string> types;
  for (const base::Json& type : listed) {
    if (!type.is_string() && !type.is_null()) {
      throw ApiError(ErrorCode::bad_json, "room_types must be a list of strings and null");
    }
    types.push_back(type.is_null() ? std::string() : std::string(type.get_string()));
  }
  return types;
}

}  // namespace

base::JsonObject shown_room_json(const rooms::ShownRoom& room) {
  base::JsonObject shown{{"room_id", room.id.text()},
                         {"num_joined_members", room.joined_members},
                         {"world_readable", room.world_readable},
                         {"guest_can_join", room.guest_can_join},
                         {"join_rule", room.join_rule}};
  const auto add = [&shown](std::string_view key, const std::optional<std::string>& value) {
    if (value) shown[key] = *value;
  };
  add("name", room.name);
  add("topic", room.topic);
  add("canonical_alias", room.canonical_alias);
  add("avatar_url", room.avatar_url);
  add("room_type", room.room_type);
  return shown;
}

base::JsonObject summary_json(const rooms::ShownRoom& room) {
  base::JsonObject summary = shown_room_json(room);
  summary["room_version"] = room.version;
  if (room.encryption) summary["encryption"] = *room.encryption;
  if (!room.allowed_ids.empty()) {
    base::JsonArray allowed;
    for (const protocol::RoomId& id : room.allowed_ids) allowed.emplace_back(id.text());
    summary["allowed_room_ids"] = std::move(allowed);
  }
  return summary;
}

void check_own_server(const rooms::Directory& directory, const boundary::Call& call) {
  const auto server = call.query("server");
  if (!server || directory.is_of(*server)) return;
  throw ApiError(ErrorCode::not_found, "This server does not ask other servers");
}

rooms::DirectoryQuery read_directory_query(const base::JsonObject& body) {
  rooms::DirectoryQuery query{.limit = {}, .since = {}, .search_term = {}, .room_types = {}};
  const std::int64_t limit = boundary::optional_integer(body, "limit").value_or(0);
  if (limit < 0) throw ApiError(ErrorCode::invalid_param, "'limit' may not be negative");
  if (limit > 0) query.limit = static_cast<std::size_t>(limit);
  const auto instance = boundary::optional_string(body, "third_party_instance_id");
  const bool has_all = boundary::optional_bool(body, "include_all_networks").value_or(false);
  if (has_all && instance) {
    throw ApiError(ErrorCode::invalid_param,
                   "third_party_instance_id cannot be used with include_all_networks");
  }
  if (has_all) query.networks = rooms::DirectoryQuery::Networks::all;
  if (instance) {
    query.networks = rooms::DirectoryQuery::Networks::one;
    query.instance = *instance;
  }
  query.since = boundary::optional_string(body, "since").value_or("");
  const base::JsonObject* filter = boundary::optional_object(body, "filter");
  if (filter == nullptr) return query;
  query.search_term = boundary::optional_string(*filter, "generic_search_term").value_or("");
  if (const base::JsonArray* types = boundary::optional_array(*filter, "room_types")) {
    query.room_types = read_room_types(*types);
  }
  return query;
}

http::Response describe_page(const rooms::DirectoryPage& page) {
  base::JsonArray chunk;
  for (const rooms::ShownRoom& room : page.rooms) chunk.emplace_back(shown_room_json(room));
  base::JsonObject body{{"chunk", std::move(chunk)}, {"total_room_count_estimate", page.total}};
  if (page.next) body["next_batch"] = *page.next;
  if (page.previous) body["prev_batch"] = *page.previous;
  return boundary::json_response(body);
}

}  // namespace chancery::client
