// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_matrix/client/v3/profile/{userId}
// GET    /_matrix/client/v3/profile/{userId}/{keyName}
// PUT    /_matrix/client/v3/profile/{userId}/{keyName}
// DELETE /_matrix/client/v3/profile/{userId}/{keyName}
//
// Shows what a person says of themself, and lets them say it.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> show(accounts::Profiles& profiles, Call& call) {
  const base::JsonObject profile = co_await profiles.get(call.user_id());
  co_return boundary::json_response(profile);
}

runtime::Task<http::Response> show_field(accounts::Profiles& profiles, Call& call) {
  const std::string& field = call.path("keyName");
  const auto value = co_await profiles.find_field(call.user_id(), field);
  if (!value) {
    // COMPAT: bridges made with mautrix-go ask for these two before they name a new ghost, and name
    // it only where the answer is an object; Synapse's is one. May go when they take a 404.
    if (field == "displayname" || field == "avatar_url") co_return boundary::empty_response();
    throw ApiError(ErrorCode::not_found, "This is not set");
  }
  std::string answer = "{";
  base::append_quoted(answer, field);
  answer += ':' + *value + '}';
  co_return boundary::json_text_response(std::move(answer));
}

// Guests may have a name, and no more.
void require_may_change(const Call& call, std::string_view field) {
  if (field == "displayname") return;
  const policy::Subject subject = call.session().subject();
  policy::require(
      policy::decide(subject, {.capability = policy::Capability::act_as_member}, "", {}), subject);
}

runtime::Task<http::Response> set_field(accounts::ProfileEditor& editor, Call& call) {
  require_own(call);
  const std::string& field = call.path("keyName");
  require_may_change(call, field);
  const base::JsonObject body = co_await call.json_body();
  const base::Json* value = body.if_contains(field);
  if (value == nullptr) {
    throw ApiError(ErrorCode::missing_param, "The body must have a member of that name");
  }
  co_await editor.set(call.session(), field, *value);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove_field(accounts::ProfileEditor& editor, Call& call) {
  require_own(call);
  const std::string& field = call.path("keyName");
  require_may_change(call, field);
  co_await editor.remove(call.session(), field);
  co_return boundary::empty_response();
}

// With the path of MSC4133, which clients take that ask for the feature by its flag.
std::vector<std::string> paths_of(std::string_view path) {
  std::vector<std::string> paths = boundary::v3_paths(path);
  paths.push_back("/_matrix/client/unstable/uk.tcpip.msc4133" + std::string(path));
  return paths;
}

}  // namespace

Routes profile_routes(accounts::Profiles& profiles, accounts::ProfileEditor& editor) {
  constexpr std::string_view kField = "/profile/{userId}/{keyName}";
  boundary::Guard anyone = boundary::kOpen;
  anyone.authentication = boundary::Authentication::optional;
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = paths_of("/profile/{userId}"),
                    .guard = anyone,
                    .spec = {"client-server", "v1.19", "GET /profile/{userId}"},
                    .endpoint = [&profiles](Call& call) { return show(profiles, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = paths_of(kField),
                    .guard = anyone,
                    .spec = {"client-server", "v1.19", "GET /profile/{userId}/{keyName}"},
                    .endpoint = [&profiles](Call& call) { return show_field(profiles, call); }});
  routes.push_back({.method = http::Method::put,
                    .paths = paths_of(kField),
                    .guard = boundary::kParticipant,
                    .spec = {"client-server", "v1.19", "PUT /profile/{userId}/{keyName}"},
                    .endpoint = [&editor](Call& call) { return set_field(editor, call); }});
  routes.push_back({.method = http::Method::del,
                    .paths = paths_of(kField),
                    .guard = boundary::kParticipant,
                    .spec = {"client-server", "v1.19", "DELETE /profile/{userId}/{keyName}"},
                    .endpoint = [&editor](Call& call) { return remove_field(editor, call); }});
  return routes;
}

}  // namespace chancery::client
