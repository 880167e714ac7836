// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/device_grants.hpp"

#include "base/base64.hpp"
#include "domain/oauth/consent_acts.hpp"

namespace chancery::oauth {
namespace {

constexpr std::size_t kDeviceCodeBytes = 32;
// RFC 8628 6.1: letters that are no vowels make no words and are not taken for digits.
constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t kLettersOfCode = 8;

// As it is kept: eight capital letters. "" when `typed` cannot be a code.
std::string normal_form(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (kLetters.find(upper) != std::string_view::npos) {
      code += upper;
    } else if (c != '-' && c != ' ') {
      return {};
    }
    if (code.size() > kLettersOfCode) return {};
  }
  return code.size() == kLettersOfCode ? code : std::string();
}

}  // namespace

runtime::Task<std::expected<DeviceGrants::Begun, Refusal>> DeviceGrants::begin(
    Parameters parameters) {
  auto client = co_await ports_.clients.find(std::string(parameters.get("client_id")));
  if (!client) {
    co_return std::unexpected(
        Refusal{OauthError::invalid_client, "the client is not registered here"});
  }
  if (!client->metadata.may_use(kDeviceGrant)) {
    co_return std::unexpected(Refusal{OauthError::unauthorized_client,
                                      "the client did not register the device_code grant"});
  }
  auto scope = parse_scope(parameters.get("scope"));
  if (!scope) co_return std::unexpected(scope.error());
  const std::string letters = ports_.random.characters(kLettersOfCode, kLetters);
  Begun begun{.device_code = base::encode_base64url(ports_.random.bytes(kDeviceCodeBytes)),
              .user_code = letters.substr(0, 4) + "-" + letters.substr(4)};
  grants_.put(
      begun.device_code,
      Grant{.client = *std::move(client), .scope = *std::move(scope), .user = {}, .proof = {}});
  by_user_code_.put(letters, begun.device_code);
  co_return begun;
}

std::optional<DeviceGrants::Waiting> DeviceGrants::find(std::string_view user_code) const {
  const auto device_code = by_user_code_.find(normal_form(user_code));
  if (!device_code) return std::nullopt;
  auto grant = grants_.find(*device_code);
  if (!grant || grant->state != State::waiting) return std::nullopt;
  return Waiting{.client = std::move(grant->client), .scope = std::move(grant->scope)};
}

runtime::Task<bool> DeviceGrants::settle(std::string user_code, Word word) {
  // Taken first, so that of two who answer at once one is on record.
  const auto device_code = by_user_code_.take(normal_form(user_code));
  if (!device_code) co_return false;
  const auto waiting = grants_.find(*device_code);
  if (!waiting || waiting->state != State::waiting) co_return false;
  co_await ports_.commits.record(word.state == State::approved
                                     ? consent_act(word.user, waiting->client.id, waiting->scope)
                                     : refusal_act(word.user, waiting->client.id));
  co_return grants_.change(*device_code, [&](Grant& grant) {
    grant.state = word.state;
    grant.user = std::move(word.user);
    grant.proof = std::move(word.proof);
  });
}

runtime::Task<bool> DeviceGrants::approve(std::string user_code, protocol::UserId user,
                                          accounts::Proof proof) {
  co_return co_await settle(
      std::move(user_code),
      {.state = State::approved, .user = std::move(user), .proof = std::move(proof)});
}

runtime::Task<bool> DeviceGrants::deny(std::string user_code, protocol::UserId user) {
  co_return co_await settle(std::move(user_code),
                            {.state = State::denied, .user = std::move(user), .proof = {}});
}

std::optional<Refusal> DeviceGrants::take_turn(const std::string& device_code,
                                               const std::string& client,
                                               std::optional<Grant>& grant) {
  const runtime::SteadyTime now = ports_.clock.steady_now();
  std::optional<Refusal> refusal;
  const bool is_known = grants_.change(device_code, [&](Grant& kept) {
    if (kept.client.id != client) {
      refusal = Refusal{OauthError::invalid_grant, "the code was given to another client"};
      return;
    }
    if (kept.state == State::spent) {
      refusal = Refusal{OauthError::invalid_grant, "the code was used before"};
      return;
    }
    if (kept.state == State::denied) {
      refusal = Refusal{OauthError::access_denied, "the person said no"};
      return;
    }
    const bool is_early = kept.polled_at && now - *kept.polled_at < kept.interval;
    kept.polled_at = now;
    if (is_early) {
      kept.interval += kInterval;
      refusal = Refusal{OauthError::slow_down, "ask less often"};
      return;
    }
    if (kept.state == State::waiting) {
      refusal = Refusal{OauthError::authorization_pending, "the person has not answered yet"};
      return;
    }
    grant = kept;
    kept.state = State::spent;
  });
  if (!is_known) return Refusal{OauthError::expired_token, "the code is unknown or has expired"};
  return refusal;
}

runtime::Task<std::expected<Granted, Refusal>> DeviceGrants::poll(std::string device_code,
                                                                  std::string client) {
  std::optional<Grant> grant;
  if (auto refusal = take_turn(device_code, client, grant)) {
    co_return std::unexpected(*std::move(refusal));
  }
  const auto account = co_await ports_.accounts.find(grant->user);
  if (!account || account->standing.deactivated || account->standing.locked ||
      !ports_.sessions.proofs().holds(grant->proof, *account)) {
    co_return std::unexpected(
        Refusal{OauthError::access_denied, "the account may not sign in, or has changed since"});
  }
  accounts::NewSession session =
      co_await ports_.sessions.open({.user = grant->user,
                                     .device = grant->scope.device,
                                     .device_name = grant->client.metadata.title(),
                                     .refresh = accounts::SessionRequest::Refresh::yes,
                                     .client = grant->client.id,
                                     .proof = std::move(grant->proof)});
  co_return Granted{.tokens = std::move(session.tokens), .scope = std::move(grant->scope.text)};
}

}  // namespace chancery::oauth
