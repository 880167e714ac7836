// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/turn_credentials.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"

#include <fmt/format.h>

namespace chancery::accounts {
namespace {

// Relays compare with the padded spelling.
std::string padded(std::string base64) {
  while (base64.size() % 4 != 0) base64 += '=';
  return base64;
}

}  // namespace

base::JsonObject TurnCredentials::issue(const Session& session) const {
  if (rules_.uris.empty()) return {};
  if (session.role == policy::Role::guest && rules_.guests == Rules::Guests::refused) {
    throw protocol::ApiError(protocol::ErrorCode::guest_access_forbidden,
                             "Guests may not use the relay for calls");
  }
  const std::int64_t lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(rules_.lifetime).count();
  const std::int64_t until = clock_.now().milliseconds / 1'000 + lifetime;
  const std::string name = fmt::format("{}:{}", until, session.user.text());
  return {{"username", name},
          {"password", padded(base::encode_base64(base::hmac_sha1(rules_.secret, name)))},
          {"ttl", lifetime},
          {"uris", base::JsonArray(rules_.uris.begin(), rules_.uris.end())}};
}

}  // namespace chancery::accounts
