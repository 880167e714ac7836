// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// DELETE /_synapse/admin/v1/rooms/{roomId}
// DELETE /_synapse/admin/v2/rooms/{roomId}
// GET    /_synapse/admin/v2/rooms/{roomId}/delete_status
// GET    /_synapse/admin/v2/rooms/delete_status/{deleteId}
//
// Closes a room and removes what was said there; at once, or in the background.
#include "api/admin/long_act_json.hpp"
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using admin::RemovalRequest;
using admin::RemovalStatus;

constexpr std::string_view kUsualName = "A room was closed";
constexpr std::string_view kUsualMessage =
    "The owners of this server have closed a room that you were in.";

template <typename Id>
base::JsonArray texts(const std::vector<Id>& ids) {
  base::JsonArray shown;
  for (const Id& id : ids) shown.emplace_back(id.text());
  return shown;
}

std::string_view step_of(const RemovalStatus& status) {
  if (status.has_ended()) return state_of(status);
  return status.is_purging ? "purging" : "shutting_down";
}

RemovalRequest read_request(const base::JsonObject& body, protocol::RoomId room) {
  const bool blocks = boundary::optional_bool(body, "block").value_or(false);
  const bool purges = boundary::optional_bool(body, "purge").value_or(true);
  const bool forces = boundary::optional_bool(body, "force_purge").value_or(false);
  RemovalRequest request{
      .room = std::move(room),
      .new_room_user = std::nullopt,
      .room_name = text_unless_null(body, "room_name").value_or(std::string(kUsualName)),
      .message = text_unless_null(body, "message").value_or(std::string(kUsualMessage)),
      .block = blocks ? RemovalRequest::Block::yes : RemovalRequest::Block::no};
  if (!purges) {
    request.purge = RemovalRequest::Purge::no;
  } else {
    request.purge = forces ? RemovalRequest::Purge::always : RemovalRequest::Purge::yes;
  }
  if (const auto text = text_unless_null(body, "new_room_user_id")) {
    auto user = protocol::UserId::parse(*text);
    if (!user) throw ApiError(ErrorCode::invalid_param, "'new_room_user_id' is no user id");
    request.new_room_user = *std::move(user);
  }
  return request;
}

base::JsonObject describe(const RemovalStatus& status) {
  base::JsonObject shown{{"status", step_of(status)}, {"shutdown_room", describe_outcome(status)}};
  if (!status.error.empty()) shown["error"] = status.error;
  return shown;
}

runtime::Task<http::Response> remove_now(admin::RoomRemoval& removal, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const RemovalStatus status =
      co_await removal.remove(call.session(), read_request(body, call.room_id()));
  co_return boundary::json_response(describe_outcome(status));
}

runtime::Task<http::Response> begin(admin::RoomRemoval& removal, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const std::string id = co_await removal.begin(call.session(), read_request(body, call.room_id()));
  co_return boundary::json_response(base::JsonObject{{"delete_id", id}});
}

runtime::Task<http::Response> show_of_room(admin::RoomRemoval& removal, Call& call) {
  base::JsonArray results;
  for (const RemovalStatus& status : removal.find_of(call.room_id())) {
    base::JsonObject shown = describe(status);
    shown["delete_id"] = status.id;
    results.push_back(std::move(shown));
  }
  if (results.empty()) throw ApiError(ErrorCode::not_found, "This room was not removed lately");
  co_return boundary::json_response(base::JsonObject{{"results", std::move(results)}});
}

runtime::Task<http::Response> show_one(admin::RoomRemoval& removal, Call& call) {
  const auto status = removal.acts().find(call.path("deleteId"));
  if (!status) throw ApiError(ErrorCode::not_found, "There was no such removal lately");
  co_return boundary::json_response(describe(*status));
}

}  // namespace

base::JsonObject describe_outcome(const RemovalStatus& status) {
  return {{"kicked_users", texts(status.removed)},
          {"failed_to_kick_users", texts(status.not_removed)},
          {"local_aliases", texts(status.aliases)},
          {"new_room_id", status.new_room ? base::Json(status.new_room->text()) : nullptr}};
}

Routes room_removal_routes(const AdminServices& services) {
  admin::RoomRemoval& removal = services.removal;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "DELETE /rooms/{roomId}"},
                               [&removal](Call& call) { return remove_now(removal, call); }));
  routes.push_back(admin_route({"synapse-admin", "v2", "DELETE /_synapse/admin/v2/rooms/{roomId}"},
                               [&removal](Call& call) { return begin(removal, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/rooms/{roomId}/delete_status"},
                  [&removal](Call& call) { return show_of_room(removal, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/rooms/delete_status/{deleteId}"},
                  [&removal](Call& call) { return show_one(removal, call); }));
  return routes;
}

}  // namespace chancery::admin_api
