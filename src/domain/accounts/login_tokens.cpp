// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/login_tokens.hpp"

#include "base/base64.hpp"

namespace chancery::accounts {
namespace {

constexpr std::string_view kPrefix = "chl_";
constexpr std::size_t kTokenBytes = 32;

}  // namespace

runtime::Task<std::string> LoginTokens::issue(Owner owner, Asker asker) {
  const bool is_redirected = !asker.origin.empty();
  co_await commits_.record({.who = owner.user.text(),
                            .device = std::move(asker.device),
                            .act = "login_token.issue",
                            .object = is_redirected ? asker.origin : owner.user.text()});
  std::string token = std::string(kPrefix) + base::encode_base64url(random_.bytes(kTokenBytes));
  (is_redirected ? redirected_ : carried_).put(token, std::move(owner));
  co_return token;
}

runtime::Task<std::optional<LoginTokens::Owner>> LoginTokens::take(std::string token,
                                                                   std::string address) {
  auto owner = redirected_.take(token);
  if (!owner) owner = carried_.take(token);
  if (!owner) {
    // Nobody knows whose it was meant to be.
    co_await commits_.record(
        {.who = "server", .act = "login_token.refused", .object = std::move(address)});
  }
  co_return owner;
}

}  // namespace chancery::accounts
