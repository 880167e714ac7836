// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_synapse/admin/v1/purge_history/{roomId}
// POST /_synapse/admin/v1/purge_history/{roomId}/{eventId}
// GET  /_synapse/admin/v1/purge_history_status/{purgeId}
//
// Removes what was said in a room before an event or a time, in the background.
#include "api/admin/long_act_json.hpp"
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using admin::PurgeRequest;

// The event in the path, or the one of the body, or its time.
void read_end(const base::JsonObject& body, PurgeRequest& request) {
  if (request.until_event) return;
  if (const auto text = text_unless_null(body, "purge_up_to_event_id")) {
    auto event = protocol::EventId::parse(*text);
    if (!event) throw ApiError(ErrorCode::invalid_param, "'purge_up_to_event_id' is no event id");
    request.until_event = *std::move(event);
    return;
  }
  const auto time = boundary::optional_integer(body, "purge_up_to_ts");
  if (!time) {
    throw ApiError(ErrorCode::missing_param,
                   "Either 'purge_up_to_event_id' or 'purge_up_to_ts' is needed");
  }
  request.until_time = read_past(*time, "purge_up_to_ts");
}

runtime::Task<http::Response> begin(admin::HistoryPurge& purge, Call& call,
                                    std::optional<protocol::EventId> event) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const bool takes_ours = boundary::optional_bool(body, "delete_local_events").value_or(false);
  PurgeRequest request{.room = call.room_id(),
                       .until_event = std::move(event),
                       .until_time = {},
                       .ours = takes_ours ? PurgeRequest::Ours::remove : PurgeRequest::Ours::keep};
  read_end(body, request);
  const std::string id = co_await purge.begin(call.session(), std::move(request));
  co_return boundary::json_response(base::JsonObject{{"purge_id", id}});
}

runtime::Task<http::Response> show(admin::HistoryPurge& purge, Call& call) {
  const auto status = purge.acts().find(call.path("purgeId"));
  if (!status) throw ApiError(ErrorCode::not_found, "There was no such purge lately");
  base::JsonObject shown{{"status", state_of(*status)}};
  if (!status->error.empty()) shown["error"] = status->error;
  co_return boundary::json_response(shown);
}

}  // namespace

Routes history_purge_routes(const AdminServices& services) {
  admin::HistoryPurge& purge = services.purge;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /purge_history/{roomId}"},
                               [&purge](Call& call) { return begin(purge, call, std::nullopt); }));
  routes.push_back(
      admin_route({"synapse-admin", "v1", "POST /purge_history/{roomId}/{eventId}"},
                  [&purge](Call& call) { return begin(purge, call, call.event_id()); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /purge_history_status/{purgeId}"},
                               [&purge](Call& call) { return show(purge, call); }));
  return routes;
}

}  // namespace chancery::admin_api
