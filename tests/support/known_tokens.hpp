// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Known tokens: an authenticator that a test has told whose each token is.
//
//   KnownTokens tokens;
//   tokens.add("secret", {.user = alice, .device = phone});

#include "domain/accounts/session.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace chancery::support {

class KnownTokens final : public accounts::Authenticator {
 public:
  void add(std::string_view token, accounts::Session session) {
    sessions_.insert_or_assign(accounts::TokenHash(token),
                               std::make_shared<const accounts::Session>(std::move(session)));
  }

  runtime::Task<accounts::TokenVerdict> check_credential(accounts::Credential credential) override {
    co_return find(credential.token);
  }
  [[nodiscard]] std::optional<accounts::TokenVerdict> find_at_hand(
      const accounts::ShownToken& token) const override {
    return find(token);
  }
  void note_use(const accounts::Session& /*session*/, std::string_view /*address*/,
                std::string_view /*user_agent*/) override {}

 private:
  [[nodiscard]] accounts::TokenVerdict find(const accounts::ShownToken& token) const {
    const auto found = sessions_.find(token.hash);
    if (found == sessions_.end()) return accounts::UnknownToken{};
    return accounts::SeenSession{.session = found->second};
  }

  std::unordered_map<accounts::TokenHash, accounts::SessionPtr> sessions_;
};

}  // namespace chancery::support
