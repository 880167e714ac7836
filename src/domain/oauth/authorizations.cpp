// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/authorizations.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "domain/oauth/consent_acts.hpp"

#include <algorithm>

namespace chancery::oauth {
namespace {

constexpr std::string_view kRequestUriPrefix = "urn:ietf:params:oauth:request_uri:";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kChallengeBytes = 43;
constexpr std::size_t kMostStateBytes = 2'048;

bool is_base64url(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// RFC 7636 4.1.
bool is_verifier(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.' || c == '~';
         });
}

bool matches(std::string_view challenge, std::string_view verifier) {
  return is_verifier(verifier) &&
         base::equal_secrets(base::encode_base64url(base::sha256(verifier)), challenge);
}

std::unexpected<Refusal> invalid_grant(std::string why) {
  return std::unexpected(Refusal{OauthError::invalid_grant, std::move(why)});
}

// Everything but the scope: what is wrong with a request whose client and redirect URI are right.
std::optional<Refusal> find_fault_of(const Parameters& parameters, const Client& client) {
  const auto fault = [](OauthError error, std::string why) {
    return Refusal{error, std::move(why)};
  };
  using enum OauthError;
  const std::string_view mode = parameters.get("response_mode");
  if (!mode.empty() && mode != "query" && mode != "fragment") {
    return fault(invalid_request, "response_mode is query or fragment");
  }
  if (parameters.get("state").size() > kMostStateBytes) {
    return fault(invalid_request, "state is too long");
  }
  if (parameters.has("request")) {
    return fault(request_not_supported, "request objects are not supported");
  }
  if (!parameters.has("response_type")) {
    return fault(invalid_request, "response_type is missing");
  }
  if (parameters.get("response_type") != "code") {
    return fault(unsupported_response_type, "response_type is code");
  }
  if (!client.metadata.may_use(kCodeGrant)) {
    return fault(unauthorized_client, "the client did not register authorization_code");
  }
  const std::string_view challenge = parameters.get("code_challenge");
  if (challenge.empty()) return fault(invalid_request, "code_challenge is missing");
  if (parameters.get("code_challenge_method") != "S256") {
    return fault(invalid_request, "code_challenge_method is S256");
  }
  if (challenge.size() != kChallengeBytes || !is_base64url(challenge)) {
    return fault(invalid_request, "code_challenge is no SHA-256 in base64url");
  }
  if (parameters.get("prompt") == "none") {
    return fault(interaction_required, "nothing is granted without asking");
  }
  return std::nullopt;
}

}  // namespace

Authorizations::Authorizations(Ports ports, std::string issuer)
    : ports_(ports),
      issuer_(std::move(issuer)),
      codes_({.lifetime = kCodeRemembered, .most = kMost}, ports.clock),
      pushed_({.lifetime = kPushedLifetime, .most = kMost}, ports.clock) {}

runtime::Task<Authorizations::Checked> Authorizations::check(Parameters parameters) {
  std::string pushed;
  if (parameters.has("request_uri")) {
    pushed = parameters.get("request_uri");
    auto kept = pushed_.find(pushed);
    if (!kept || kept->get("client_id") != parameters.get("client_id")) {
      co_return Refusal{OauthError::invalid_request, "request_uri is unknown or has expired"};
    }
    parameters = *std::move(kept);
  }
  auto client = co_await ports_.clients.find(std::string(parameters.get("client_id")));
  if (!client) {
    co_return Refusal{OauthError::invalid_client, "the client is not registered here"};
  }
  const std::string_view named = parameters.get("redirect_uri");
  const bool is_registered =
      !named.empty() &&
      std::ranges::any_of(client->metadata.redirect_uris,
                          [&](const std::string& each) { return is_same_redirect(each, named); });
  if (!is_registered) {
    co_return Refusal{OauthError::invalid_request,
                      "redirect_uri is not one that the client registered"};
  }
  ErrorAnswer back{.redirect_uri = std::string(named),
                   .mode = parameters.get("response_mode") == "fragment" ? ResponseMode::fragment
                                                                         : ResponseMode::query,
                   .state = std::string(parameters.get("state").substr(0, kMostStateBytes)),
                   .refusal = {}};
  if (auto fault = find_fault_of(parameters, *client)) {
    back.refusal = *std::move(fault);
    co_return back;
  }
  auto scope = parse_scope(parameters.get("scope"));
  if (!scope) {
    back.refusal = scope.error();
    co_return back;
  }
  using Prompt = AuthorizationRequest::Prompt;
  co_return AuthorizationRequest{
      .client = *std::move(client),
      .redirect_uri = std::move(back.redirect_uri),
      .mode = back.mode,
      .state = std::move(back.state),
      .scope = *std::move(scope),
      .challenge = std::string(parameters.get("code_challenge")),
      .prompt = parameters.get("prompt") == "create" ? Prompt::create : Prompt::usual,
      .pushed = std::move(pushed)};
}

