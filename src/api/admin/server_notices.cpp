// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_synapse/admin/v1/send_server_notice
// PUT  /_synapse/admin/v1/send_server_notice/{txnId}
//
// Tells one person something on behalf of the server.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

admin::Notice read_notice(const base::JsonObject& body) {
  auto to = protocol::UserId::parse(boundary::get_string(body, "user_id"));
  if (!to) throw ApiError(ErrorCode::invalid_param, "'user_id' is no user id");
  const base::JsonObject* content = boundary::optional_object(body, "content");
  if (content == nullptr) throw ApiError(ErrorCode::missing_param, "'content' is missing");
  admin::Notice notice;
  notice.to = *std::move(to);
  notice.type = boundary::optional_string(body, "type").value_or(notice.type);
  notice.state_key = boundary::optional_string(body, "state_key");
  notice.content = *content;
  return notice;
}

runtime::Task<http::Response> send(admin::ServerNotices& notices, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  admin::Notice notice = read_notice(body);
  if (call.find_path("txnId")) notice.transaction = call.transaction_id();
  const protocol::EventId event = co_await notices.send(call.session(), std::move(notice));
  co_return boundary::json_response(base::JsonObject{{"event_id", event.text()}});
}

}  // namespace

Routes server_notice_routes(const AdminServices& services) {
  admin::ServerNotices& notices = services.notices;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /send_server_notice"},
                               [&notices](Call& call) { return send(notices, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "PUT /send_server_notice/{txnId}"},
                               [&notices](Call& call) { return send(notices, call); }));
  return routes;
}

}  // namespace chancery::admin_api
