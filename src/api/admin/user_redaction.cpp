// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_synapse/admin/v1/user/{userId}/redact
// GET  /_synapse/admin/v1/user/redact_status/{redactId}
//
// Redacts what one person sent, in the background.
#include "api/admin/long_act_json.hpp"
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using admin::UserRedaction;
using admin::UserRedactionRequest;

std::vector<protocol::RoomId> read_rooms(const base::JsonObject& body) {
  const base::JsonArray* names = boundary::optional_array(body, "rooms");
  if (names == nullptr) {
    throw ApiError(ErrorCode::missing_param, "'rooms' is missing; none in it stands for all");
  }
  if (names->size() > UserRedaction::kMostRooms) {
    throw ApiError(ErrorCode::invalid_param, "These are too many rooms");
  }
  std::vector<protocol::RoomId> rooms;
  for (const base::Json& name : *names) {
    auto room = protocol::RoomId::parse(name.is_string() ? std::string_view(name.get_string())
                                                         : std::string_view());
    if (!room) throw ApiError(ErrorCode::invalid_param, "'rooms' must be a list of room ids");
    rooms.push_back(*std::move(room));
  }
  return rooms;
}

runtime::Task<http::Response> begin(UserRedaction& redaction, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  using Redactor = UserRedactionRequest::Redactor;
  const bool by_owner = boundary::optional_bool(body, "use_admin").value_or(false);
  UserRedactionRequest request{.user = call.user_id(),
                               .rooms = read_rooms(body),
                               .reason = text_unless_null(body, "reason").value_or(""),
                               .redactor = by_owner ? Redactor::owner : Redactor::anyone};
  if (const auto limit = boundary::optional_integer(body, "limit")) {
    if (*limit <= 0) throw ApiError(ErrorCode::invalid_param, "'limit' must be above 0");
    request.limit = static_cast<std::size_t>(
        std::min(*limit, static_cast<std::int64_t>(UserRedaction::kMostEvents)));
  }
  const std::string id = co_await redaction.begin(call.session(), std::move(request));
  co_return boundary::json_response(base::JsonObject{{"redact_id", id}});
}

runtime::Task<http::Response> show(UserRedaction& redaction, Call& call) {
  const auto status = redaction.acts().find(call.path("redactId"));
  if (!status) throw ApiError(ErrorCode::not_found, "There was no such redaction lately");
  base::JsonObject failed;
  for (const auto& [event, why] : status->failed) failed[event] = why;
  base::JsonObject shown{{"status", state_of(*status)}, {"failed_redactions", std::move(failed)}};
  if (!status->error.empty()) shown["error"] = status->error;
  co_return boundary::json_response(shown);
}

}  // namespace

Routes user_redaction_routes(const AdminServices& services) {
  UserRedaction& redaction = services.redaction;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /user/{userId}/redact"},
                               [&redaction](Call& call) { return begin(redaction, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /user/redact_status/{redactId}"},
                               [&redaction](Call& call) { return show(redaction, call); }));
  return routes;
}

}  // namespace chancery::admin_api