runtime::Task<std::expected<std::string, Refusal>> Authorizations::push(Parameters parameters) {
  if (parameters.has("request_uri")) {
    co_return std::unexpected(
        Refusal{OauthError::invalid_request, "a pushed request has no request_uri"});
  }
  const Checked checked = co_await check(parameters);
  if (const auto* refusal = std::get_if<Refusal>(&checked)) co_return std::unexpected(*refusal);
  if (const auto* error = std::get_if<ErrorAnswer>(&checked)) {
    co_return std::unexpected(error->refusal);
  }
  std::string name =
      std::string(kRequestUriPrefix) + base::encode_base64url(ports_.random.bytes(kSecretBytes));
  pushed_.put(name, std::move(parameters));
  co_return name;
}

runtime::Task<std::expected<std::string, Refusal>> Authorizations::grant(
    AuthorizationRequest request, protocol::UserId user, accounts::Proof proof) {
  // Serves once, whoever shows it.
  if (!request.pushed.empty() && !pushed_.take(request.pushed)) {
    co_return std::unexpected(
        Refusal{OauthError::invalid_request, "request_uri has been answered before"});
  }
  co_await ports_.commits.record(consent_act(user, request.client.id, request.scope));
  std::string code = base::encode_base64url(ports_.random.bytes(kSecretBytes));
  codes_.put(code, Code{.user = user,
                        .proof = std::move(proof),
                        .client = request.client.id,
                        .client_title = request.client.metadata.title(),
                        .redirect_uri = request.redirect_uri,
                        .challenge = request.challenge,
                        .scope = request.scope,
                        .expires_at = ports_.clock.steady_now() + kCodeLifetime});
  Parameters answer;
  answer.set("code", code);
  if (!request.state.empty()) answer.set("state", request.state);
  answer.set("iss", issuer_);
  co_return with_parameters(request.redirect_uri, request.mode, answer);
}

runtime::Task<std::string> Authorizations::refuse(AuthorizationRequest request,
                                                  protocol::UserId user) {
  if (!request.pushed.empty()) static_cast<void>(pushed_.take(request.pushed));
  co_await ports_.commits.record(refusal_act(user, request.client.id));
  co_return answer({.redirect_uri = std::move(request.redirect_uri),
                    .mode = request.mode,
                    .state = std::move(request.state),
                    .refusal = {OauthError::access_denied, "the person said no"}});
}

std::string Authorizations::answer(const ErrorAnswer& error) const {
  Parameters answer;
  answer.set("error", error_name(error.refusal.error));
  answer.set("error_description", error.refusal.text);
  if (!error.state.empty()) answer.set("state", error.state);
  answer.set("iss", issuer_);
  return with_parameters(error.redirect_uri, error.mode, answer);
}

Authorizations::Use Authorizations::spend(const Redemption& redemption, std::optional<Code>& code) {
  Use use = Use::unknown;
  codes_.change(redemption.code, [&](Code& kept) {
    // Whoever cannot show the verifier shall not be able to spoil the code, nor what it opened: a
    // code stands in histories and logs.
    if (kept.client != redemption.client || kept.redirect_uri != redemption.redirect_uri ||
        !matches(kept.challenge, redemption.verifier)) {
      use = Use::refused;
    } else if (kept.is_spent) {
      use = Use::replayed;
    } else if (kept.expires_at <= ports_.clock.steady_now()) {
      use = Use::unknown;
    } else {
      use = Use::first;
    }
    if (use == Use::replayed) kept.is_replayed = true;
    code = kept;
    if (use == Use::first) kept.is_spent = true;
  });
  return use;
}

runtime::Task<std::expected<Granted, Refusal>> Authorizations::redeem(Redemption redemption) {
  std::optional<Code> code;
  switch (spend(redemption, code)) {
    case Use::unknown:
      co_return invalid_grant("the code is unknown or has expired");
    case Use::refused:
      co_return invalid_grant("client_id, redirect_uri or code_verifier is not the request's");
    case Use::replayed:
      // RFC 6749 4.1.2: two have the code, and nobody knows which of them is the right one.
      // The audit record says whose.
      base::log_warn("oauth_code_replayed", {{"request", redemption.request}});
      if (code->is_opened) {
        co_await ports_.sessions.end(code->user, code->scope.device, "oauth.code_replay");
      }
      co_return invalid_grant("the code was used before");
    case Use::first:
      break;
  }
  co_return co_await open(std::move(redemption), *std::move(code));
}

runtime::Task<std::expected<Granted, Refusal>> Authorizations::open(Redemption redemption,
                                                                    Code code) {
  const auto account = co_await ports_.accounts.find(code.user);
  if (!account || account->standing.deactivated || account->standing.locked ||
      !ports_.sessions.proofs().holds(code.proof, *account)) {
    co_return invalid_grant("the account may not sign in, or has changed since");
  }
  accounts::NewSession session =
      co_await ports_.sessions.open({.user = code.user,
                                     .device = code.scope.device,
                                     .device_name = code.client_title,
                                     .refresh = accounts::SessionRequest::Refresh::yes,
                                     .client = code.client,
                                     .proof = std::move(code.proof)});
  bool is_replayed = false;
  codes_.change(redemption.code, [&](Code& kept) {
    kept.is_opened = true;
    is_replayed = kept.is_replayed;
  });
  if (is_replayed) {
    co_await ports_.sessions.end(code.user, code.scope.device, "oauth.code_replay");
    co_return invalid_grant("the code was used twice");
  }
  co_return Granted{.tokens = std::move(session.tokens), .scope = std::move(code.scope.text)};
}

}  // namespace chancery::oauth
