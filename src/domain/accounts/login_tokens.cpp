// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/login_tokens.hpp"

#include "base/base64.hpp"

namespace chancery::accounts {
namespace {

constexpr std::string_view kPrefix = "chl_";
constexpr std::size_t kTokenBytes = 32;

}  // namespace

std::string LoginTokens::issue(Owner owner, Way way) {
  std::string token = std::string(kPrefix) + base::encode_base64url(random_.bytes(kTokenBytes));
  (way == Way::redirect ? redirected_ : carried_).put(token, std::move(owner));
  return token;
}

std::optional<LoginTokens::Owner> LoginTokens::take(const std::string& token) {
  if (auto owner = redirected_.take(token)) return owner;
  return carried_.take(token);
}

}  // namespace chancery::accounts
