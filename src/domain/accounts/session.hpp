// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sessions: who a request is from, as its access token says.

#include "base/time.hpp"
#include "domain/accounts/access_token.hpp"
#include "domain/accounts/session_ends.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  std::string client;  // id of the OAuth client that it was made for; "" by the older API

  [[nodiscard]] policy::Subject subject() const {
    return {.user = user,
            .role = role,
            .assurance = assurance,
            .authenticated_at = authenticated_at,
            .standing = standing};
  }
};

using SessionPtr = std::shared_ptr<const Session>;

// A session as one look at its token found it; shared with others who show the token.
struct SeenSession {
  SessionPtr session;
  std::uint64_t at = 0;  // when it was good, in the order in which sessions end
};

// What a request says of who it is from: its token and, where the token may act as others, as whom.
struct Credential {
  ShownToken token;
  std::optional<std::string> user = {};
  std::optional<std::string> device = {};
};

struct UnknownToken {};
struct ExpiredToken {};  // soft_logout: the device stays, a refresh or a new login helps
// May end its sessions and do nothing else. The session is null where it is not said who they are.
struct LockedAccount {
  SeenSession seen;
};
using TokenVerdict = std::variant<SeenSession, UnknownToken, ExpiredToken, LockedAccount>;

// The port through which api/boundary asks who a token belongs to.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Whose the token is, by the store where it is not known without. What stands beside the token
  // means nothing for the tokens of people.
  // Throws ApiError when the token is good and may not act as whom it asks for.
  virtual runtime::Task<TokenVerdict> check_credential(Credential credential) = 0;
  // The same where the token alone says it and the store need not be asked, as for nearly every
  // request: no task is made for it. Absent: only `check_credential` can tell.
  [[nodiscard]] virtual std::optional<TokenVerdict> find_at_hand(const ShownToken& token) const = 0;
  // Whether somebody has the token for certain, though it takes the store to say who they are now.
  [[nodiscard]] virtual bool is_known(const ShownToken& /*token*/) const { return false; }
  // Whether whoever has the token is not to be slowed down, on routes that look at nobody's token.
  [[nodiscard]] virtual bool waives_limits(const ShownToken& /*token*/) const { return false; }
  // Notes that the session was used from `address` by `user_agent`; cheap, kept in memory and
  // written now and then.
  virtual void note_use(const Session& session, std::string_view address,
                        std::string_view user_agent) = 0;
  // For a request that waits: told when the session ends or its account is locked. Null: such
  // sessions do not end.
  [[nodiscard]] virtual SessionWatchPtr watch(const SeenSession& /*seen*/) { return nullptr; }
};

}  // namespace chancery::accounts
