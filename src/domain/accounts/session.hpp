// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sessions: who a request is from, as its access token says.

#include "base/time.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace chancery::accounts {

struct Session {
  protocol::UserId user;
  protocol::DeviceId device;
  policy::Role role = policy::Role::user;
  policy::AssuranceLevel assurance = policy::AssuranceLevel::password;
  base::Timestamp authenticated_at;
  std::string client;  // id of the OAuth client that it was made for; "" by the older API

  [[nodiscard]] policy::Subject subject() const {
    return {
        .user = user, .role = role, .assurance = assurance, .authenticated_at = authenticated_at};
  }
};

struct UnknownToken {};
struct ExpiredToken {};  // soft_logout: the device stays, a refresh or a new login helps
struct LockedAccount {};
using TokenVerdict = std::variant<Session, UnknownToken, ExpiredToken, LockedAccount>;

// The port through which api/boundary asks who a token belongs to.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual runtime::Task<TokenVerdict> check_access_token(std::string token) = 0;
  // Notes that the session was used from `address` by `user_agent`; cheap, kept in memory and
  // written now and then.
  virtual void note_use(const Session& session, std::string address, std::string user_agent) = 0;
};

}  // namespace chancery::accounts
