// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/login_tokens.hpp"

#include "base/base64.hpp"

namespace chancery::accounts {
namespace {

constexpr std::string_view kPrefix = "chl_";
constexpr std::size_t kTokenBytes = 32;

}  // namespace

std::string LoginTokens::issue(const protocol::UserId& user, Way way) {
  std::string token = std::string(kPrefix) + base::encode_base64url(random_.bytes(kTokenBytes));
  (way == Way::redirect ? redirected_ : carried_).put(token, user);
  return token;
}

std::optional<protocol::UserId> LoginTokens::take(const std::string& token) {
  if (auto user = redirected_.take(token)) return user;
  return carried_.take(token);
}

}  // namespace chancery::accounts
