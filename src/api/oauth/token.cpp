// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/oauth2/token
//
// Gives tokens for a code, a refresh token or a device code (RFC 6749, RFC 8628).
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using accounts::RefreshRefusal;
using boundary::Call;
using oauth::OauthError;
using oauth::Refusal;

namespace {

constexpr boundary::Spec kSpec{"rfc", "6749", "POST /_chancery/oauth2/token"};

struct Grants {
  oauth::Clients& clients;
  oauth::Authorizations& authorizations;
  oauth::DeviceGrants& device_grants;
  accounts::Sessions& sessions;
};
using Answer = std::expected<oauth::Granted, Refusal>;

std::string missing(std::string_view name) { return std::string(name) + " is missing"; }

runtime::Task<Answer> by_code(Grants grants, oauth::Parameters form, std::string request) {
  for (const std::string_view name : {"code", "redirect_uri", "code_verifier"}) {
    if (!form.has(name)) {
      co_return std::unexpected(Refusal{OauthError::invalid_request, missing(name)});
    }
  }
  co_return co_await grants.authorizations.redeem(
      {.code = std::string(form.get("code")),
       .client = std::string(form.get("client_id")),
       .redirect_uri = std::string(form.get("redirect_uri")),
       .verifier = std::string(form.get("code_verifier")),
       .request = std::move(request)});
}

std::string_view text_of(RefreshRefusal refusal) {
  switch (refusal) {
    case RefreshRefusal::unknown:
      return "the refresh token is unknown, was replaced, or is another client's";
    case RefreshRefusal::expired:
      return "the refresh token has expired";
    case RefreshRefusal::locked:
      return "the account is locked";
    case RefreshRefusal::other_device:
      return "the session is on another device";
  }
  return "";
}

runtime::Task<Answer> by_refresh_token(Grants grants, oauth::Parameters form, std::string request) {
  if (!form.has("refresh_token")) {
    co_return std::unexpected(Refusal{OauthError::invalid_request, missing("refresh_token")});
  }
  // There is one scope only, that of the session; no narrower one can be asked for, nor another.
  std::optional<protocol::DeviceId> device;
  if (form.has("scope")) {
    auto scope = oauth::parse_scope(form.get("scope"));
    if (!scope) co_return std::unexpected(scope.error());
    device = std::move(scope->device);
  }
  auto tokens =
      co_await grants.sessions.refresh_for({.refresh_token = std::string(form.get("refresh_token")),
                                            .client = std::string(form.get("client_id")),
                                            .device = std::move(device),
                                            .request = std::move(request)});
  if (!tokens) {
    const bool is_scope = tokens.error() == RefreshRefusal::other_device;
    co_return std::unexpected(
        Refusal{is_scope ? OauthError::invalid_scope : OauthError::invalid_grant,
                std::string(text_of(tokens.error()))});
  }
  co_return oauth::Granted{.tokens = *std::move(tokens), .scope = {}};
}

runtime::Task<Answer> by_device_code(Grants grants, oauth::Parameters form) {
  if (!form.has("device_code")) {
    co_return std::unexpected(Refusal{OauthError::invalid_request, missing("device_code")});
  }
  co_return co_await grants.device_grants.poll(std::string(form.get("device_code")),
                                               std::string(form.get("client_id")));
}

runtime::Task<Answer> grant(Grants grants, oauth::Parameters form, std::string request) {
  const std::string_view type = form.get("grant_type");
  if (type.empty()) {
    co_return std::unexpected(Refusal{OauthError::invalid_request, missing("grant_type")});
  }
  if (type != oauth::kCodeGrant && type != oauth::kRefreshGrant && type != oauth::kDeviceGrant) {
    co_return std::unexpected(
        Refusal{OauthError::unsupported_grant_type,
                "authorization_code, refresh_token and device_code are known"});
  }
  if (!form.has("client_id")) {
    co_return std::unexpected(Refusal{OauthError::invalid_request, missing("client_id")});
  }
  const auto client = co_await grants.clients.find(std::string(form.get("client_id")));
  if (!client) {
    co_return std::unexpected(
        Refusal{OauthError::invalid_client, "the client is not registered here"});
  }
  // Whoever was given a refresh token may use it.
  if (type == oauth::kRefreshGrant) {
    co_return co_await by_refresh_token(grants, std::move(form), std::move(request));
  }
  if (!client->metadata.may_use(type)) {
    co_return std::unexpected(
        Refusal{OauthError::unauthorized_client, "the client did not register this grant"});
  }
  if (type == oauth::kCodeGrant) {
    co_return co_await by_code(grants, std::move(form), std::move(request));
  }
  co_return co_await by_device_code(grants, std::move(form));
}

runtime::Task<http::Response> handle(Grants grants, Call& call) {
  const Answer answer = co_await grant(grants, co_await read_form(call), call.request_id());
  co_return answer ? show_tokens(*answer) : refuse(answer.error());
}

}  // namespace

boundary::Route token(const Services& services) {
  const Grants grants{.clients = services.clients,
                      .authorizations = services.authorizations,
                      .device_grants = services.device_grants,
                      .sessions = services.sessions};
  return {.method = http::Method::post,
          .paths = {std::string(kTokenPath)},
          .guard = form_guard(boundary::LimitClass::write),
          .spec = kSpec,
          .endpoint = [grants](Call& call) { return handle(grants, call); },
          .show_failure = show_failure};
}

}  // namespace chancery::oauth_api
