// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v2/users
// GET /_synapse/admin/v3/users
//
// Lists accounts, by filters, in an order, in pages.
#include "api/admin/routes.hpp"
#include "api/admin/user_json.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using storage::AccountOrder;
using Shown = storage::AccountQuery::Shown;

constexpr std::array<std::pair<std::string_view, AccountOrder>, 11> kOrders{
    {{"name", AccountOrder::name},
     {"displayname", AccountOrder::displayname},
     {"avatar_url", AccountOrder::avatar_url},
     {"user_type", AccountOrder::user_type},
     {"is_guest", AccountOrder::is_guest},
     {"admin", AccountOrder::admin},
     {"deactivated", AccountOrder::deactivated},
     {"locked", AccountOrder::locked},
     {"suspended", AccountOrder::suspended},
     {"erased", AccountOrder::erased},
     {"creation_ts", AccountOrder::created_at}}};

// The third version leaves a filter out where it is not given, and takes true for "those alone".
enum class Version : std::uint8_t { second, third };

Shown read_deactivated(const Call& call, Version version) {
  const auto asked = call.query_bool("deactivated");
  if (version == Version::second) return asked.value_or(false) ? Shown::with : Shown::without;
  if (!asked) return Shown::with;
  return *asked ? Shown::alone : Shown::without;
}

storage::AccountQuery read_query(const Call& call, Version version) {
  const auto admins = call.query_bool("admins");
  storage::AccountQuery query{
      .user_id = std::string(call.query("user_id").value_or("")),
      .name = std::string(call.query("name").value_or("")),
      .guests = call.query_bool("guests").value_or(true) ? Shown::with : Shown::without,
      .deactivated = read_deactivated(call, version),
      .locked = call.query_bool("locked").value_or(false) ? Shown::with : Shown::without,
      .admins = !admins ? Shown::with : (*admins ? Shown::alone : Shown::without),
      .order = read_order(call, kOrders, AccountOrder::name),
      .sorting = read_sorting(call, storage::Sorting::ascending),
      .page = read_page(call)};
  if (!query.name.empty()) query.user_id.clear();
  return query;
}

runtime::Task<http::Response> list(admin::AccountList& accounts, Call& call, Version version) {
  const storage::AccountQuery query = read_query(call, version);
  const auto page = co_await accounts.list(query);
  base::JsonArray users;
  for (const storage::ListedAccount& listed : page.rows) {
    base::JsonObject user = describe_account(listed);
    user["creation_ts"] = listed.account.created_at.milliseconds;
    user["last_seen_ts"] = nullptr;
    users.push_back(std::move(user));
  }
  base::JsonObject answer{{"users", std::move(users)}, {"total", page.total}};
  if (const auto next = next_of(query.page, page.rows.size(), page.total)) {
    answer["next_token"] = std::to_string(*next);
  }
  co_return boundary::json_response(answer);
}

}  // namespace

Routes user_list_routes(const AdminServices& services) {
  Routes routes;
  admin::AccountList& accounts = services.accounts;
  routes.push_back(
      admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/users"},
                  [&accounts](Call& call) { return list(accounts, call, Version::second); }));
  routes.push_back(
      admin_route({"synapse-admin", "v3", "GET /_synapse/admin/v3/users"},
                  [&accounts](Call& call) { return list(accounts, call, Version::third); }));
  return routes;
}

}  // namespace chancery::admin_api
