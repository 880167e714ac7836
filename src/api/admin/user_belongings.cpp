// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v1/users/{userId}/joined_rooms
// GET /_synapse/admin/v1/users/{userId}/memberships
// GET /_synapse/admin/v1/users/{userId}/accountdata
// GET /_synapse/admin/v1/users/{userId}/pushers
// GET /_synapse/admin/v1/username_available
//
// What an owner may know of a person.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> show_joined(admin::AccountList& accounts, Call& call) {
  base::JsonArray joined;
  for (const rooms::UserRoom& room : co_await accounts.load_rooms(call.user_id())) {
    if (room.membership == rooms::Membership::join) joined.emplace_back(room.id.text());
  }
  const auto total = static_cast<std::int64_t>(joined.size());
  co_return boundary::json_response(
      base::JsonObject{{"joined_rooms", std::move(joined)}, {"total", total}});
}

runtime::Task<http::Response> show_memberships(admin::AccountList& accounts, Call& call) {
  base::JsonObject memberships;
  for (const rooms::UserRoom& room : co_await accounts.load_rooms(call.user_id())) {
    memberships[room.id.text()] = rooms::membership_name(room.membership);
  }
  co_return boundary::json_response(base::JsonObject{{"memberships", std::move(memberships)}});
}

runtime::Task<http::Response> show_account_data(admin::AccountList& accounts, Call& call) {
  base::JsonObject of_account;
  base::JsonObject of_rooms;
  for (const accounts::AccountDataItem& item :
       co_await accounts.read_account_data(call.session(), call.user_id())) {
    if (item.room.empty()) {
      of_account[item.type] = json_or_null(item.content);
      continue;
    }
    base::Json& room = of_rooms[item.room];
    if (!room.is_object()) room = base::JsonObject{};
    room.get_object()[item.type] = json_or_null(item.content);
  }
  co_return boundary::json_response(
      base::JsonObject{{"account_data", base::JsonObject{{"global", std::move(of_account)},
                                                         {"rooms", std::move(of_rooms)}}}});
}

runtime::Task<http::Response> show_pushers(accounts::Moderation& moderation, push::Pushers& pushers,
                                           Call& call) {
  co_await moderation.look_at(call.session(), call.user_id());
  base::JsonArray shown;
  for (const push::Pusher& pusher : co_await pushers.load(call.user_id())) {
    shown.push_back(push::pusher_json(pusher));
  }
  const auto total = static_cast<std::int64_t>(shown.size());
  co_return boundary::json_response(
      base::JsonObject{{"pushers", std::move(shown)}, {"total", total}});
}

runtime::Task<http::Response> is_available(accounts::AccountCreation& creation, Call& call) {
  const auto name = call.query("username");
  if (!name) throw ApiError(ErrorCode::missing_param, "'username' is missing");
  co_await creation.require_free(creation.parse_username(*name));
  co_return boundary::json_response(base::JsonObject{{"available", true}});
}

}  // namespace

Routes user_belonging_routes(const AdminServices& services) {
  admin::AccountList& accounts = services.accounts;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /users/{userId}/joined_rooms"},
                               [&accounts](Call& call) { return show_joined(accounts, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v1", "GET /users/{userId}/memberships"},
                  [&accounts](Call& call) { return show_memberships(accounts, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v1", "GET /users/{userId}/accountdata"},
                  [&accounts](Call& call) { return show_account_data(accounts, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v1", "GET /users/{userId}/pushers"},
                  [&moderation = services.moderation, &pushers = services.pushers](Call& call) {
                    return show_pushers(moderation, pushers, call);
                  }));
  routes.push_back(admin_route(
      {"synapse-admin", "v1", "GET /username_available"},
      [&creation = services.creation](Call& call) { return is_available(creation, call); }));
  return routes;
}

}  // namespace chancery::admin_api
