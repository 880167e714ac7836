// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v2/users/{userId}
// PUT /_synapse/admin/v2/users/{userId}
// GET /_synapse/admin/v1/threepid/{medium}/users/{address}
//
// Shows an account; makes one, or changes it; says whose an address is.
#include "api/admin/routes.hpp"
#include "api/admin/user_json.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> answer_with(const AdminServices& services, Call& call,
                                          protocol::UserId user, unsigned status) {
  const storage::ListedAccount listed = co_await services.accounts.get(call.session(), user);
  base::JsonArray addresses;
  for (const auto& one : co_await services.editor.load_addresses(std::move(user))) {
    addresses.push_back(base::JsonObject{{"medium", third_party_ids::kEmail},
                                         {"address", one.address.text()},
                                         {"added_at", one.added_at.milliseconds},
                                         {"validated_at", one.validated_at.milliseconds}});
  }
  base::JsonObject shown = describe_account(listed);
  shown["creation_ts"] = listed.account.created_at.milliseconds / 1000;
  shown["threepids"] = std::move(addresses);
  shown["external_ids"] = base::JsonArray{};
  for (const std::string_view none : {"appservice_id", "consent_server_notice_sent",
                                      "consent_version", "consent_ts", "last_seen_ts"}) {
    shown[none] = nullptr;
  }
  co_return boundary::json_response(shown, status);
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  co_return co_await answer_with(services, call, call.user_id(), 200);
}

mail::Address read_address(std::string_view medium, std::string_view text) {
  auto address = mail::Address::parse(medium == third_party_ids::kEmail ? text : "");
  if (!address) {
    throw ApiError(ErrorCode::invalid_param, "This is no mail address, the one kind known here");
  }
  return *std::move(address);
}

// What this server does not keep is not taken as if it did.
void refuse_external_ids(const base::JsonObject& body) {
  const base::JsonArray* list = boundary::optional_array(body, "external_ids");
  if (list == nullptr || list->empty()) return;
  throw ApiError(ErrorCode::invalid_param, "Nobody else signs people in on this server");
}

std::optional<std::vector<mail::Address>> read_addresses(const base::JsonObject& body) {
  const base::JsonArray* list = boundary::optional_array(body, "threepids");
  if (list == nullptr) return std::nullopt;
  std::vector<mail::Address> addresses;
  for (const base::Json& one : *list) {
    if (!one.is_object()) throw ApiError(ErrorCode::bad_json, "'threepids' must hold objects");
    addresses.push_back(read_address(boundary::get_string(one.get_object(), "medium"),
                                     boundary::get_string(one.get_object(), "address")));
  }
  return addresses;
}

admin::AccountWish read_wish(const base::JsonObject& body) {
  using Devices = accounts::Accounts::OtherDevices;
  refuse_external_ids(body);
  admin::AccountWish wish{.password = text_unless_null(body, "password"),
                          .devices = boundary::optional_bool(body, "logout_devices").value_or(true)
                                         ? Devices::log_out
                                         : Devices::keep,
                          .displayname = text_unless_null(body, "displayname"),
                          .avatar_url = text_unless_null(body, "avatar_url"),
                          .is_owner = boundary::optional_bool(body, "admin"),
                          .is_deactivated = boundary::optional_bool(body, "deactivated"),
                          .is_locked = boundary::optional_bool(body, "locked"),
                          .user_type = std::nullopt,
                          .addresses = read_addresses(body)};
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
  co_return co_await answer_with(services, call, call.user_id(), is_new ? 201 : 200);
}

runtime::Task<http::Response> find_by_address(admin::AccountEditor& editor, Call& call) {
  const auto user =
      co_await editor.find_owner_of(read_address(call.path("medium"), call.path("address")));
  if (!user) throw ApiError(ErrorCode::not_found, "This address is nobody's");
  co_return boundary::json_response(base::JsonObject{{"user_id", user->text()}});
}

}  // namespace

Routes user_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/users/{userId}"},
                               [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v2", "PUT /_synapse/admin/v2/users/{userId}"},
                               [services](Call& call) { return put(services, call); }));
  routes.push_back(admin_route(
      {"synapse-admin", "v1", "GET /threepid/{medium}/users/{address}"},
      [&editor = services.editor](Call& call) { return find_by_address(editor, call); }));
  return routes;
}

}  // namespace chancery::admin_api
