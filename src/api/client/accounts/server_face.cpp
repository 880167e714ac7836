// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/versions
// GET /_matrix/client/v3/capabilities
// GET /.well-known/matrix/client, server, support, policy_server
//
// What the server says of itself.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/api_error.hpp"
#include "protocol/room_version.hpp"

#include <array>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

// What clients have to see before they start: every operation of these versions is here. Clients
// insist on old versions, too.
constexpr std::array<std::string_view, 27> kVersions{
    "r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.0", "r0.6.1", "v1.1",
    "v1.2",   "v1.3",   "v1.4",   "v1.5",   "v1.6",   "v1.7",   "v1.8",   "v1.9",   "v1.10",
    "v1.11",  "v1.12",  "v1.13",  "v1.14",  "v1.15",  "v1.16",  "v1.17",  "v1.18",  "v1.19"};
// Under the names by which clients ask for them.
constexpr auto kFeatures = std::to_array<std::string_view>({
    "com.beeper.msc4169",
    "fi.mau.msc2659.stable",
    "io.element.msc4190",
    "io.element.msc4388",
    "org.matrix.e2e_cross_signing",
    "org.matrix.msc2285.stable",
    "org.matrix.msc2965",
    "org.matrix.msc2966",
    "org.matrix.msc2967",
    "org.matrix.msc3391",
    "org.matrix.msc3771",
    "org.matrix.msc3773",
    "org.matrix.msc3814",
    "org.matrix.msc3824",
    "org.matrix.msc3827.stable",
    "org.matrix.msc3861",
    "org.matrix.msc3874",
    "org.matrix.msc3881",
    "org.matrix.msc3916.stable",
    "org.matrix.msc3981",
    "org.matrix.msc4108",
    "org.matrix.msc4143",
    "org.matrix.msc4155",
    "org.matrix.msc4191",
    "org.matrix.msc4222",
    "org.matrix.msc4262",
    "org.matrix.msc4306",
    "org.matrix.msc4341",
    "org.matrix.msc4354",
    "org.matrix.msc4380.stable",
    "org.matrix.msc4429",
    "org.matrix.simplified_msc3575",
    "uk.half-shot.msc2666.query_mutual_rooms",
    "uk.half-shot.msc2666.query_mutual_rooms.stable",
    "uk.tcpip.msc4133",
    "uk.tcpip.msc4133.stable",
});

runtime::Task<http::Response> show_versions(const PublicFace& face) {
  base::JsonObject features;
  for (const std::string_view feature : kFeatures) features[feature] = true;
  for (const std::string& feature : face.features) features[feature] = true;
  co_return boundary::json_response(
      base::JsonObject{{"versions", base::JsonArray(kVersions.begin(), kVersions.end())},
                       {"unstable_features", std::move(features)}});
}

// Told to those alone who may: others learn nothing of how the server is run.
void add_moderation(base::JsonObject& capabilities, const accounts::Session& session) {
  const policy::Verdict verdict =
      policy::decide(session.subject(), {.capability = policy::Capability::administer}, "", {});
  if (!std::holds_alternative<policy::Permitted>(verdict)) return;
  capabilities["m.account_moderation"] = base::JsonObject{{"suspend", true}, {"lock", true}};
}

runtime::Task<http::Response> show_capabilities(const PublicFace& face, Call& call) {
  // What asks for a password, apps of OAuth do not do (see InteractiveAuth::ask_owner), nor guests,
  // who have none.
  const bool is_guest = call.session().subject().role == policy::Role::guest;
  const bool may_ask = call.session().client.empty() && !is_guest;
  const auto switched = [](bool is_on) { return base::JsonObject{{"enabled", is_on}}; };
  base::JsonObject available;
  for (const protocol::RoomVersion& version : protocol::all_room_versions()) {
    available[version.name] = version.is_stable ? "stable" : "unstable";
  }
  base::JsonObject capabilities{
      {"m.change_password", switched(may_ask)},
      {"m.set_displayname", switched(true)},
      {"m.set_avatar_url", switched(!is_guest)},
      {"m.profile_fields", switched(true)},
      {"m.3pid_changes", switched(may_ask && face.sends_mail)},
      {"m.get_login_token", switched(may_ask)},
      {"m.room_versions", base::JsonObject{{"default", face.default_room_version},
                                           {"available", std::move(available)}}}};
  for (const auto& member : face.capabilities) capabilities[member.key()] = member.value();
  if (is_guest) {
    capabilities["m.profile_fields"] =
        base::JsonObject{{"enabled", true}, {"allowed", base::JsonArray{"displayname"}}};
  }
  add_moderation(capabilities, call.session());
  co_return boundary::json_response(base::JsonObject{{"capabilities", std::move(capabilities)}});
}

ApiError no_such_file() { return ApiError(ErrorCode::not_found, "There is no such file here"); }

runtime::Task<http::Response> show_client_file(const PublicFace& face) {
  if (face.client_base_url.empty()) throw no_such_file();
  base::JsonObject file = face.client_file;
  file["m.homeserver"] = base::JsonObject{{"base_url", face.client_base_url}};
  co_return boundary::json_response(file);
}

runtime::Task<http::Response> show_server_file(const PublicFace& face) {
  if (face.delegated_server.empty()) throw no_such_file();
  co_return boundary::json_response(base::JsonObject{{"m.server", face.delegated_server}});
}

runtime::Task<http::Response> show_support_file(const PublicFace& face) {
  if (face.support_contacts.empty() && face.support_page.empty()) throw no_such_file();
  base::JsonObject file;
  if (!face.support_contacts.empty()) file["contacts"] = face.support_contacts;
  if (!face.support_page.empty()) file["support_page"] = face.support_page;
  co_return boundary::json_response(file);
}

runtime::Task<http::Response> show_policy_server_file(const PublicFace& face) {
  if (face.policy_key.empty()) throw no_such_file();
  co_return boundary::json_response(
      base::JsonObject{{"public_keys", base::JsonObject{{"ed25519", face.policy_key}}}});
}

}  // namespace

std::span<const std::string_view> unstable_features() { return kFeatures; }

Routes server_face_routes(const PublicFace& face) {
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = {"/_matrix/client/versions"},
                    .guard = boundary::kOpen,
                    .spec = {"client-server", "v1.19", "GET /versions"},
                    .endpoint = [&face](Call&) { return show_versions(face); }});
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/capabilities"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /capabilities"},
                    .endpoint = [&face](Call& call) { return show_capabilities(face, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/.well-known/matrix/client"},
                    .guard = boundary::kOpen,
                    .spec = {"client-server", "v1.19", "GET /.well-known/matrix/client"},
                    .endpoint = [&face](Call&) { return show_client_file(face); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/.well-known/matrix/server"},
                    .guard = boundary::kOpen,
                    .spec = {"server-server", "v1.19", "GET /.well-known/matrix/server"},
                    .endpoint = [&face](Call&) { return show_server_file(face); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/.well-known/matrix/support"},
                    .guard = boundary::kOpen,
                    .spec = {"client-server", "v1.19", "GET /.well-known/matrix/support"},
                    .endpoint = [&face](Call&) { return show_support_file(face); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/.well-known/matrix/policy_server"},
                    .guard = boundary::kOpen,
                    .spec = {"client-server", "v1.19", "GET /.well-known/matrix/policy_server"},
                    .endpoint = [&face](Call&) { return show_policy_server_file(face); }});
  return routes;
}

}  // namespace chancery::client
