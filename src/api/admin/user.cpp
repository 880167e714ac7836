// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v2/users/{userId}
// PUT /_synapse/admin/v2/users/{userId}
//
// Shows an account; makes one, or changes it.
#include "api/admin/routes.hpp"
#include "api/admin/user_json.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> answer_with(admin::AccountList& accounts, Call& call,
                                          protocol::UserId user, unsigned status) {
  const storage::ListedAccount listed = co_await accounts.get(call.session(), std::move(user));
  base::JsonObject shown = describe_account(listed);
  shown["creation_ts"] = listed.account.created_at.milliseconds / 1000;
  shown["threepids"] = base::JsonArray{};
  shown["external_ids"] = base::JsonArray{};
  for (const std::string_view none : {"appservice_id", "consent_server_notice_sent",
                                      "consent_version", "consent_ts", "last_seen_ts"}) {
    shown[none] = nullptr;
  }
  co_return boundary::json_response(shown, status);
}

runtime::Task<http::Response> show(admin::AccountList& accounts, Call& call) {
  co_return co_await answer_with(accounts, call, call.user_id(), 200);
}

// What this server does not keep is not taken as if it did.
void refuse_lists(const base::JsonObject& body) {
  for (const std::string_view name : {"threepids", "external_ids"}) {
    const base::JsonArray* list = boundary::optional_array(body, name);
    if (list != nullptr && !list->empty()) {
      throw ApiError(ErrorCode::invalid_param,
                     fmt::format("'{}' cannot be set here on this server", name));
    }
  }
}

admin::AccountWish read_wish(const base::JsonObject& body) {
  using Devices = accounts::Accounts::OtherDevices;
  refuse_lists(body);
  admin::AccountWish wish{.password = text_unless_null(body, "password"),
                          .devices = boundary::optional_bool(body, "logout_devices").value_or(true)
                                         ? Devices::log_out
                                         : Devices::keep,
                          .displayname = text_unless_null(body, "displayname"),
                          .avatar_url = text_unless_null(body, "avatar_url"),
                          .is_owner = boundary::optional_bool(body, "admin"),
                          .is_deactivated = boundary::optional_bool(body, "deactivated"),
                          .is_locked = boundary::optional_bool(body, "locked"),
                          .user_type = std::nullopt};
  // Here null says something: no type.
  if (body.contains("user_type")) {
    wish.user_type = text_unless_null(body, "user_type").value_or("");
  }
  return wish;
}

runtime::Task<http::Response> put(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto outcome =
      co_await services.editor.put(call.session(), call.user_id(), read_wish(body));
  const bool is_new = outcome == admin::AccountEditor::Outcome::made;
  co_return co_await answer_with(services.accounts, call, call.user_id(), is_new ? 201 : 200);
}

}  // namespace

Routes user_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(
      admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/users/{userId}"},
                  [&accounts = services.accounts](Call& call) { return show(accounts, call); }));
  routes.push_back(admin_route({"synapse-admin", "v2", "PUT /_synapse/admin/v2/users/{userId}"},
                               [services](Call& call) { return put(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
