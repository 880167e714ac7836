// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sessions: who a request is from, as its access token says.

#include "base/time.hpp"
#include "domain/accounts/session_ends.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace chancery::accounts {

// Of the name of a device, which others see.
inline constexpr std::size_t kMostDeviceNameBytes = 256;

struct Session {
  protocol::UserId user;
  protocol::DeviceId device;
  policy::Role role = policy::Role::user;
  policy::AssuranceLevel assurance = policy::AssuranceLevel::password;
  base::Timestamp authenticated_at;
  policy::Standing standing = policy::Standing::good;
  // The id of the application service that acts as `user`; "" for people, who act for themselves.
  std::string service;
  enum class Limits : std::uint8_t { apply, waived } limits = Limits::apply;
  std::string client;         // id of the OAuth client that it was made for; "" by the older API
  std::uint64_t seen_at = 0;  // when it was good, in the order in which sessions end

  [[nodiscard]] policy::Subject subject() const {
    return {.user = user,
            .role = role,
            .assurance = assurance,
            .authenticated_at = authenticated_at,
            .standing = standing};
  }
};

// What a request says of who it is from: its token and, where the token may act as others, as whom.
struct Credential {
  std::string token;
  std::optional<std::string> user;
  std::optional<std::string> device;
};

struct UnknownToken {};
struct ExpiredToken {};  // soft_logout: the device stays, a refresh or a new login helps
// May end its sessions and do nothing else.
struct LockedAccount {
  Session session;
};
using TokenVerdict = std::variant<Session, UnknownToken, ExpiredToken, LockedAccount>;

// The port through which api/boundary asks who a token belongs to.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual runtime::Task<TokenVerdict> check_access_token(std::string token) = 0;
  // The same with what stands beside the token, which means nothing for the tokens of people.
  // Throws ApiError when the token is good and may not act as whom it asks for.
  virtual runtime::Task<TokenVerdict> check_credential(Credential credential) {
    return check_access_token(std::move(credential.token));
  }
  // Whether who has the token, or that nobody has, is known without asking the store.
  [[nodiscard]] virtual bool has_at_hand(const std::string& /*token*/) const { return true; }
  // Whether whoever has the token is not to be slowed down, on routes that look at nobody's token.
  [[nodiscard]] virtual bool waives_limits(const std::string& /*token*/) const { return false; }
  // Notes that the session was used from `address` by `user_agent`; cheap, kept in memory and
  // written now and then.
  virtual void note_use(const Session& session, std::string address, std::string user_agent) = 0;
  // For a request that waits: told when the session ends or its account is locked. Null: such
  // sessions do not end.
  [[nodiscard]] virtual SessionWatchPtr watch(const Session& /*session*/) { return nullptr; }
};

}  // namespace chancery::accounts
