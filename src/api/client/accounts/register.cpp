// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/register
// GET  /_matrix/client/v3/register/available
// GET  /_matrix/client/v1/register/m.login.registration_token/validity
//
// Makes an account, where the configuration lets people in.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

#include <variant>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /register"};
constexpr boundary::Spec kAvailableSpec{"client-server", "v1.19", "GET /register/available"};
constexpr boundary::Spec kValiditySpec{"client-server", "v1.19",
                                       "GET /register/m.login.registration_token/validity"};

http::Response describe(const accounts::Registered& registered) {
  if (registered.session) {
    return boundary::json_response(describe_session(registered.user, *registered.session));
  }
  return boundary::json_response(base::JsonObject{{"user_id", registered.user.text()},
                                                  {"home_server", registered.user.server_name()}});
}

accounts::RegisterRequest read_request(const base::JsonObject& body) {
  using SignIn = accounts::RegisterRequest::SignIn;
  const bool is_inhibited = boundary::optional_bool(body, "inhibit_login").value_or(false);
  return {
      .username = boundary::optional_string(body, "username"),
      .password = boundary::get_string(body, "password"),
      .device = boundary::optional_string(body, "device_id"),
      .device_name = boundary::optional_string(body, "initial_device_display_name").value_or(""),
      .refresh = wants_refresh(body),
      .sign_in = is_inhibited ? SignIn::no : SignIn::yes,
      .registration_token = {}};
}

// An application service makes a user in its namespaces, whoever else may register.
runtime::Task<http::Response> register_ghost(appservices::Ghosts& ghosts, Call& call,
                                             const base::JsonObject& body) {
  std::optional<appservices::Ghosts::Wanted> session;
  if (!boundary::optional_bool(body, "inhibit_login").value_or(false)) {
    session = read_wanted_session(body);
  }
  const accounts::Registered registered =
      co_await ghosts.register_user(std::string(boundary::bearer_token(call.request())),
                                    boundary::get_string(body, "username"), std::move(session));
  co_return describe(registered);
}

// The guest who becomes a person, by the token that they show; absent: a newcomer registers.
runtime::Task<std::optional<protocol::UserId>> read_guest(accounts::Sessions& sessions,
                                                          base::JsonObject body) {
  auto token = boundary::optional_string(body, "guest_access_token");
  if (!token) co_return std::nullopt;
  const std::string username = boundary::get_string(body, "username");
  const accounts::TokenVerdict verdict =
      co_await sessions.check_credential({.token = accounts::ShownToken(*token)});
  const auto* seen = std::get_if<accounts::SeenSession>(&verdict);
  if (seen == nullptr || seen->session->role != policy::Role::guest) {
    throw ApiError(ErrorCode::forbidden, "This is not the token of a guest");
  }
  if (username != seen->session->user.localpart()) {
    throw ApiError(ErrorCode::invalid_username, "A guest keeps the name that they have");
  }
  co_return seen->session->user;
}

// Name and password, before anything else is asked for. It costs: names are not to be tried one
// after the other. Throws ApiError.
runtime::Task<> check_newcomer(const AccountServices services, Call& call, base::JsonObject body) {
  call.charge(boundary::LimitClass::registration);
  const auto guest = co_await read_guest(services.sessions, body);
  co_await services.registration.check(
      guest ? std::nullopt : boundary::optional_string(body, "username"),
      boundary::optional_string(body, "password"));
}

runtime::Task<http::Response> handle(const AccountServices services, Call& call) {
  accounts::Registration& registration = services.registration;
  InteractiveAuth& interactive = services.interactive;
  third_party_ids::ThirdPartyIds& addresses = services.third_party_ids;
  const base::JsonObject body = co_await call.json_body();
  if (boundary::optional_string(body, "type") == kServiceLogin) {
    call.charge(boundary::LimitClass::registration);
    co_return co_await register_ghost(services.ghosts, call, body);
  }
  // What costs is to begin and to end: between the two, apps ask again and again whether somebody
  // has opened the link of a mail.
  const std::string_view kind = call.query("kind").value_or("user");
  if (kind == "guest") {
    call.charge(boundary::LimitClass::registration);
    const accounts::Registered guest = co_await registration.register_guest(
        boundary::optional_string(body, "initial_device_display_name").value_or(""));
    co_return describe(guest);
  }
  if (kind != "user") throw ApiError(ErrorCode::invalid_param, "'kind' is user or guest");

  registration.require_open();
  if (!services.face.takes_passwords) {
    throw ApiError(ErrorCode::forbidden, "Accounts are made on the pages of this server alone");
  }
  const bool is_underway = interactive.is_underway(call, body);
  if (!is_underway) co_await check_newcomer(services, call, body);
  auto asked = co_await interactive.ask_newcomer(call, body);
  if (auto* challenge = std::get_if<http::Response>(&asked)) co_return std::move(*challenge);
  const InteractiveAuth::Newcomer newcomer = std::get<InteractiveAuth::Newcomer>(std::move(asked));
  // Others may have been chosen since.
  if (is_underway) co_await check_newcomer(services, call, body);
  const std::optional<protocol::UserId> guest = co_await read_guest(services.sessions, body);

  if (newcomer.validated && co_await addresses.find_owner(newcomer.validated->address)) {
    throw ApiError(ErrorCode::threepid_in_use, "This address belongs to an account already");
  }
  accounts::RegisterRequest request = read_request(body);
  request.guest = guest;
  request.registration_token = newcomer.registration_token;
  if (newcomer.validated) {
    request.also = [&addresses, &newcomer](auto& change, const protocol::UserId& user) {
      addresses.add_to(change, user, *newcomer.validated);
    };
  }
  const accounts::Registered registered =
      co_await registration.register_account(std::move(request));
  interactive.spend(newcomer.session);
  co_return describe(registered);
}

runtime::Task<http::Response> is_available(accounts::Registration& registration, Call& call) {
  registration.require_open();
  const auto username = call.query("username");
  if (!username) throw ApiError(ErrorCode::missing_param, "'username' is missing");
  co_await registration.check(std::string(*username), std::nullopt);
  co_return boundary::json_response(base::JsonObject{{"available", true}});
}

runtime::Task<http::Response> is_token_valid(accounts::Registration& registration, Call& call) {
  registration.require_open();
  const auto token = call.query("token");
  if (!token) throw ApiError(ErrorCode::missing_param, "'token' is missing");
  const bool is_valid = co_await registration.tokens().is_valid(std::string(*token));
  co_return boundary::json_response(base::JsonObject{{"valid", is_valid}});
}

}  // namespace

Routes register_routes(const AccountServices& services) {
  // Names and tokens are not to be tried one after the other.
  boundary::Guard asking = boundary::kOpen;
  asking.limit = boundary::LimitClass::sign_in;
  accounts::Registration& registration = services.registration;
  Routes routes;
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/register"),
                    .guard = boundary::kOpen,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return handle(services, call); }});
  routes.push_back(
      {.method = http::Method::get,
       .paths = boundary::v3_paths("/register/available"),
       .guard = asking,
       .spec = kAvailableSpec,
       .endpoint = [&registration](Call& call) { return is_available(registration, call); }});
  routes.push_back(
      {.method = http::Method::get,
       .paths = boundary::v1_paths("/register/m.login.registration_token/validity"),
       .guard = asking,
       .spec = kValiditySpec,
       .endpoint = [&registration](Call& call) { return is_token_valid(registration, call); }});
  return routes;
}

}  // namespace chancery::client
