// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/shared_secret.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "domain/accounts/new_account.hpp"
#include "protocol/api_error.hpp"

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kMostPasswordBytes = 512;

// What the HMAC goes over: the parts with NUL between them, so none may have one.
std::string signed_text(const SharedSecret::Request& request) {
  std::string text = request.nonce;
  const auto add = [&](std::string_view part) {
    text += '\0';
    text += part;
  };
  add(request.username);
  add(request.password);
  add(request.admin == SharedSecret::Request::Admin::yes ? "admin" : "notadmin");
  if (request.user_type) add(*request.user_type);
  return text;
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

std::string SharedSecret::make_nonce() {
  std::string text = base::encode_hex(random_.bytes(kNonceBytes));
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  while (!nonces_.empty() && (nonces_.front().expires_at <= now || nonces_.size() >= kMostNonces)) {
    nonces_.pop_front();
  }
  nonces_.push_back({.text = text, .expires_at = now + kNonceLifetime});
  return text;
}

bool SharedSecret::take(const std::string& nonce) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  for (auto at = nonces_.begin(); at != nonces_.end(); ++at) {
    if (at->text != nonce) continue;
    const bool is_good = at->expires_at > now;
    nonces_.erase(at);
    return is_good;
  }
  return false;
}

runtime::Task<SharedSecret::Made> SharedSecret::register_account(Request request) {
  if (!is_enabled()) {
    throw ApiError(ErrorCode::unrecognized, "Shared-secret registration is off");
  }
  if (!take(request.nonce)) throw ApiError(ErrorCode::unknown, "Unrecognised nonce");
  if (has_nul(request.username) || has_nul(request.password) ||
      (request.user_type && has_nul(*request.user_type))) {
    throw ApiError(ErrorCode::unknown, "NUL is not allowed here");
  }
  if (request.password.empty() || request.password.size() > kMostPasswordBytes) {
    throw ApiError(ErrorCode::unknown, "Invalid password");
  }
  const std::string expected = base::hmac_sha1(secret_, signed_text(request));
  const auto given = base::decode_hex(request.mac);
  if (!given || !base::equal_secrets(expected, *given)) {
    throw ApiError(ErrorCode::forbidden, "HMAC incorrect");
  }

  // The secret stands for an operator, who may choose any password.
  const bool is_admin = request.admin == Request::Admin::yes;
  NewAccount account{.user = creation_.parse_username(request.username),
                     .password = std::move(request.password),
                     .role = is_admin ? policy::Role::owner : policy::Role::user,
                     .displayname = std::move(request.displayname),
                     .rule = "shared_secret"};
  if (request.sign_in) {
    account.session = SessionRequest{.user = account.user,
                                     .device = std::nullopt,
                                     .device_name = {},
                                     .refresh = *request.sign_in};
  }
  Made made{.user = account.user, .session = std::nullopt};
  made.session = co_await creation_.create(std::move(account));
  co_return made;
}

}  // namespace chancery::accounts
