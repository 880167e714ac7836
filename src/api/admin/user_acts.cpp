// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_synapse/admin/v1/deactivate/{userId}
// POST /_synapse/admin/v1/reset_password/{userId}
// GET  /_synapse/admin/v1/users/{userId}/admin
// PUT  /_synapse/admin/v1/users/{userId}/admin
// PUT  /_synapse/admin/v1/suspend/{userId}
// POST /_synapse/admin/v1/users/{userId}/login
//
// What an owner does to an account. Signing in as somebody else is not among it: it is refused, and
// that it was tried is on record (docs/decisions/0029-no-impersonation.md).
#include "api/admin/routes.hpp"
#include "domain/admin/acting.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> deactivate(admin::AccountEditor& editor, Call& call) {
  using Erase = accounts::Deactivation::Erase;
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const bool erase = boundary::optional_bool(body, "erase").value_or(false);
  co_await editor.deactivate(call.session(), call.user_id(), erase ? Erase::yes : Erase::no);
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", "success"}});
}

runtime::Task<http::Response> reset_password(admin::AccountEditor& editor, Call& call) {
  using Devices = accounts::Accounts::OtherDevices;
  const base::JsonObject body = co_await call.json_body();
  const bool logs_out = boundary::optional_bool(body, "logout_devices").value_or(true);
  co_await editor.reset_password(call.session(), call.user_id(),
                                 boundary::get_string(body, "new_password"),
                                 logs_out ? Devices::log_out : Devices::keep);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> show_owner(accounts::Moderation& moderation, Call& call) {
  const storage::StoredAccount account =
      co_await moderation.look_at(call.session(), call.user_id());
  co_return boundary::json_response(
      base::JsonObject{{"admin", account.role == storage::AccountRole::owner}});
}

runtime::Task<http::Response> set_owner(admin::AccountEditor& editor, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  co_await editor.set_owner(call.session(), call.user_id(), get_bool(body, "admin"));
  co_return boundary::empty_response();
}

runtime::Task<http::Response> suspend(accounts::Moderation& moderation, Call& call) {
  using Suspended = accounts::Accounts::Suspended;
  const base::JsonObject body = co_await call.json_body();
  const bool suspended = get_bool(body, "suspend");
  co_await moderation.set_suspended(call.session(), call.user_id(),
                                    suspended ? Suspended::yes : Suspended::no);
  co_return boundary::json_response(
      base::JsonObject{{fmt::format("user_{}_suspended", call.user_id().text()), suspended}});
}

runtime::Task<http::Response> refuse_log_in(accounts::AuditedCommits& commits, Call& call) {
  co_await commits.record(
      admin::act_of(call.session(), "account.log_in_as_refused", call.user_id().text()));
  throw ApiError(ErrorCode::forbidden, "Nobody signs in as somebody else on this server");
}

}  // namespace

Routes user_act_routes(const AdminServices& services) {
  admin::AccountEditor& editor = services.editor;
  accounts::Moderation& moderation = services.moderation;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /deactivate/{userId}"},
                               [&editor](Call& call) { return deactivate(editor, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /reset_password/{userId}"},
                               [&editor](Call& call) { return reset_password(editor, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /users/{userId}/admin"},
                               [&moderation](Call& call) { return show_owner(moderation, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "PUT /users/{userId}/admin"},
                               [&editor](Call& call) { return set_owner(editor, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "PUT /suspend/{userId}"},
                               [&moderation](Call& call) { return suspend(moderation, call); }));
  routes.push_back(admin_route(
      {"synapse-admin", "v1", "POST /users/{userId}/login"},
      [&commits = services.commits](Call& call) { return refuse_log_in(commits, call); }));
  return routes;
}

}  // namespace chancery::admin_api
